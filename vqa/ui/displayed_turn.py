"""Turns of a conversation as the page displays them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vqa.types import Answer, Turn


@dataclass(frozen=True)
class FrameThumbnail:
    """Thumbnail of a frame: time in seconds and JPEG as a `data:` URL."""

    time_s: float
    picture: str


@dataclass(frozen=True)
class DisplayedTurn:
    """Snapshot of a question, its answer and the thumbnails of its evidence frames.

    `num_frames` is the number of frames that the model received.
    """

    question: str
    answer: Answer
    frames: tuple[FrameThumbnail, ...] = ()
    num_frames: int = 0


@dataclass(frozen=True)
class ClearedConversation:
    """Conversation that was cleared: path of its video, displayed turns, chat session's turns."""

    path: Path
    turns: tuple[DisplayedTurn, ...]
    history: tuple[Turn, ...]
