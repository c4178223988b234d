"""The only reader of the environment.

VQA_HOME        where encoded videos, the library and downloads are kept (default: the user's cache folder)
VQA_WEIGHTS     the folder of the embedded model (default: weights/ of the clone or of the wheel)
VQA_API_KEY     the key sent to a served endpoint; OPENAI_API_KEY is read where it is missing
VQA_ENDPOINT    the address `https://host/v1#model` of a served model, then offered as `served`
VQA_CACHE_GB    the most room encoded videos may take on disk (default 2)
VQA_LIBRARY     the address of a Qdrant server that keeps the library (default: none, it is kept on this machine)
VQA_SANDBOX     `off` reads videos in this process instead of in confined workers (default on)
VQA_READ_SECONDS    the most seconds that reading one video may take (default 300)
VQA_READ_MEMORY_GB  the most memory that reading one video may take (default 4, at most half of the machine's)
VQA_SPEECH_MODEL  what speech is heard with: a hub id or a folder of faster-whisper (docs/listening.md)
"""

from __future__ import annotations

import math
import os
from pathlib import Path

from vqa.errors import SettingError


def home() -> Path:
    """Where the product keeps what it has worked out; made on first use by whoever writes there."""
    if stated := os.environ.get("VQA_HOME"):
        return Path(stated).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "vqa"


def weights() -> Path:
    """The folder of the embedded model: VQA_WEIGHTS, else the one that the wheel or the clone contains."""
    if stated := os.environ.get("VQA_WEIGHTS"):
        return Path(stated).expanduser()
    package = Path(__file__).resolve().parent
    in_wheel = package / "weights"
    return in_wheel if in_wheel.is_dir() else package.parent / "weights"


def library_address() -> str | None:
    """The address of the server that keeps the library, or None."""
    return os.environ.get("VQA_LIBRARY") or None


def speech_model() -> str | None:
    """The hub id or folder of the model that hears speech; None leaves it to vqa.transcripts."""
    return os.environ.get("VQA_SPEECH_MODEL") or None


def api_key() -> str | None:
    """The key for a served endpoint, or None."""
    return os.environ.get("VQA_API_KEY") or os.environ.get("OPENAI_API_KEY") or None


def endpoint() -> str | None:
    """The address of a served model, or None."""
    return os.environ.get("VQA_ENDPOINT") or None


def uses_sandbox() -> bool:
    """Whether videos are read in worker processes with limits.

    Raises:
        SettingError: VQA_SANDBOX is neither `on` nor `off`.
    """
    stated = os.environ.get("VQA_SANDBOX", "on")
    if stated not in ("on", "off"):
        raise SettingError(f"VQA_SANDBOX is {stated!r}.", cure="Set it to on or off.")
    return stated == "on"


def read_seconds() -> float:
    """The most seconds that reading one video may take.

    Raises:
        SettingError: VQA_READ_SECONDS is not a number above 0.
    """
    return _positive_number("VQA_READ_SECONDS", 300.0, "seconds")


def read_memory_bytes() -> int:
    """The most memory that reading one video may take, in bytes.

    Raises:
        SettingError: VQA_READ_MEMORY_GB is not a number above 0.
    """
    gigabytes = 4.0
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        machine_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        gigabytes = min(gigabytes, machine_bytes / 2e9)
    return int(_positive_number("VQA_READ_MEMORY_GB", gigabytes, "gigabytes") * 1e9)


def _positive_number(name: str, default: float, unit: str) -> float:
    """The value of an environment variable as a finite number above 0."""
    stated = os.environ.get(name)
    try:
        value = default if stated is None else float(stated)
    except ValueError:
        value = -1.0
    if not 0 < value < math.inf:
        raise SettingError(f"{name} is {stated!r}.", cure=f"Set it to a number of {unit} above 0.")
    return value


def cache_bytes() -> int:
    """The most room that encoded videos may take on disk, in bytes.

    Raises:
        SettingError: VQA_CACHE_GB is not a number above 0.
    """
    stated = os.environ.get("VQA_CACHE_GB", "2")
    try:
        gigabytes = float(stated)
    except ValueError:
        gigabytes = -1.0
    if not gigabytes > 0:
        raise SettingError(
            f"VQA_CACHE_GB is {stated!r}.", cure="Set it to a number of gigabytes above 0."
        )
    return int(gigabytes * 1e9)
