"""The state of one browser tab: its videos, its conversations, and what the page displays of them."""

from __future__ import annotations

import shutil
import threading
import time
import weakref
from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace
from functools import cached_property
from hmac import compare_digest
from pathlib import Path
from secrets import token_urlsafe
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from vqa.chat.session import ChatSession
from vqa.errors import SettingError
from vqa.types import Answer, Moment, SamplingPlan, TimedText, Turn
from vqa.ui.i18n import Language, translate

if TYPE_CHECKING:
    from vqa.models.protocol import VideoContext
    from vqa.storage.library import SegmentMatch
    from vqa.tasks.summary import Summary

CaptionRow = list[str]


@dataclass(frozen=True)
class FrameThumbnail:
    """A frame's time in seconds and its picture as a `data:` URL."""

    time_s: float
    picture: str


@dataclass(frozen=True)
class DisplayedTurn:
    """A question and its answer with the evidence frames, as they were when the answer was given.

    `num_frames` is how many frames the model received.
    """

    question: str
    answer: Answer
    frames: tuple[FrameThumbnail, ...] = ()
    num_frames: int = 0


@dataclass(frozen=True)
class ClearedConversation:
    """A conversation that was cleared: its video, the displayed turns and the session's turns."""

    path: Path
    turns: tuple[DisplayedTurn, ...]
    history: tuple[Turn, ...]


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """A one-click remedy for a failure: read the video with this many frames, or with this model.

    `download_gb` is above 0 where choosing the model begins a download, which the user has to confirm.
    """

    num_frames: int | None = None
    model: str | None = None
    download_gb: float = 0.0


@dataclass(frozen=True)
class ReadingOptions:
    """How the user wants the video to be read; None leaves a choice to the model.

    Args:
        num_frames: the maximum number of frames.
        strategy: `uniform` or `shots`.
        start_s: where reading starts, in seconds.
        end_s: where reading ends, in seconds; None is the end of the video.
        transcripts: what to transcribe besides the picture: `speech`, `screen`.
    """

    num_frames: int | None = None
    strategy: str | None = None
    start_s: float = 0.0
    end_s: float | None = None
    transcripts: tuple[str, ...] = ()

    def plan(self, default: SamplingPlan, language: Language) -> SamplingPlan:
        """Return the model's sampling plan with these options applied.

        Args:
            default: the model's own sampling plan.
            language: of the error message.

        Raises:
            SettingError: the options contradict each other.
        """
        changes: dict[str, Any] = {"start_s": self.start_s or 0.0, "end_s": self.end_s or None}
        if self.num_frames:
            changes["num_frames"] = int(self.num_frames)
        if self.strategy:
            changes |= {"strategy": self.strategy, "interval_s": None}
        try:
            return replace(default, **changes)
        except ValueError as error:
            raise SettingError(
                translate("bad_range", language, start=self.start_s, end=self.end_s),
                cure=translate("bad_range_cure", language),
            ) from error


