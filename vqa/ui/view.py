"""What is to be shown now, and what the visitor chose: the values between the handlers and the page."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vqa.errors import SettingError, VQAError
from vqa.types import SamplingPlan
from vqa.ui.i18n import Language, say
from vqa.ui.messages import Message
from vqa.ui.session_state import Cure, Row


@dataclass(frozen=True, kw_only=True)
class View:
    """What is to be shown now; None leaves a part as it is.

    Args:
        log: the conversation.
        questions: example questions, offered while nothing has been said.
        status: a line under the player, HTML.
        frames: the strip of frames, HTML.
        details: what the last answer took, Markdown.
        videos: the names of the videos of this session, with the one being watched.
        player: the video the player is to show.
        narrowed: whether only a part of the video is looked at.
        powers: which panels the model can fill.
        export: the conversation as a file to save.
        answering: whether an answer is being made.
        fresh: whether there is no video yet, so that examples are offered.
        turned: the panels belong to another video: its captions, empty where it has none yet.
        cures: what can be clicked after a failure.
    """

    log: list[Message] | None = None
    questions: tuple[str, ...] | None = None
    status: str | None = None
    frames: str | None = None
    details: str | None = None
    videos: tuple[tuple[tuple[str, str], ...], str] | None = None
    player: Path | None = None
    narrowed: bool | None = None
    powers: frozenset[str] | None = None
    export: Path | None = None
    answering: bool | None = None
    fresh: bool | None = None
    turned: tuple[Row, ...] | None = None
    cures: tuple[Cure, ...] | None = None


@dataclass(frozen=True)
class Choices:
    """How the visitor wants the video looked at; None leaves it to the model.

    `hear` names what is read beside the picture: `speech`, `screen`.
    """

    num_frames: int | None = None
    strategy: str | None = None
    start_s: float = 0.0
    end_s: float | None = None
    hear: tuple[str, ...] = ()

    def plan(self, sampling: SamplingPlan, language: Language) -> SamplingPlan:
        """The model's way of sampling with these choices in its place.

        Raises:
            SettingError: they do not go together.
        """
        known: dict[str, Any] = {"start_s": self.start_s or 0.0, "end_s": self.end_s or None}
        if self.num_frames:
            known["num_frames"] = int(self.num_frames)
        if self.strategy:
            known |= {"strategy": self.strategy, "interval_s": None}
        try:
            return replace(sampling, **known)
        except ValueError as error:
            raise SettingError(
                say("bad_part", language, start=self.start_s, end=self.end_s),
                cure=say("bad_part_cure", language),
            ) from error


def frames_empty(language: Language) -> str:
    """What stands where the frames will be."""
    return f'<p class="vqa-hint">{html.escape(say("frames_empty", language))}</p>'


def trouble(error: VQAError) -> str:
    """A failure and its cure, as HTML."""
    return (
        f'<span class="vqa-alarm" role="alert"><b>{html.escape(error.message)}</b> '
        f"{html.escape(error.cure)}</span>"
    )


def alarm(words: str) -> str:
    """Words that must not be missed, as HTML."""
    return f'<span class="vqa-alarm" role="alert">{html.escape(words)}</span>'


def waiting(words: str, share: float | None = None) -> str:
    """Words beside a bar that says how far something is; without a share it only says that it goes on."""
    value = "" if share is None else f' value="{share:.2f}"'
    label = html.escape(words)
    return f'<span role="status"><progress max="1"{value} aria-label="{label}"></progress> {label}</span>'
