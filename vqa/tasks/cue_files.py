r"""Writer of subtitle files, SubRip (.srt) and WebVTT (.vtt), without markup in the text.

Subtitle libraries interpret `{...}` as a style and `\n` as a line break; this module does not.
WebVTT escapes `&`, `<` and `>`; SubRip has no escapes, so that only a line that looks like the
timing of a cue is changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqa.errors import SettingError

_SHORTEST_MS = 100
_WORD_JOINER = "\u2060"  # invisible
_SRT_TIMING = re.compile(r"\s*\d+:\d+:\d+[,.]\d+\s*-->")


@dataclass(frozen=True)
class Cue:
    """Subtitle text, displayed from `start_s` to `end_s` (seconds)."""

    start_s: float
    end_s: float
    text: str


def check_output(path: Path, suffixes: Sequence[str]) -> None:
    """Check that a file can be written at a path, before computing its content.

    Args:
        path: the file to write.
        suffixes: allowed suffixes, in lower case with the dot; empty allows any.

    Raises:
        SettingError: the suffix is not allowed, the path is a folder, its parent folder is missing,
            or there is no write permission.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        raise SettingError(
            f"{path.name} cannot be written: {path.suffix or 'a name without an ending'} is not a known format.",
            cure=f"Use a name that ends in one of {', '.join(suffixes)}.",
        )
    folder = path.parent
    if path.is_dir():
        raise SettingError(f"{path} is a folder.", cure="Name a file.")
    if not folder.is_dir():
        raise SettingError(f"There is no folder {folder}.", cure="Create it, or name another.")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise SettingError(
            f"{path} may not be written.", cure="Name a file in a folder that you can write to."
        )


def write_cues(cues: Iterable[Cue], path: Path) -> None:
    """Write cues as WebVTT for the suffix .vtt, else as SubRip; cues without text are left out.

    Cues are written in the given order and numbered from 1. One shorter than 0.1 s is displayed for
    0.1 s; a start below 0 becomes 0. Lines are stripped, empty ones left out. An existing file is
    overwritten; without cues, a SubRip file is empty, and WebVTT has its header alone.

    Raises:
        SettingError: the file cannot be written.
    """
    is_vtt = path.suffix.lower() == ".vtt"
    blocks = ["WEBVTT"] if is_vtt else []
    for cue in cues:
        lines = [line.strip() for line in cue.text.splitlines() if line.strip()]
        if not lines:
            continue
        lines = [_escape(line) if is_vtt else _break_timing(line) for line in lines]
        number = len(blocks) + (0 if is_vtt else 1)
        blocks.append("\n".join([str(number), _timing(cue, "." if is_vtt else ","), *lines]))
    write_output(path, "\n\n".join(blocks) + ("\n" if blocks else ""))


def write_output(path: Path, content: str | bytes) -> None:
    """Write a file, text in UTF-8; an existing file is overwritten.

    Raises:
        SettingError: the file cannot be written.
    """
    try:
        # Names of files may have bytes that are not UTF-8.
        path.write_bytes(
            content.encode("utf-8", "replace") if isinstance(content, str) else content
        )
    except OSError as error:
        raise SettingError(
            f"{path} cannot be written: {error.strerror or error}.",
            cure="Name a file in a folder that you can write to, on a disk with free space.",
        ) from error


def _timing(cue: Cue, decimal_mark: str) -> str:
    """Return a cue's line `HH:MM:SS.mmm --> HH:MM:SS.mmm`, at least 0.1 s long.

    `decimal_mark` is "." for WebVTT, "," for SubRip.
    """
    start = round(max(0.0, cue.start_s) * 1000)
    end = max(round(cue.end_s * 1000), start + _SHORTEST_MS)
    return f"{_timestamp(start, decimal_mark)} --> {_timestamp(end, decimal_mark)}"


def _timestamp(milliseconds: int, decimal_mark: str) -> str:
    """Format a time as `HH:MM:SS.mmm` with the decimal mark; hours may have more digits."""
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{decimal_mark}{rest:03d}"


def _break_timing(line: str) -> str:
    """Return a line of SubRip text with invisible characters if it looks like the timing of a cue.

    No program takes it for one then; any other line is returned unchanged.
    """
    return line.replace(":", f":{_WORD_JOINER}") if _SRT_TIMING.match(line) else line


def _escape(text: str) -> str:
    """Escape `&`, `<` and `>` for WebVTT."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