@dataclass
class SessionState:
    """Everything the page remembers about one browser tab; no other tab can reach it.

    Args:
        token: the secret by which a reloaded tab gets its state back.
        model: name of the chosen model.
        language: the language of the page.
        session: the chat session with its encoded videos.
        conversations: the displayed turns of each video.
        captions: the caption table of each video: start, end, text.
        transcripts: speech and screen text of each video that was transcribed.
        transcript_warnings: why a transcript could not be made, for the video read last.
        library_hits: the last results of the library search.
        loaded_model: name of the model that was loaded last; empty before the first.
        summaries: the summary and chapters of each video.
        moments: the last search results of each video.
        last_query: what was searched for last.
        suggestions: questions about what each video shows.
        streamed: the question being answered and the part of its answer that exists; None between answers.
        pending: questions that wait for the running answer.
        is_draining: whether one event is answering the pending questions.
        cleared: the conversation that was cleared last, with its video, so that it can be restored.
        panel_video: the video whose results the panels display.
        remedies: the remedies offered after the last failure.
        failed_question: the question that failed, to be asked again after a remedy.
        is_player_empty: whether the player is empty or holds a file that cannot be read.
        has_subtitles: whether the player displays subtitles.
        stop: set when the current answer has to end.
        cancel_reading: set when the video that is being read is to be given up.
        reading: held while a video is read.
        answering: held while a question is answered.
        queue_lock: held while `pending` and `is_draining` change.
    """

    token: str = field(default_factory=token_urlsafe, repr=False)
    model: str = "fused"
    language: Language = "en"
    session: ChatSession | None = None
    conversations: dict[Path, list[DisplayedTurn]] = field(default_factory=dict)
    captions: dict[Path, list[CaptionRow]] = field(default_factory=dict)
    transcripts: dict[tuple[Path, str], tuple[TimedText, ...]] = field(default_factory=dict)
    transcript_warnings: list[str] = field(default_factory=list)
    library_hits: tuple[SegmentMatch, ...] = ()
    moments: dict[Path, list[Moment]] = field(default_factory=dict)
    last_query: str = ""
    loaded_model: str = ""
    summaries: dict[Path, Summary] = field(default_factory=dict)
    suggestions: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    streamed: tuple[str, str] | None = None
    pending: deque[str] = field(default_factory=deque)
    is_draining: bool = False
    cleared: ClearedConversation | None = None
    panel_video: Path | None = None
    remedies: tuple[Remedy, ...] = ()
    failed_question: str = ""
    is_player_empty: bool = False
    has_subtitles: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    cancel_reading: threading.Event = field(default_factory=threading.Event)
    reading: threading.Lock = field(default_factory=threading.Lock)
    answering: threading.Lock = field(default_factory=threading.Lock)
    queue_lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def folder(self) -> Path:
        """A temporary folder for this tab's files; it is deleted together with the state."""
        folder = Path(mkdtemp(prefix="vqa-page-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    @property
    def context(self) -> VideoContext | None:
        """The encoded video in the player; None without a video that could be read."""
        if self.session is None or self.is_player_empty:
            return None
        return self.session.context

    @property
    def path(self) -> Path | None:
        """The file of the current video."""
        return self.context.clip.info.path if self.context is not None else None

    @property
    def turns(self) -> list[DisplayedTurn]:
        """The displayed turns of the current video; a new list while there is no video."""
        return self.conversations.setdefault(self.path, []) if self.path is not None else []


class SessionStates:
    """The session state of each browser tab, by Gradio's session hash.

    Args:
        model: the model that a new state starts with.
        keep_s: how long an idle state is kept, in seconds.
        capacity: the maximum number of states; the least recently used one is dropped first.
    """

    def __init__(self, model: str, *, keep_s: float = 3600.0, capacity: int = 64) -> None:
        self._model = model
        self._keep_s = keep_s
        self._capacity = capacity
        self._states: OrderedDict[str, tuple[float, SessionState]] = OrderedDict()
        self._lock = threading.Lock()

    def restore(self, session_hash: str | None, token: str) -> SessionState:
        """Return the state with this token, and make it the state of a reloaded tab.

        Args:
            session_hash: the tab's new session hash.
            token: what the tab remembered; without a state of that token, the tab gets a new state.
        """
        with self._lock:
            states = [state for _, state in self._states.values()]
            state = next((s for s in states if token and compare_digest(s.token, token)), None)
            if state is not None and session_hash:
                self._states[session_hash] = (time.monotonic(), state)
        return self.of(session_hash)

    def of(self, session_hash: str | None) -> SessionState:
        """Return the state of a tab; a caller without a session hash gets a new state every time."""
        if not session_hash:
            return SessionState(model=self._model)
        now = time.monotonic()
        with self._lock:
            _, state = self._states.pop(session_hash, (now, None))
            self._states[session_hash] = (now, state or SessionState(model=self._model))
            while len(self._states) > self._capacity or (
                now - next(iter(self._states.values()))[0] > self._keep_s
            ):
                self._states.popitem(last=False)
            return self._states[session_hash][1]
