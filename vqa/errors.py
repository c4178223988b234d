"""Every failure a user can meet, as one tree.

    VQAError
    ├── VideoError                 something is wrong with the video file
    │   ├── VideoNotFound          no file at that path
    │   ├── VideoEmpty             the file has no bytes
    │   ├── VideoUnreadable        no decoder can open it, or it opens and yields no frame
    │   ├── VideoHasNoPicture      sound, subtitles or data, but no picture
    │   └── VideoTooLarge          over a limit the host of the page has set
    ├── ModelError                 something is wrong with the model that was asked for
    │   ├── UnknownModel           no row, folder, hub id or address of that name
    │   ├── ModelNotDownloaded     the weights are not on this disk and could not be fetched
    │   ├── WeightsBroken          the files are there, but incomplete, altered or of another kind
    │   ├── DeviceUnavailable      the device or dtype asked for is not on this machine
    │   ├── OutOfMemory            the model or the clip does not fit the device
    │   ├── Unsupported            the chosen model or machine cannot do this
    │   └── EndpointError          a served model refused, failed, or did not answer in time
    ├── StorageError               files that the program keeps are damaged or cannot be written
    ├── ExtraMissing               an optional package is not installed
    └── SettingError               an option or a setting has a value that cannot be used

Each says what happened, with which value, and which cure helps. Errors of the libraries beneath are renamed once,
where they enter, `from` their cause.
"""

from __future__ import annotations

import sys
from pathlib import Path


class VQAError(Exception):
    """A failure a person can do something about.

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
    """Something is wrong with the video file."""


class VideoNotFound(VideoError):
    """No file at that path."""


class VideoEmpty(VideoError):
    """The file has no bytes."""


class VideoUnreadable(VideoError):
    """No decoder can open the file, or it opens and yields no frame."""


class VideoHasNoPicture(VideoError):
    """The file carries sound, subtitles or data, but no picture."""


class VideoTooLarge(VideoError):
    """The file is over a limit the host of the page has set."""


class ModelError(VQAError):
    """Something is wrong with the model that was asked for."""


class UnknownModel(ModelError):
    """No row of the table, folder, hub id or address of that name."""


class ModelNotDownloaded(ModelError):
    """The weights are not on this disk and could not be fetched."""


class WeightsBroken(ModelError):
    """The weight files are there, but incomplete, altered or of another kind."""


class DeviceUnavailable(ModelError):
    """The device or dtype asked for is not on this machine."""


class OutOfMemory(ModelError):
    """The model or the clip does not fit the device."""


class Unsupported(ModelError):
    """The chosen model or machine cannot do what was asked."""


class EndpointError(ModelError):
    """A served model refused, failed, or did not answer in time."""


class StorageError(VQAError):
    """Files that the program keeps are damaged or cannot be written."""


class ExtraMissing(VQAError):
    """An optional package is not installed.

    Args:
        message: which ability needs which package.
        extra: the name of the extra in pyproject.toml that installs it.
    """

    def __init__(self, message: str, *, extra: str) -> None:
        super().__init__(message, cure=_install_command(extra))


def _install_command(extra: str) -> str:
    """The command that installs an extra: `./run install` in a clone, pip beside an installed wheel."""
    if (Path(__file__).resolve().parent.parent / "run").is_file():
        return f"Run: ./run install {extra}"
    return f"Run: {sys.executable} -m pip install 'vqa[{extra}]'"


class SettingError(VQAError):
    """An option or a setting has a value that cannot be used."""
