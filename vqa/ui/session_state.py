"""State of one browser tab: its videos, its conversations and what the page displays."""

from __future__ import annotations

import shutil
import threading
import time
import weakref
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hmac import compare_digest
from pathlib import Path
from secrets import token_urlsafe
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from vqa.chat.session import ChatSession
from vqa.types import Moment, Region, TimedText
from vqa.ui.conversation_records import VideoConversation
from vqa.ui.frames import ClearedConversation, DisplayedTurn
from vqa.ui.i18n import Language
from vqa.ui.progress import BackgroundTask, TaskRegistry
from vqa.ui.quiz_game import QuizState
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.visitors.visitor import LOCAL_VISITOR, Visitor
from vqa.ui.visitors.waiting_line import Services

if TYPE_CHECKING:
    from vqa.models.protocol import VideoContext
    from vqa.storage.library import SegmentMatch
    from vqa.tasks.summary import Summary

CaptionRow = list[str]


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """Action offered as a button after a failure: decode with `num_frames`, or use `model`.

    `download_gb` is above 0 where selecting the model starts a download, which the user has to
    confirm. `file` is the video to decode; None is the current one.
    """

    num_frames: int | None = None
    model: str | None = None
    download_gb: float = 0.0
    file: Path | None = None


@dataclass
class LibraryState:
    """What the library panel of one tab displays, and its running indexing.

    Args:
        matches: results of the last search.
        videos: videos of the library, as displayed.
        cancel: set to cancel the indexing.
        indexing: lock that is held while videos are indexed.
        tasks: work that buttons of the panel have started, whichever video is displayed.
    """

    matches: tuple[SegmentMatch, ...] = ()
    videos: tuple[Path, ...] = ()
    cancel: threading.Event = field(default_factory=threading.Event)
    indexing: threading.Lock = field(default_factory=threading.Lock)
    tasks: TaskRegistry = field(default_factory=TaskRegistry)


