"""Conversations of a browser tab as values that are stored on disk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from vqa.types import Turn
from vqa.ui.frames import DisplayedTurn
from vqa.ui.i18n import Language
from vqa.ui.reading_options import ReadingOptions


@dataclass(frozen=True, kw_only=True)
class VideoConversation:
    """Conversation about one video: turns of the chat session, and the same turns as displayed.

    `options` are those that the video was sampled with.
    """

    path: Path
    options: ReadingOptions
    history: tuple[Turn, ...] = ()
    turns: tuple[DisplayedTurn, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TabRecord:
    """What is stored of one browser tab; `path` is its current video."""

    model: str
    language: Language
    has_chosen_language: bool
    path: Path
    conversations: tuple[VideoConversation, ...]


@cache
def record_adapter() -> TypeAdapter[TabRecord]:
    """Return the validator of a `TabRecord` that was read as JSON."""
    return TypeAdapter(TabRecord)
