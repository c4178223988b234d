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
    """Conversation about one video.

    Args:
        path: the video file.
        options: options that the video was sampled with.
        history: turns of the chat session.
        turns: the same turns as displayed.
    """

    path: Path
    options: ReadingOptions
    history: tuple[Turn, ...] = ()
    turns: tuple[DisplayedTurn, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TabRecord:
    """Stored state of one browser tab.

    Args:
        model: name of the selected model.
        language: language of the page.
        has_chosen_language: whether the language was chosen in the menu.
        path: the current video.
        conversations: conversations about the videos of the tab.
    """

    model: str
    language: Language
    has_chosen_language: bool
    path: Path
    conversations: tuple[VideoConversation, ...]


@cache
def record_adapter() -> TypeAdapter[TabRecord]:
    """Return the validator of a `TabRecord` that was read as JSON."""
    return TypeAdapter(TabRecord)