@dataclass
class SessionState:
    """State of one browser tab; other tabs cannot access it.

    Args:
        visitor: the visitor who opened the tab.
        services: waiting lines and telemetry of the page.
        token: secret that a reloaded tab presents to get its state back.
        model: name of the selected model.
        language: language of the page.
        has_chosen_language: whether the language was chosen in the menu.
        session: chat session with its encoded videos; None before the first.
        conversations: displayed turns of each video, by path.
        options: options that each video was sampled with.
        records: conversations as stored on disk, by path of the video; empty without a store.
        menu_video: path that the menu of videos displays; "" if it displays none.
        reopened_path: video to open again after a restart of the page; None if there is none.
        on_change: called after a video was opened and after the conversation changed.
        captions: rows of the caption table of each video: start, end, text.
        transcripts: timed text by path and source: `subtitles`, `speech` or `screen`.
        transcript_warnings: reasons why transcripts of the last video failed.
        library: what the library panel displays.
        quiz: quizzes about the videos.
        loaded_model: name of the model that was loaded last; "" before the first.
        summaries: summary with chapters of each video.
        moments: last search results of each video.
        last_query: last search query.
        suggestions: suggested questions of each video.
        things: what the model names with confidence in each video, see `question_suggestions.name_things`.
        partial_turn: (question, answer so far) while an answer is streamed; None otherwise.
        num_ahead: number of requests of others that are served before the question in `partial_turn`;
            None if it is being answered.
        pending: questions that wait for the running answer, each with the box that it is about.
        region: box that the next questions are about; None for the whole picture.
        is_draining: whether an event handler is answering the pending questions.
        cleared_conversation: conversation that was cleared last; None if there is nothing to restore.
        panel_video: path of the video whose results the panels display.
        refinement: the running refinement; None if there is none.
        coarse_videos: videos whose refinement the user has stopped.
        previews: copies that browsers play, by the path of the video.
        preview_task: the running encoding of such a copy; None if there is none.
        panel_tasks: work that buttons of the panels have started, such as `caption`.
        overview_tasks: the making of the overview of a video, of the kind `overview`.
        remedies: remedies offered after the last failure.
        judged_turn: index of the turn whose answer was judged last; -1 before the first.
        failed_question: question that failed; asked again after a remedy. "" if none failed.
        player_file: file that was loaded into the player last; None before the first.
        is_player_empty: whether the player is empty or its file could not be decoded.
        has_subtitles: whether the player displays subtitles.
        stop: set to stop the running answer.
        reading_file: file that is being decoded; None if there is none.
        num_failed_readings: number of files that were refused or could not be read.
        cancel_reading: set to cancel decoding the video; the event of the newest call of `watch`.
        reading: lock that is held while a video is decoded and encoded.
        answering: lock that is held while a question is answered.
        queue_lock: lock that is held while `pending`, `is_draining` or `refinement` changes.
    """

    visitor: Visitor = field(default=LOCAL_VISITOR, repr=False)
    services: Services = field(default_factory=Services, repr=False)
    token: str = field(default_factory=token_urlsafe, repr=False)
    model: str = "fused"
    language: Language = "en"
    has_chosen_language: bool = False
    session: ChatSession | None = None
    conversations: dict[Path, list[DisplayedTurn]] = field(default_factory=dict)
    options: dict[Path, ReadingOptions] = field(default_factory=dict)
    records: dict[Path, VideoConversation] = field(default_factory=dict)
    menu_video: str = ""
    reopened_path: Path | None = None
    on_change: Callable[[SessionState], None] = field(default=lambda _: None, repr=False)
    captions: dict[Path, list[CaptionRow]] = field(default_factory=dict)
    transcripts: dict[tuple[Path, str], tuple[TimedText, ...]] = field(default_factory=dict)
    transcript_warnings: list[str] = field(default_factory=list)
    library: LibraryState = field(default_factory=LibraryState)
    quiz: QuizState = field(default_factory=QuizState)
    moments: dict[Path, list[Moment]] = field(default_factory=dict)
    last_query: str = ""
    loaded_model: str = ""
    summaries: dict[Path, Summary] = field(default_factory=dict)
    suggestions: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    things: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    partial_turn: tuple[str, str] | None = None
    num_ahead: int | None = None
    pending: deque[tuple[str, Region | None]] = field(default_factory=deque)
    region: Region | None = None
    is_draining: bool = False
    cleared_conversation: ClearedConversation | None = None
    panel_video: Path | None = None
    refinement: BackgroundTask | None = None
    coarse_videos: set[Path] = field(default_factory=set)
    previews: dict[Path, Path] = field(default_factory=dict)
    preview_task: BackgroundTask | None = None
    panel_tasks: TaskRegistry = field(default_factory=TaskRegistry)
    overview_tasks: TaskRegistry = field(default_factory=TaskRegistry)
    remedies: tuple[Remedy, ...] = ()
    judged_turn: int = -1
    failed_question: str = ""
    player_file: Path | None = None
    is_player_empty: bool = False
    has_subtitles: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    reading_file: Path | None = None
    num_failed_readings: int = 0
    cancel_reading: threading.Event = field(default_factory=threading.Event)
    reading: threading.Lock = field(default_factory=threading.Lock)
    answering: threading.Lock = field(default_factory=threading.Lock)
    queue_lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def folder(self) -> Path:
        """Temporary folder for this tab's files; deleted when the state is garbage-collected."""
        folder = Path(mkdtemp(prefix="vqa-page-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    @property
    def num_bytes(self) -> int:
        """Bytes of the frames of the tab's encoded videos, see `ChatSession`; 0 before the first."""
        return self.session.num_bytes if self.session is not None else 0

    def cancel_tasks(self, *, keep_path: str | None = None) -> None:
        """Cancel the tab's refinement, panel tasks, overview and preview; all may be started again.

        The overview and the preview of the video at `keep_path`, if one is given, go on.
        """
        exempt_path = Path(keep_path).resolve() if keep_path else None
        with self.queue_lock:
            if self.refinement is not None:
                self.refinement.cancel.set()
            if self.preview_task is not None and self.preview_task.path != exempt_path:
                self.preview_task.cancel.set()
        self.panel_tasks.cancel_all()
        self.overview_tasks.cancel_all(keep_path=exempt_path)

    def source_of(self, path: str | None) -> str | None:
        """Return the path of the video whose preview is at `path`.

        `path` itself, also None and "", if it is no preview.
        """
        if not path:
            return path
        file = Path(path).resolve()
        return next((str(k) for k, v in self.previews.items() if v.resolve() == file), path)

    @property
    def playable_file(self) -> Path | None:
        """File to load into the player: the preview of the current video, else the video, if any."""
        path = self.path
        preview = self.previews.get(path) if path is not None else None
        return preview if preview is not None and preview.is_file() else path

    @property
    def is_busy(self) -> bool:
        """Whether this tab waits for, decodes or encodes a video, or answers a question."""
        return self.reading.locked() or self.answering.locked()

    @property
    def context(self) -> VideoContext | None:
        """Encoded video in the player; None if the player is empty or its file failed to decode."""
        if self.session is None or self.is_player_empty:
            return None
        return self.session.context

    @property
    def path(self) -> Path | None:
        """Path of the current video; None without a video."""
        return self.context.clip.info.path if self.context is not None else None

    @property
    def videos(self) -> tuple[Path, ...]:
        """Paths of the videos of this tab: encoded ones, then those to open again after a restart."""
        encoded_videos = self.session.videos if self.session is not None else ()
        return tuple(dict.fromkeys((*encoded_videos, *self.records)))

    @property
    def turns(self) -> list[DisplayedTurn]:
        """Displayed turns of the current video, as the stored list that callers may change.

        Without a video, a new empty list that is not stored.
        """
        return self.conversations.setdefault(self.path, []) if self.path is not None else []


class SessionStates:
    """Session states of all browser tabs, by session hash.

    The guard has bound the hash to a visitor. A state is dropped when it was not used for `keep_s`.
    When all together take more than `limit_bytes`, `make_room` drops those of the visitor who takes
    most.

    Args:
        model: the model that a new state starts with.
        keep_s: number of seconds after which an unused state is dropped.
        limit_bytes: maximum memory of all states; None is unlimited.
        tabs: maximum number of states of one visitor; the least recently used one is dropped first.
        services: waiting lines and telemetry of the page.
        on_change: see `SessionState`.
        resume: loads the stored conversations of a token into a new state, and returns whether there
            are any.
    """

    def __init__(
        self,
        model: str,
        *,
        keep_s: float = 3600.0,
        limit_bytes: int | None = None,
        tabs: int = 16,
        services: Services | None = None,
        on_change: Callable[[SessionState], None] = lambda _: None,
        resume: Callable[[SessionState, str], bool] = lambda _, __: False,
    ) -> None:
        self.services = services or Services()
        self._model = model
        self._keep_s = keep_s
        self._limit_bytes = limit_bytes
        self._tabs = tabs
        self._on_change = on_change
        self._resume = resume
        self._states: OrderedDict[str, tuple[float, SessionState]] = OrderedDict()
        self._lock = threading.Lock()

    def restore(
        self, session_hash: str | None, token: str, visitor: Visitor = LOCAL_VISITOR
    ) -> SessionState:
        """Return the state with this token and assign it to the session hash of a reloaded tab.

        After a restart of the page, the state is a new one with the stored conversations.

        Args:
            session_hash: the tab's new session hash; None for a caller without a session.
            token: token that the tab stored; if no state of the same visitor has it,
                `of(session_hash)` is returned.
            visitor: the visitor who reloaded the tab.
        """
        with self._lock:
            states = [s for _, s in self._states.values() if s.visitor.session == visitor.session]
            state = next((s for s in states if token and compare_digest(s.token, token)), None)
            if state is None and token:
                new = self._new_state(visitor)
                state = new if self._resume(new, token) else None
            if state is not None and session_hash:
                self._states[session_hash] = (time.monotonic(), state)
        return self.of(session_hash, visitor)

    def of(self, session_hash: str | None, visitor: Visitor = LOCAL_VISITOR) -> SessionState:
        """Return the state of a session hash; create it if necessary and drop expired states.

        Without a session hash, each call returns a new state. States beyond `tabs` are dropped, too.
        """
        if not session_hash:
            return self._new_state(visitor)
        now = time.monotonic()
        with self._lock:
            _, state = self._states.pop(session_hash, (now, None))
            self._states[session_hash] = (now, state or self._new_state(visitor))
            self._drop_expired(now)
            self._drop_tabs(visitor)
            return self._states[session_hash][1]

    def states(self) -> list[SessionState]:
        """Return all states, each once, the least recently used first."""
        with self._lock:
            return list({id(state): state for _, state in self._states.values()}.values())

    def num_bytes(self) -> int:
        """Return the bytes of the frames of all states' encoded videos, without embeddings."""
        return sum(state.num_bytes for state in self.states())

    def make_room(self, current: SessionState) -> bool:
        """Drop states until all together are within the memory limit; return whether they are.

        Each time, the visitor who takes the most memory loses the least recently used state that is
        not busy and holds an encoded video.

        Args:
            current: state that is never dropped.
        """
        if self._limit_bytes is None:
            return True
        with self._lock:
            self._drop_expired(time.monotonic())
        states = self.states()
        while sum(state.num_bytes for state in states) > self._limit_bytes:
            sizes: Counter[str] = Counter()
            for state in states:
                sizes[state.visitor.quota_key] += state.num_bytes
            idle = [s for s in states if s is not current and s.num_bytes and not s.is_busy]
            if not idle:
                return False
            oldest = max(idle, key=lambda s: sizes[s.visitor.quota_key])  # the first of equals
            states.remove(oldest)
            self._drop(oldest)
        return True

    def stop(self) -> None:
        """Stop all answers, decoding, background tasks and indexing.

        Pages display that the server stops.
        """
        self.services.stop()
        for state in self.states():
            state.stop.set()
            state.cancel_reading.set()
            state.cancel_tasks()
            state.library.cancel.set()
            state.library.tasks.cancel_all()

    def _new_state(self, visitor: Visitor) -> SessionState:
        return SessionState(
            model=self._model,
            visitor=visitor,
            services=self.services,
            on_change=self._on_change,
        )

    def _drop_expired(self, now: float) -> None:
        while self._states and now - next(iter(self._states.values()))[0] > self._keep_s:
            self._states.popitem(last=False)

    def _drop_tabs(self, visitor: Visitor) -> None:
        hashes = [k for k, (_, s) in self._states.items() if s.visitor.session == visitor.session]
        for session_hash in hashes[: -self._tabs]:
            del self._states[session_hash]

    def _drop(self, state: SessionState) -> None:
        with self._lock:
            for session_hash in [k for k, (_, s) in self._states.items() if s is state]:
                del self._states[session_hash]
