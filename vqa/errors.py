"""Exceptions that users can meet, as one tree.

    VQAError
    ├── VideoError                 the video file cannot be used
    │   ├── VideoNotFound          no file at that path
    │   ├── VideoEmpty             the file has no bytes
    │   ├── VideoUnreadable        no decoder can open it, or it opens and yields no frame
    │   ├── VideoHasNoPicture      the file has sound, subtitles or data, but no video track
    │   └── VideoTooLarge          the file exceeds a limit of size, length, time or memory
    ├── ModelError                 the selected model cannot be used
    │   ├── UnknownModel           no catalog entry, folder, hub id or address has that name
    │   ├── ModelNotDownloaded     the weights are not on this disk and could not be downloaded
    │   ├── WeightsBroken          the weight files are incomplete, altered or of another format
    │   ├── DeviceUnavailable      this machine lacks the device or data type
    │   ├── OutOfMemory            the model or the clip does not fit into the device's memory
    │   ├── Unsupported            the model or the machine cannot do what was requested
    │   └── EndpointError          a served model refused, failed or timed out
    ├── StorageError               stored files are damaged or cannot be written
    ├── ExtraMissing               an optional package is not installed
    ├── TooManyRequests            a client or the server has reached its limit of requests
    └── SettingError               an option or a setting has a value that cannot be used

Each message says what happened, with which value, and the cure. Exceptions of third-party libraries
are translated once, at the boundary, `from` their cause.
"""

from __future__ import annotations

import sys
from pathlib import Path


class VQAError(Exception):
    """Base class of errors that a user can cure; its text is the message, a space and the cure.

    Args:
        message: what happened, naming the value.
        cure: what to do about it, as one sentence.
    """

    def __init__(self, message: str, *, cure: str) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}"


class VideoError(VQAError):
    """The video file cannot be used."""


class VideoNotFound(VideoError):
    """No file at that path."""


class VideoEmpty(VideoError):
    """The file has no bytes."""


class VideoUnreadable(VideoError):
    """No decoder can open the file, it yields no frame, or a URL or camera yields no video."""


class VideoHasNoPicture(VideoError):
    """The file has sound, subtitles or data, but no video track."""


class VideoTooLarge(VideoError):
    """The file exceeds a limit of size, length, time or memory."""


class ModelError(VQAError):
    """The selected model cannot be used."""


class UnknownModel(ModelError):
    """No catalog entry, folder, hub id or address has that name."""


class ModelNotDownloaded(ModelError):
    """The weights are not on this disk and could not be downloaded."""


class WeightsBroken(ModelError):
    """The weight files are incomplete, altered or of another format."""


class DeviceUnavailable(ModelError):
    """This machine lacks the device or data type."""


class OutOfMemory(ModelError):
    """The model or the clip does not fit into the device's memory."""


class Unsupported(ModelError):
    """The model or the machine cannot do what was requested."""


class EndpointError(ModelError):
    """A served model refused, failed or timed out."""


class StorageError(VQAError):
    """Stored files are damaged or cannot be written."""


class ExtraMissing(VQAError):
    """An optional package is not installed.

    Args:
        message: states which feature needs which package.
        extra: name of the extra in pyproject.toml that installs the package.
    """

    def __init__(self, message: str, *, extra: str) -> None:
        super().__init__(message, cure=f"Run: {install_command(extra)}")


def install_command(extra: str, *, pip: str = "") -> str:
    """Return the command that installs an extra: `./run install` in a clone, else pip.

    Args:
        extra: name of the extra in pyproject.toml.
        pip: how pip is called; empty calls it with the path of this Python.
    """
    if (Path(__file__).resolve().parent.parent / "run").is_file():
        return f"./run install {extra}"
    return f"{pip or f'{sys.executable} -m pip'} install 'vqa[{extra}]'"


class TooManyRequests(VQAError):
    """A client or the server has reached its limit of requests.

    Args:
        message: states the limit.
        cure: states how long to wait.
        wait_s: seconds after which the next request may succeed.
    """

    def __init__(self, message: str, *, cure: str, wait_s: int) -> None:
        super().__init__(message, cure=cure)
        self.wait_s = wait_s


class SettingError(VQAError):
    """An option or a setting has a value that cannot be used."""
