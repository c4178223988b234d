"""Settings from environment variables, each validated where it is read.

No other module reads the environment.

VQA_HOME            folder of encoded videos, the library and downloads (default: vqa in the user's cache folder)
VQA_WEIGHTS         folder of the embedded model (default: weights/ of the clone or of the wheel)
VQA_API_KEY         key sent to a served model; OPENAI_API_KEY is used if it is not set
VQA_SERVER_KEY      key that clients of `vqa serve` have to send (default: none)
VQA_ENDPOINT        address `https://host/v1#model` of a served model, then offered as `served`
VQA_CACHE_GB        maximum size of the encoded videos on disk (default 2)
VQA_LIBRARY         address `postgresql://…` of a database for the library (default: none, it is on this machine)
RAY_ADDRESS         address `host:port` of the Ray cluster for `--workers ray` (default: the one that this machine is part of)
VQA_SANDBOX         `off` decodes videos in this process instead of in confined workers (default on)
VQA_READ_SECONDS    maximum time to decode one video (default 300)
VQA_READ_MEMORY_GB  maximum memory to decode one video (default 4, at most half of the machine's or container's)
VQA_WEBHOOK_SECRET  key that signs what `vqa monitor` sends to a webhook (default: none, unsigned)
VQA_METRICS_TOKEN   bearer token of the page's /metrics (default: none, only a page of this machine answers)
VQA_SPEECH_MODEL    hub id or folder of the speech model (docs/listening.md)
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable
from pathlib import Path

from vqa import machine
from vqa.errors import SettingError


def home() -> Path:
    """Return the folder for all files that the program stores: VQA_HOME, else `vqa` in the cache.

    The cache is the folder of XDG_CACHE_HOME, else ~/.cache. The folder need not exist: the first
    writer creates it.

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


def monitor_folder() -> Path:
    """Return the folder of the page's monitoring: events, pictures and judgements.

    Raises:
        SettingError: VQA_HOME is a file.
    """
    return home() / "monitor"


def weights() -> Path:
    """Return the folder of the embedded model: VQA_WEIGHTS, else the bundled weights.

    It is not checked whether the folder exists.
    """
    if value := os.environ.get("VQA_WEIGHTS"):
        return Path(value).expanduser()
    return bundled_weights()


def bundled_weights() -> Path:
    """Return the folder of the weights in the wheel or the clone, regardless of VQA_WEIGHTS."""
    package = Path(__file__).resolve().parent
    in_wheel = package / "weights"
    return in_wheel if in_wheel.is_dir() else package.parent / "weights"


def ray_address() -> str:
    """Return the address of the Ray cluster from RAY_ADDRESS, which Ray reads too; '' if unset."""
    return os.environ.get("RAY_ADDRESS", "")


def library_address() -> str | None:
    """Return the address of the PostgreSQL database with the library, from VQA_LIBRARY.

    None means the library on this machine.

    Raises:
        SettingError: VQA_LIBRARY is no address `postgresql://…`.
    """
    value = os.environ.get("VQA_LIBRARY") or None
    if value is None or re.match(r"postgres(ql)?://", value):
        return value
    text = without_password(value)
    if re.match(r"https?://|[./~]", value) or Path(value).is_absolute():
        raise SettingError(
            f"VQA_LIBRARY is {text!r}, which is no PostgreSQL database; Qdrant is not supported any more.",
            cure="Set it to postgresql://USER@HOST/DATABASE and run vqa index FOLDER again (docs/library.md), or unset it to "
            "keep the library on this machine.",
        )
    raise SettingError(
        f"VQA_LIBRARY is {text!r}, which is no address of a PostgreSQL database.",
        cure="Set it to postgresql://USER@HOST/DATABASE, or unset it to keep the library on this machine.",
    )


def without_password(text: str) -> str:
    """Return a text with the passwords of all its addresses replaced by `***`, and nothing else.

    Replaced are `USER:PASSWORD@` before the host, and `password=PASSWORD` in a query or between
    spaces. An address has a scheme, as in `ray://`, or is the whole text. In an address that is not
    valid, because its password has a slash or a space, all up to the last `@` counts as password.
    """
    text = _PASSWORD_FIELD.sub(r"\1***", text)
    before, *parts = _SCHEME.split(text)
    if not parts:
        address = text.lstrip()
        return text.removesuffix(address) + _without_user_password(address)
    return before + "".join(
        part if place % 2 == 0 else _without_user_password(part) for place, part in enumerate(parts)
    )


_PASSWORD_FIELD = re.compile(
    r"((?<![^?&;\s])(?:ssl)?password\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^&#;\s]+)"
)
_SCHEME = re.compile(r"((?<![\w:@/.+-])[a-z][a-z0-9+.-]*://)", re.IGNORECASE)
_AUTHORITY = re.compile(r"[^\s/?#]*")
_HOST = r"(?:\[[^\]]*\]|[^:@,\[\]]*)(?::\d*)?"
_HOSTS = re.compile(rf"{_HOST}(?:,{_HOST})*")
_PUNCTUATION = ".,;:!?)>'\""  # of the sentence around an address


def _without_user_password(address: str) -> str:
    """Replace `PASSWORD` in `USER:PASSWORD@HOST…`, which follows a scheme, by `***`.

    A text that begins with `HOST:PORT`, or with several ones, is unchanged.
    """
    authority = _AUTHORITY.match(address)
    assert authority is not None
    if "@" in authority[0]:
        end = authority[0].rindex("@")
    elif _HOSTS.fullmatch(authority[0].rstrip(_PUNCTUATION)):
        return address
    else:
        word = address.split(maxsplit=1)[0]
        end = (word if "@" in word else address).rfind("@")
    user, _, password = address[: max(0, end)].partition(":")
    return f"{user}:***{address[end:]}" if password else address


