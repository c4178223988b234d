r"""Writing subtitle files: SubRip (.srt) and WebVTT (.vtt) cues, with text that stays text.

A subtitle library takes `{...}` for a style and `\n` for a line break when it writes plain text; here nothing in a text
is markup. WebVTT escapes `&`, `<` and `>`; SubRip has no escapes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqa.errors import SettingError

_SHORTEST_MS = 100


@dataclass(frozen=True)
class Cue:
    """Text that is displayed from `start_s` to `end_s`."""

    start_s: float
    end_s: float
    text: str


def check_output(path: Path, suffixes: Sequence[str]) -> None:
    """Check that a file of this name can be written, before the work that fills it.

    Args:
        path: the file to write.
        suffixes: the endings of its format, in lower case; empty means any.

    Raises:
        SettingError: another ending, a folder of that name, or a place that is missing or cannot be written to.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        raise SettingError(
            f"{path.name} cannot be written: {path.suffix or 'a name without an ending'} is no known format.",
            cure=f"Let the name end in one of {', '.join(suffixes)}.",
        )
    folder = path.parent
    if path.is_dir():
        raise SettingError(f"{path} is a folder.", cure="Name a file.")
    if not folder.is_dir():
        raise SettingError(f"There is no folder {folder}.", cure="Create it, or name another.")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise SettingError(f"{path} may not be written.", cure="Name a file in a folder of yours.")


def write_cues(cues: Iterable[Cue], path: Path) -> None:
    """Write cues as WebVTT where the name ends in .vtt, else as SubRip; cues without text are left out.

    Raises:
        SettingError: the file cannot be written.
    """
    is_vtt = path.suffix.lower() == ".vtt"
    blocks = ["WEBVTT"] if is_vtt else []
    for cue in cues:
        lines = [line.strip() for line in cue.text.splitlines() if line.strip()]
        if not lines:
            continue
        if is_vtt:
            lines = [_escape(line) for line in lines]
        number = len(blocks) + (0 if is_vtt else 1)
        blocks.append("\n".join([str(number), _timing(cue, "." if is_vtt else ","), *lines]))
    write_output(path, "\n\n".join(blocks) + ("\n" if blocks else ""))


def write_output(path: Path, text: str) -> None:
    """Write a text file as UTF-8.

    Raises:
        SettingError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingError(
            f"{path} cannot be written: {error.strerror or error}.",
            cure="Name a file in a folder of yours, on a disk with room.",
        ) from error


def _timing(cue: Cue, decimal_mark: str) -> str:
    """Line of a cue's times; a cue without duration gets a tenth of a second."""
    start = round(max(0.0, cue.start_s) * 1000)
    end = max(round(cue.end_s * 1000), start + _SHORTEST_MS)
    return f"{_timestamp(start, decimal_mark)} --> {_timestamp(end, decimal_mark)}"


def _timestamp(milliseconds: int, decimal_mark: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{decimal_mark}{rest:03d}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
