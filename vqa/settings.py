"""Settings from environment variables, each validated where it is read. No other module reads the environment.

VQA_HOME            folder of encoded videos, the library and downloads (default: the user's cache folder)
VQA_WEIGHTS         folder of the embedded model (default: weights/ of the clone or of the wheel)
VQA_API_KEY         key sent to a served model; OPENAI_API_KEY is read if it is not set
VQA_ENDPOINT        address `https://host/v1#model` of a served model, then offered as `served`
VQA_CACHE_GB        maximum size of the encoded videos on disk (default 2)
VQA_LIBRARY         address of a Qdrant server for the library (default: none, the library is on this machine)
VQA_SANDBOX         `off` reads videos in this process instead of in confined workers (default on)
VQA_READ_SECONDS    maximum time to read one video (default 300)
VQA_READ_MEMORY_GB  maximum memory to read one video (default 4, at most half of the machine's)
VQA_SPEECH_MODEL    hub id or folder of the speech model (docs/listening.md)
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable
from pathlib import Path

from vqa.errors import SettingError


def home() -> Path:
    """Folder for everything that the program stores; created by the first writer.

    Raises:
        SettingError: VQA_HOME is a file.
    """
    if value := os.environ.get("VQA_HOME"):
        folder = Path(value).expanduser()
        if folder.is_file():
            raise SettingError(f"VQA_HOME is the file {value!r}.", cure="Set it to a folder.")
        return folder
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "vqa"


def weights() -> Path:
    """Folder of the embedded model: VQA_WEIGHTS, else the one in the wheel or the clone."""
    if value := os.environ.get("VQA_WEIGHTS"):
        return Path(value).expanduser()
    return bundled_weights()


def bundled_weights() -> Path:
    """Folder of the weights in the wheel or the clone, whatever VQA_WEIGHTS says."""
    package = Path(__file__).resolve().parent
    in_wheel = package / "weights"
    return in_wheel if in_wheel.is_dir() else package.parent / "weights"


def library_address() -> str | None:
    """Address of the library server, or None for a library on this machine.

    Raises:
        SettingError: VQA_LIBRARY is neither a URL nor a path.
    """
    value = os.environ.get("VQA_LIBRARY") or None
    if value and not re.match(r"https?://[^/\s]+|[./~]", value) and not Path(value).is_absolute():
        raise SettingError(
            f"VQA_LIBRARY is {value!r}, which has no scheme.",
            cure=f"Write http://{value} for a server, or ./{value} for a folder.",
        )
    return value


def speech_model() -> str | None:
    """Hub id or folder of the speech model, or None for the default."""
    return os.environ.get("VQA_SPEECH_MODEL") or None


def api_key() -> str | None:
    """Key for a served model, or None.

    Raises:
        SettingError: the key cannot be sent in an HTTP header.
    """
    for name in ("VQA_API_KEY", "OPENAI_API_KEY"):
        if value := os.environ.get(name):
            if not re.fullmatch(r"[!-~]+", value):
                raise SettingError(
                    f"{name} has a space, a line break or a character that is not ASCII.",
                    cure="Copy the key again, without quotes and spaces.",
                )
            return value
    return None


def endpoint() -> str | None:
    """Address of a served model, or None.

    Raises:
        SettingError: VQA_ENDPOINT is not an http(s) URL.
    """
    value = os.environ.get("VQA_ENDPOINT") or None
    if value and not re.match(r"https?://[^/\s]+", value):
        raise SettingError(
            f"VQA_ENDPOINT is {value!r}.",
            cure="Set it to an address such as http://127.0.0.1:8000/v1#model.",
        )
    return value


def inherited_environment(names: Iterable[str]) -> dict[str, str]:
    """Values of those environment variables that are set, for a process that gets no others."""
    return {name: os.environ[name] for name in names if name in os.environ}


def uses_sandbox() -> bool:
    """Whether videos are read in worker processes with limits.

    Raises:
        SettingError: VQA_SANDBOX is neither `on` nor `off`.
    """
    value = os.environ.get("VQA_SANDBOX", "on")
    if value not in ("on", "off"):
        raise SettingError(f"VQA_SANDBOX is {value!r}.", cure="Set it to on or off.")
    return value == "on"


def read_seconds() -> float:
    """Maximum time that reading one video may take, in seconds.

    Raises:
        SettingError: VQA_READ_SECONDS is not a finite number above 0.
    """
    return _positive_number("VQA_READ_SECONDS", 300.0, "seconds")


def read_memory_bytes() -> int:
    """Maximum memory that reading one video may use, in bytes.

    Raises:
        SettingError: VQA_READ_MEMORY_GB is not a finite number above 0.
    """
    gigabytes = 4.0
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        machine_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        gigabytes = min(gigabytes, machine_bytes / 2e9)
    return int(_positive_number("VQA_READ_MEMORY_GB", gigabytes, "gigabytes") * 1e9)


def cache_bytes() -> int:
    """Maximum size of the encoded videos on disk, in bytes.

    Raises:
        SettingError: VQA_CACHE_GB is not a finite number above 0.
    """
    return int(_positive_number("VQA_CACHE_GB", 2.0, "gigabytes") * 1e9)


def validate() -> list[SettingError]:
    """Errors of all settings at once."""
    errors = []
    for read in (
        home,
        library_address,
        api_key,
        endpoint,
        uses_sandbox,
        read_seconds,
        read_memory_bytes,
        cache_bytes,
    ):
        try:
            read()
        except SettingError as error:
            errors.append(error)
    return errors


def _positive_number(name: str, default: float, unit: str) -> float:
    """Value of an environment variable as a finite number above 0; the default where it is not set or empty."""
    text = os.environ.get(name) or None
    try:
        value = default if text is None else float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise SettingError(f"{name} is {text!r}.", cure=f"Set it to a number of {unit} above 0.")
    return value
