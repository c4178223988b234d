"""Video files of a folder, and their identity by content and by file-system state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from vqa.errors import SettingError, VideoError
from vqa.video.container import translate_file_errors

VIDEO_SUFFIXES = frozenset(
    ".mp4 .mov .m4v .mkv .webm .avi .gif .ts .mpg .mpeg .flv .wmv .3gp .ogv".split()
)
_CHUNK_BYTES = 1 << 20


def video_files(folder: Path) -> Iterator[Path]:
    """Yield the absolute paths of the video files below a folder at any depth, sorted.

    They are selected by their suffix in `VIDEO_SUFFIXES`, in any case; no file is opened.

    Raises:
        SettingError: the folder does not exist.
    """
    if not folder.is_dir():
        raise SettingError(f"There is no folder {folder}.", cure="Check the path.")
    for path in sorted(folder.resolve().rglob("*")):
        if path.suffix.lower() in VIDEO_SUFFIXES and path.is_file():
            yield path


def file_state(path: Path) -> tuple[int, float, float]:
    """Return (size in bytes, modification time, change time) of a file, to detect its replacement.

    A new file of the same size and modification time still has another change time. Times are in
    seconds since the epoch.

    Raises:
        VideoNotFound: there is no such file.
        VideoUnreadable: the folder of the file may not be searched.
    """
    with translate_file_errors(path):
        stat = path.stat()
    return stat.st_size, stat.st_mtime, stat.st_ctime


def scan_file(
    path: Path, known_state: tuple[int, float, float] | None
) -> tuple[tuple[int, float, float], str | None]:
    """Return the state of a file, and the hash of its content if that state is not the known one.

    The content is None if the state is the known one. It is '', which no video has, if the file
    cannot be read or was deleted meanwhile: decoding it reports the error.

    Args:
        path: the file.
        known_state: its state when its content was hashed, see `file_state`; None if it never was.
    """
    try:
        state = file_state(path)
        return state, None if state == known_state else content_hash(path)
    except VideoError:
        return (0, 0.0, 0.0), ""


def content_hash(path: Path) -> str:
    """Return 32 hexadecimal digits of a SHA-256 over a file's size and three samples.

    The samples are 1 MiB each, at the start, in the middle and at the end; hashing all bytes of a
    long video would take longer than encoding it.

    Raises:
        VideoNotFound: there is no such file.
        VideoUnreadable: the file cannot be read.
    """
    with translate_file_errors(path), path.open("rb") as file:
        size = path.stat().st_size
        digest = hashlib.sha256(str(size).encode())
        for start in (0, size // 2, max(0, size - _CHUNK_BYTES)):
            file.seek(start)
            digest.update(file.read(_CHUNK_BYTES))
    return digest.hexdigest()[:32]


def is_deleted(path: Path, folder: Path) -> bool:
    """Whether a path is below a folder and does not exist any more."""
    return path.is_relative_to(folder) and not path.exists()