def speech_model() -> str | None:
    """Return the hub id or the folder of the speech model, VQA_SPEECH_MODEL; nothing is checked.

    None, if the variable is unset or empty, means the default.
    """
    return os.environ.get("VQA_SPEECH_MODEL") or None


def api_key() -> str | None:
    """Return the API key of a served model, VQA_API_KEY or else OPENAI_API_KEY.

    None if both are unset or empty.

    Raises:
        SettingError: the key cannot be sent in an HTTP header.
    """
    return _key("VQA_API_KEY") or _key("OPENAI_API_KEY")


def server_key() -> str | None:
    """Return the API key that clients of the server have to send, VQA_SERVER_KEY.

    None if the variable is unset or empty.

    Raises:
        SettingError: the key cannot be sent in an HTTP header.
    """
    return _key("VQA_SERVER_KEY")


def _key(name: str) -> str | None:
    """Return an environment variable that is sent in an HTTP header; None if unset or empty.

    Raises:
        SettingError: it has a character that a header cannot have.
    """
    value = os.environ.get(name) or None
    if value and not re.fullmatch(r"[!-~]+", value):
        raise SettingError(
            f"{name} has a space, a line break or a character that is not ASCII.",
            cure="Copy the key again, without quotes and spaces.",
        )
    return value


def endpoint() -> str | None:
    """Return the address of a served model, VQA_ENDPOINT (`https://host/v1#model`).

    None if the variable is unset or empty.

    Raises:
        SettingError: VQA_ENDPOINT is not an http(s) URL.
    """
    value = os.environ.get("VQA_ENDPOINT") or None
    if value and not re.match(r"https?://[^/\s]+", value):
        raise SettingError(
            f"VQA_ENDPOINT is {without_password(value)!r}.",
            cure="Set it to an address such as http://127.0.0.1:8000/v1#model.",
        )
    return value


def inherited_environment(names: Iterable[str]) -> dict[str, str]:
    """Return the environment variables of these names that are set, to start a process with.

    The result maps name to value; it may be empty.
    """
    return {name: os.environ[name] for name in names if name in os.environ}


def let_waiting_threads_sleep() -> None:
    """Let the idle threads of OpenMP sleep, not spin; to be called before torch is imported.

    Spinning threads take the cores from the processes that decode, and from a page's requests. The
    environment variables are changed only where they are unset.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")


def uses_sandbox() -> bool:
    """Whether videos are decoded in worker processes with limits; True if VQA_SANDBOX is unset.

    Raises:
        SettingError: VQA_SANDBOX is neither `on` nor `off`.
    """
    value = os.environ.get("VQA_SANDBOX", "on")
    if value not in ("on", "off"):
        raise SettingError(f"VQA_SANDBOX is {value!r}.", cure="Set it to on or off.")
    return value == "on"


def read_seconds() -> float:
    """Return the maximum time for decoding one video, VQA_READ_SECONDS or 300, in seconds.

    Raises:
        SettingError: VQA_READ_SECONDS is not a finite number above 0.
    """
    return _positive_number("VQA_READ_SECONDS", 300.0, "seconds")


def read_memory_bytes() -> int:
    """Return the maximum memory for decoding one video, in bytes (VQA_READ_MEMORY_GB times 1e9).

    The default is 4 GB, at most half of the memory that this process may use.

    Raises:
        SettingError: VQA_READ_MEMORY_GB is not a finite number above 0.
    """
    gigabytes = min(4.0, machine.memory_bytes() / 2e9)
    return int(_positive_number("VQA_READ_MEMORY_GB", gigabytes, "gigabytes") * 1e9)


def webhook_secret() -> str | None:
    """Return the key that signs the events of monitoring, VQA_WEBHOOK_SECRET.

    None if the variable is unset or empty.
    """
    return os.environ.get("VQA_WEBHOOK_SECRET") or None


def metrics_token() -> str | None:
    """Return the bearer token of the page's metrics, from VQA_METRICS_TOKEN.

    None if it is unset or empty.

    Raises:
        SettingError: the token cannot be sent in an HTTP header.
    """
    value = os.environ.get("VQA_METRICS_TOKEN") or None
    if value and not re.fullmatch(r"[!-~]+", value):
        raise SettingError(
            "VQA_METRICS_TOKEN has a space or a character that is not ASCII.",
            cure="Set it to letters, digits and punctuation.",
        )
    return value


def is_space() -> bool:
    """Whether the program runs in a Hugging Face Space, which embeds the page in a frame.

    A Space sets SPACE_ID.
    """
    return bool(os.environ.get("SPACE_ID"))


def cache_bytes() -> int:
    """Return the maximum size of the encoded videos on disk, in bytes (VQA_CACHE_GB times 1e9).

    The default is 2 GB.

    Raises:
        SettingError: VQA_CACHE_GB is not a finite number above 0.
    """
    return int(_positive_number("VQA_CACHE_GB", 2.0, "gigabytes") * 1e9)


def validate() -> list[SettingError]:
    """Check all settings that can be invalid and return their errors, at most one of each."""
    errors = []
    for setting in (
        home,
        library_address,
        api_key,
        server_key,
        endpoint,
        uses_sandbox,
        read_seconds,
        read_memory_bytes,
        cache_bytes,
        metrics_token,
    ):
        try:
            setting()
        except SettingError as error:
            errors.append(error)
    return errors


def _positive_number(name: str, default: float, unit: str) -> float:
    """Return an environment variable as a finite number above 0; the default if unset or empty.

    Raises:
        SettingError: the value is not a finite number above 0.
    """
    text = os.environ.get(name) or None
    try:
        value = default if text is None else float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise SettingError(f"{name} is {text!r}.", cure=f"Set it to a number of {unit} above 0.")
    return value
