"""One visitor: their session and what was said."""

from __future__ import annotations

import shutil
import threading
import time
import weakref
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from vqa.chat.session import ChatSession
from vqa.types import Answer, TimedText
from vqa.ui.i18n import Language

if TYPE_CHECKING:
    from vqa.models.protocol import VideoContext
    from vqa.storage.library import Found

Row = list[str]


@dataclass(frozen=True)
class Shown:
    """A frame under an answer: its time and its picture as a data address."""

    time_s: float
    picture: str


@dataclass(frozen=True)
class Exchange:
    """A question and its answer as the page shows them, whatever is watched later."""

    question: str
    answer: Answer
    frames: tuple[Shown, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Cure:
    """What helps after a failure: looking again with this many frames, or with this model."""

    num_frames: int | None = None
    model: str | None = None


@dataclass
class Visit:
    """What the page remembers of one browser tab; nobody else's tab can reach it.

    Args:
        model: the model it wants.
        language: of its words.
        session: its videos and what the model knows of them.
        said: what was said about each video, as the page shows it.
        captions: the captions of each video as they stand in the table: from, to, text.
        heard: what is said and what is written in each video, where it was listened to.
        unheard: what could not be had when the video was listened to.
        places: what the library found last.
        turned_to: the video that the panels show.
        cures: what was offered after the last failure.
        unanswered: the question that failed, to be asked again after a cure.
        away: whether the player is empty or holds what cannot be read, whatever was watched before.
        subtitled: whether the player shows subtitles.
        stop: set when the answer is to end.
        looking: held while a video is read.
        answering: held while an answer is made.
    """

    model: str = "fused"
    language: Language = "en"
    session: ChatSession | None = None
    said: dict[Path, list[Exchange]] = field(default_factory=dict)
    captions: dict[Path, list[Row]] = field(default_factory=dict)
    heard: dict[tuple[Path, str], tuple[TimedText, ...]] = field(default_factory=dict)
    unheard: list[str] = field(default_factory=list)
    places: tuple[Found, ...] = ()
    turned_to: Path | None = None
    cures: tuple[Cure, ...] = ()
    unanswered: str = ""
    away: bool = False
    subtitled: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    looking: threading.Lock = field(default_factory=threading.Lock)
    answering: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def folder(self) -> Path:
        """Where files for this visitor are written; gone when the visit is."""
        folder = Path(mkdtemp(prefix="vqa-page-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    @property
    def context(self) -> VideoContext | None:
        """The video in the player as the model saw it; None where there is none, or it could not be read."""
        if self.session is None or self.away:
            return None
        return self.session.context

    @property
    def path(self) -> Path | None:
        """The video being watched."""
        return self.context.clip.info.path if self.context is not None else None

    @property
    def exchanges(self) -> list[Exchange]:
        """What was said about the video being watched."""
        return self.said.setdefault(self.path, []) if self.path is not None else []


class Visits:
    """The visit of each browser tab, by the secret that Gradio gives a tab; the idle and the oldest are forgotten.

    Args:
        model: the model a visit begins with.
        keep_s: how long an idle visit is kept.
        most: how many are kept.
    """

    def __init__(self, model: str, *, keep_s: float = 3600.0, most: int = 64) -> None:
        self._model = model
        self._keep_s = keep_s
        self._most = most
        self._visits: OrderedDict[str, tuple[float, Visit]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, tab: str | None) -> Visit:
        """The visit of a tab; a caller without one gets a visit of its own, once."""
        if not tab:
            return Visit(model=self._model)
        now = time.monotonic()
        with self._lock:
            _, visit = self._visits.pop(tab, (now, None))
            self._visits[tab] = (now, visit or Visit(model=self._model))
            while len(self._visits) > self._most or (
                now - next(iter(self._visits.values()))[0] > self._keep_s
            ):
                self._visits.popitem(last=False)
            return self._visits[tab][1]
