"""The objects that the event handlers of a page share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.errors import VQAError
from vqa.types import AnswerOptions
from vqa.ui import chat_handlers, handlers
from vqa.ui.api import client_id
from vqa.ui.components import Components
from vqa.ui.i18n import Language, translate
from vqa.ui.limits import PRIVATE, Limits, RateLimiter
from vqa.ui.model_pool import ModelPool
from vqa.ui.session_state import ReadingOptions, SessionState, SessionStates
from vqa.ui.status import alert_html, error_html
from vqa.ui.updates import UPDATED, PageUpdate, component_updates

Notice = Callable[[Language], str]


@dataclass(frozen=True)
class PageOptions:
    """How the host sets up the page.

    Args:
        model: the model that is chosen at first.
        models: the model names to choose from.
        limits: what each visitor may use.
        has_library: whether the search over indexed videos is offered.
        allows_urls: whether visitors may give the address of a video, which this machine then downloads.
        notice: returns HTML to display above everything in a language; empty displays nothing.
    """

    model: str = "fused"
    models: tuple[str, ...] = ("fused", "echo")
    limits: Limits = PRIVATE
    has_library: bool = False
    allows_urls: bool = False
    notice: Notice = field(default=lambda _: "")


@dataclass(frozen=True)
class AppContext:
    """The model pool, the session states, the rate limiter and the components of one page."""

    pool: ModelPool
    options: PageOptions
    states: SessionStates
    rate_limiter: RateLimiter
    components: Components

    def state(self, request: gr.Request) -> SessionState:
        """Return the state of the tab that a request comes from."""
        return self.states.of(request.session_hash)

    def spend(self, request: gr.Request) -> None:
        """Count a request against its client's rate limit.

        Raises:
            VQAError: the client has to wait.
        """
        self.rate_limiter.spend(client_id(request), self.state(request).language)

    def bind(self, triggers: Any, handler: Callable[..., Any], inputs: Any, outputs: Any) -> Any:
        """Bind a handler to component events and return Gradio's dependency; the API does not list it."""
        return gr.on(
            triggers, handler, inputs, outputs, api_visibility="private", show_progress="hidden"
        )

    def update_targets(self) -> list[Any]:
        """Return the components that `component_updates` has values for."""
        return [getattr(self.components, name) for name in UPDATED]

    def reading_inputs(self) -> list[Any]:
        """Return the components that `reading_options` takes its arguments from."""
        components = self.components
        return [
            components.num_frames,
            components.strategy,
            components.start_s,
            components.end_s,
            components.transcripts,
        ]

    def watch(
        self, state: SessionState, path: str | None, options: ReadingOptions, model: str = ""
    ) -> Iterator[list[Any]]:
        """Read the video in the player and yield component updates; see `handlers.watch`."""
        for update in handlers.watch(self.pool, state, path, options, self.options.limits, model):
            yield component_updates(update, state)

    def describe(self, state: SessionState) -> Iterator[list[Any]]:
        """Describe the video that was read and yield component updates; see `handlers.describe`."""
        yield component_updates(PageUpdate(), state)  # without a yield, every component is emptied
        for update in handlers.describe(state):
            yield component_updates(update, state)

    def open_video(
        self, state: SessionState, path: Path, options: ReadingOptions
    ) -> Iterator[list[Any]]:
        """Read a video that is not in the player yet, and load it into the player afterwards."""
        for update in handlers.watch(self.pool, state, str(path), options, self.options.limits):
            is_read = update.has_no_video is False
            yield component_updates(replace(update, player=path) if is_read else update, state)

    def watch_part(
        self, state: SessionState, options: ReadingOptions | None
    ) -> Iterator[list[Any]]:
        """Read the current video again with other options and yield component updates."""
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
        """Answer a question within the rate limit and yield component updates; see `chat_handlers.ask`."""
        state = self.state(request)
        try:
            self.spend(request)
        except VQAError as error:
            yield component_updates(PageUpdate(status=error_html(error)), state)
            return
        options = AnswerOptions(max_new_tokens=int(max_tokens))
        for update in chat_handlers.ask(
            state, question, keep=keep, interrupt=interrupt, options=options
        ):
            yield component_updates(update, state)

    def enqueue(self, request: gr.Request, question: str) -> list[Any]:
        """Add a question to the pending ones within the rate limit and return component updates."""
        state = self.state(request)
        try:
            self.spend(request)
        except VQAError as error:
            return component_updates(PageUpdate(status=error_html(error)), state)
        return component_updates(chat_handlers.enqueue(state, question), state)

    def answer_pending(self, request: gr.Request, max_tokens: float) -> Iterator[list[Any]]:
        """Answer the pending questions and yield component updates; see `chat_handlers.answer_pending`."""
        state = self.state(request)
        options = AnswerOptions(max_new_tokens=int(max_tokens))
        yield component_updates(PageUpdate(), state)  # without a yield, every component is emptied
        for update in chat_handlers.answer_pending(state, options=options):
            yield component_updates(update, state)


def reading_options(
    num_frames: float, strategy: str, start_s: float, end_s: float, transcripts: list[str]
) -> ReadingOptions:
    """Return the reading options that the settings display; 0 and empty leave a choice to the model."""
    return ReadingOptions(
        num_frames=int(num_frames or 0) or None,
        strategy=strategy or None,
        start_s=float(start_s or 0),
        end_s=float(end_s or 0) or None,
        transcripts=tuple(transcripts or ()),
    )
