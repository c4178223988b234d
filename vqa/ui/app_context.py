"""Options and shared objects of a page; methods that turn a `PageUpdate` into component updates."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from vqa.errors import VQAError
from vqa.types import AnswerOptions
from vqa.ui import chat_handlers, handlers, overview, refinement, video_preview
from vqa.ui.components import Components
from vqa.ui.i18n import Language, translate
from vqa.ui.limits import PRIVATE_LIMITS, Limits, RateLimiter, quota_text
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState, SessionStates
from vqa.ui.status import alert_html, error_html
from vqa.ui.updates import UPDATED_COMPONENTS, PageUpdate, component_updates
from vqa.ui.visitors.accounts import Access
from vqa.ui.visitors.quotas import SlidingSum
from vqa.ui.visitors.visitor import visitor_of
from vqa.workflows.monitor_service import MonitorService

Notice = Callable[[Language], str]
LibraryAccess = Literal["owner", "reader", "visitor"]


@dataclass(frozen=True)
class PageOptions:
    """Options that the host of the page sets when the page starts.

    Args:
        model: name of the model that a new tab starts with.
        models: the model names in the model menu.
        limits: upper bounds on what visitors may use.
        library: whose videos the library panel searches: `owner`, the library of the host, which
            may be changed; `reader`, the same without changes; `visitor`, videos that the visitor
            adds, which nobody else sees and which are deleted after the visit.
        keeps_corrections: whether answers have thumbs up and down, whose judgements are stored on
            this machine.
        allows_urls: whether visitors may enter the URL of a video, which the server then downloads.
        access: who may use the page, and from where.
        data: folder that uploads and conversations are kept in across restarts; None keeps them in
            memory alone.
        log_content: whether questions and answers are written to the log.
        monitor: monitoring of the host's cameras; None without any. Visitors see its events, and
            may judge them if `keeps_corrections`.
        notice: takes a language and returns HTML to display above the page, "" to display nothing.
    """

    model: str = "fused"
    models: tuple[str, ...] = ("fused",)
    limits: Limits = PRIVATE_LIMITS
    library: LibraryAccess = "owner"
    keeps_corrections: bool = True
    allows_urls: bool = False
    access: Access = field(default_factory=Access)
    data: Path | None = None
    log_content: bool = False
    notice: Notice = field(default=lambda _: "")
    monitor: MonitorService | None = None


@dataclass(frozen=True)
class AppContext:
    """Objects shared by all tabs of one page: model pool, session states, rate limiter, components.

    The generators yield lists with one Gradio update for each component of `update_targets`.
    """

    pool: ModelPool
    options: PageOptions
    states: SessionStates
    rate_limiter: RateLimiter
    upload_bytes: SlidingSum
    components: Components

    def state(self, request: gr.Request) -> SessionState:
        """Return the session state of the browser tab that sent a request; create it if missing."""
        return self.states.of(request.session_hash, visitor_of(request))

    def spend(self, state: SessionState) -> None:
        """Count a request against the rate limit of the state's visitor.

        Raises:
            VQAError: the visitor has used up this minute's requests.
        """
        self.rate_limiter.spend(state.visitor.quota_key, state.language)

    @contextmanager
    def turn(
        self,
        state: SessionState,
        kind: str,
        *,
        is_reading: bool = False,
        cancel: threading.Event | None = None,
    ) -> Iterator[None]:
        """Context manager that counts a request, waits in a line, and runs the block when served.

        The request counts against the visitor's rate limit, and is counted in the metrics and
        logged.

        Args:
            state: the tab's session state.
            kind: kind of the request, for the metrics.
            is_reading: whether it waits in the line of videos instead of that of questions.
            cancel: set to end the wait.

        Raises:
            VQAError: the visitor has used up this minute's requests, or the page is being stopped.
            InterruptedError: `cancel` was set while the request waited.
        """
        with state.services.telemetry.request(kind) as record:
            record.model = state.model
            self.spend(state)
            services = state.services
            line = services.reading if is_reading else services.answering
            with line.turn(state.visitor.quota_key, cancel):
                yield
            record.outcome = "done"

    def bind(self, triggers: Any, handler: Callable[..., Any], inputs: Any, outputs: Any) -> Any:
        """Bind a handler to component events and return Gradio's dependency.

        The endpoint of the handler is private: it is not listed in the page's API. Gradio displays
        no progress while the handler runs.
        """
        return gr.on(
            triggers, handler, inputs, outputs, api_visibility="private", show_progress="hidden"
        )

    def bind_reading(self, triggers: Any, handler: Callable[..., Any], inputs: Any) -> Any:
        """Bind a handler that decodes a video; return Gradio's dependency, as `bind` does.

        The handler returns or yields component updates for `update_targets`; a generator yields at
        least once, or every component is emptied. Preview and refinement follow (`work_after`).
        """
        dependency = self.bind(triggers, handler, inputs, self.update_targets())
        self.work_after(dependency)
        return dependency

    def work_after(self, event: Any) -> None:
        """Run `on_preview` and, at the same time, `on_refine` after each Gradio event.

        An occurrence that comes while they run starts them again.
        """
        for handler in (self.on_preview, self.on_refine):
            event.then(
                handler, None, self.update_targets(), trigger_mode="multiple",
                api_visibility="private", show_progress="hidden",
            )  # fmt: skip

    def on_preview(self, request: gr.Request) -> Iterator[list[Any]]:
        """Encode a copy of the current video that browsers play; yield component updates.

        See `video_preview.make_preview`.
        """
        state = self.state(request)
        yield component_updates(PageUpdate(), state)  # without a yield, every component is emptied
        for update in video_preview.make_preview(state, Path(gr.utils.get_upload_folder())):
            yield component_updates(update, state)

    def on_restore(self, request: gr.Request) -> Iterator[list[Any]]:
        """Open the video that the tab had before a restart of the page; yield component updates.

        Does nothing without such a video. If it fails, the next reload tries again.
        """
        state = self.state(request)
        yield component_updates(PageUpdate(), state)  # without a yield, every component is emptied
        path = state.reopened_path
        if path is not None:
            yield from self.open_video(state, path, state.records[path].options)
            state.reopened_path = None if state.path == path else path

    def on_refine(self, request: gr.Request) -> Iterator[list[Any]]:
        """Refine the current video and yield component updates; see `refinement.refine`.

        At the end, states of idle tabs are dropped if the page exceeds its memory limit.
        """
        state = self.state(request)
        yield component_updates(PageUpdate(), state)  # without a yield, every component is emptied
        for update in refinement.refine(state):
            yield component_updates(update, state)
        self.states.make_room(state)

    def update_targets(self) -> list[Any]:
        """Return the components that `component_updates` returns updates for, in the same order."""
        return [getattr(self.components, name) for name in UPDATED_COMPONENTS]

    def reading_inputs(self) -> list[Any]:
        """Return the components that hold the arguments of `reading_options`, in the same order."""
        components = self.components
        return [
            components.num_frames,
            components.strategy,
            components.transcripts,
        ]

    def watch(
        self, state: SessionState, path: str | None, options: ReadingOptions, model: str = ""
    ) -> Iterator[list[Any]]:
        """Decode and encode the video at `path`; yield component updates. See `handlers.watch`.

        The video counts against the rate limit. Over that limit, or when the page has no memory
        left, the only update displays the reason and, as after a failure, the earlier video, if
        any; see `handlers.after_failed_reading`. The path may be that of the video's preview; None
        or "" empties the player and is not counted.
        """
        path = state.source_of(path)
        try:
            self._admit_video(state, path)
        except VQAError as error:
            update = handlers.after_failed_reading(state, path or "", error_html(error))
            yield component_updates(update, state)
            return
        for update in handlers.watch(self.pool, state, path, options, self.options.limits, model):
            yield component_updates(update, state)

    def describe(self, state: SessionState) -> Iterator[list[Any]]:
        """Suggest questions and summarize the current video; yield component updates.

        See `overview.describe`.
        """
        yield component_updates(PageUpdate(), state)  # without a yield, every component is emptied
        for update in overview.describe(state):
            yield component_updates(update, state)

    def open_video(
        self, state: SessionState, path: Path, options: ReadingOptions, model: str = ""
    ) -> Iterator[list[Any]]:
        """Decode and encode a video, then load its file into the player if it is not there.

        Yields component updates. The file is not loaded into the player if decoding or encoding
        fails, or if the video is refused as in `watch`.
        """
        try:
            self._admit_video(state, str(path))
        except VQAError as error:
            yield component_updates(PageUpdate(status=error_html(error)), state)
            return
        for update in handlers.watch(
            self.pool, state, str(path), options, self.options.limits, model
        ):
            is_read = update.has_no_video is False and state.path == path.resolve()
            if is_read and state.playable_file != state.player_file:
                update = replace(update, player=state.playable_file)
            yield component_updates(update, state)

    def _admit_video(self, state: SessionState, path: str | None) -> None:
        """Count a video against the rate limit and free memory for it; does nothing without a path.

        Raises:
            VQAError: the visitor has used up this minute's requests, or no memory can be freed.
        """
        if not path:
            return
        self.spend(state)
        if not self.states.make_room(state):
            raise VQAError(translate("page_full", state.language), cure="")

    def check_room(self, state: SessionState) -> None:
        """Check that the visitor's hourly upload quota has room for a file of the maximum size.

        Nothing is counted. Without a quota or a maximum size, there is always room.

        Raises:
            VQAError: the quota has no room.
        """
        key = state.visitor.quota_key
        remaining = self.upload_bytes.remaining(key)
        if remaining is not None and remaining < (self.options.limits.upload_bytes or 0):
            raise VQAError(quota_text(self.upload_bytes, key, state.language), cure="")

    def watch_part(
        self, state: SessionState, options: ReadingOptions | None
    ) -> Iterator[list[Any]]:
        """Sample the current video again with other options, such as a time range; yield updates.

        The updates are those of `watch`. Without a video or without options, yields one alert that
        asks for a video.
        """
        if options is None or state.path is None:
            status = alert_html(translate("no_video", state.language))
            yield component_updates(PageUpdate(status=status), state)
            return
        yield from self.watch(state, str(state.path), options)

    def ask(
        self,
        request: gr.Request,
        question: str,
        max_tokens: float,
        *,
        keep: int | None = None,
        interrupt: bool = False,
    ) -> Iterator[list[Any]]:
        """Answer a visitor's question and yield updates of the page's components.

        Over the rate limit, the only update displays the reason. See `chat_handlers.ask` for the
        other arguments; `max_tokens`, at least 1, is the maximum number of new tokens, rounded
        down.
        """
        state = self.state(request)
        try:
            self.spend(state)
        except VQAError as error:
            yield component_updates(PageUpdate(question_alert=error_html(error)), state)
            return
        options = AnswerOptions(max_new_tokens=int(max_tokens))
        for update in chat_handlers.ask(
            state, question, keep=keep, interrupt=interrupt, options=options
        ):
            yield component_updates(update, state)

    def enqueue(self, request: gr.Request, question: str) -> list[Any]:
        """Append a question to the pending ones and return component updates.

        Over the rate limit, the updates display the reason, and the question is not appended. See
        `chat_handlers.enqueue`.
        """
        state = self.state(request)
        try:
            self.spend(state)
        except VQAError as error:
            return component_updates(PageUpdate(question_alert=error_html(error)), state)
        return component_updates(chat_handlers.enqueue(state, question), state)

    def answer_pending(self, request: gr.Request, max_tokens: float) -> Iterator[list[Any]]:
        """Answer the pending questions and yield component updates.

        See `chat_handlers.answer_pending`; `max_tokens` is the maximum number of new tokens per
        answer.
        """
        state = self.state(request)
        options = AnswerOptions(max_new_tokens=int(max_tokens))
        yield component_updates(PageUpdate(), state)  # without a yield, every component is emptied
        for update in chat_handlers.answer_pending(state, options=options):
            yield component_updates(update, state)


def reading_options(num_frames: float, strategy: str, transcripts: list[str]) -> ReadingOptions:
    """Convert the values of the settings components to `ReadingOptions`.

    A number of frames of 0 and an empty strategy become None, which leaves the choice to the model;
    an empty list means no transcripts.
    """
    return ReadingOptions(
        num_frames=int(num_frames or 0) or None,
        strategy=strategy or None,
        transcripts=tuple(transcripts or ()),
    )
