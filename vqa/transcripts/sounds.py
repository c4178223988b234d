"""Sound events of a video as timed text, stored by the video's content like recognized text."""

from __future__ import annotations

from pathlib import Path

from vqa.transcripts.pipeline import TextCache
from vqa.types import TimedText
from vqa.video.sound_events import DETECTOR, detect_sounds


def find_sounds(path: Path, *, store: TextCache | None = None) -> tuple[TimedText, ...]:
    """Return the sound events of a video in order of time, from the store if it has them.

    The text of an event is its kind: `speech`, `singing`, `music`, `silence` or `bang`; its source
    is `sound`. Events of different kinds may overlap.

    Args:
        path: video file.
        store: cache of timed text; None caches nothing.

    Raises:
        Unsupported: a package of the detector is not installed.
        VideoError: the file cannot be decoded.
    """
    lines = store.get(path, DETECTOR, 0.0, None) if store else None
    if lines is None:
        lines = [
            TimedText(start_s=event.start_s, end_s=event.end_s, text=event.kind, source="sound")
            for event in detect_sounds(path)
        ]
        if store:
            store.put(path, DETECTOR, 0.0, None, lines)
    return tuple(lines)
