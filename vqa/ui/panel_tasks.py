"""Tasks of the panels: work on a video that shows its progress and can be cancelled."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

import gradio as gr

from vqa.errors import VQAError
from vqa.types import ProgressCallback
from vqa.ui.app_context import AppContext
from vqa.ui.i18n import translate
from vqa.ui.panels import require_context
from vqa.ui.progress import Progress, cancellable_progress, check_cancel, progress_of
from vqa.ui.session_state import SessionState
from vqa.ui.status import (
    error_html,
    note_html,
    progress_html,
    timed_progress_html,
    unexpected_html,
)
from vqa.ui.updates import visibility
from vqa.video.worker_pool import cancellable

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


@dataclass
class PanelTask(Generic[_Result]):
    """Work on a video that a button of a panel starts and its Cancel button ends.

    Args:
        app: the shared objects of the page.
        state: the tab's session state; a tab runs one task of each kind and button.
        kind: kind of the request, such as `caption`, for the metrics and for Cancel.
        work: returns the result; reports the completed share, 0 to 1, and ends with any exception
            that its callback raises.
        label: returns what is being done at a completed share.
        button: name of the button, where several start a task of this kind.
        video: the video, whichever is displayed, or a folder if the work is about several; None is
            the current one.
        reads_video: whether the work decodes the video, in the line of those who do; else it needs
            the model.
        result: what `work` returned; None before its end, after a failure, after a cancellation,
            and if another video is the current one by then.
    """

    app: AppContext
    state: SessionState
    kind: str
    work: Callable[[ProgressCallback], _Result]
    label: Callable[[float], str]
    button: str = ""
    video: Path | None = None
    reads_video: bool = False
    result: _Result | None = field(default=None, init=False)
    _has_begun: bool = field(default=False, init=False)

    def run(self) -> Iterator[Any]:
        """Run the work when it is its turn; yield updates of the status line: HTML or `gr.skip()`.

        The work counts against the rate limit. A failure and a cancellation are displayed, not
        raised. While another video than that of the task is the current one, the status line stays
        as it is.
        """
        state = self.state
        try:
            path = self.video or require_context(state).clip.info.path
        except VQAError as error:
            yield error_html(error)
            return
        tasks = state.panel_tasks if self.video is None else state.library.tasks
        task = tasks.start(f"{self.kind} {self.button}".strip(), path)
        try:
            yield progress_html(self.label(0.0), is_announced=False)
            for progress in progress_of(partial(self._work, path, task.cancel)):
                is_displayed = self._is_displayed(path)
                if not is_displayed:
                    task.cancel.set()
                yield self._bar(progress, task.cancel) if is_displayed else gr.skip()
            return
        except InterruptedError:
            message = note_html("cancelled", state.language)
        except VQAError as error:
            message = error_html(error)
        except Exception as error:  # noqa: BLE001 - the page stays usable; the log has the traceback
            _log.exception("the task %s failed", self.kind)
            message = unexpected_html(error, state.language)
        finally:
            task.cancel.set()  # also when the visitor has left
            if not self._is_displayed(path):
                self.result = None
        yield message if self._is_displayed(path) else gr.skip()

    def _is_displayed(self, path: Path) -> bool:
        """Whether the results of the video at `path` are displayed; see `video`."""
        return self.video is not None or self.state.path == path

    def _work(self, path: Path, cancel: threading.Event, report: ProgressCallback) -> None:
        """Wait for the turn of the request, then run the work, in a thread of the model if needed.

        Raises:
            InterruptedError: `cancel` was set, or the video at `path` is not displayed any more.
            VQAError: the visitor has used up the requests of this minute, or the work fails.
        """
        state = self.state
        on_progress = cancellable_progress(cancel, report, self.kind)
        with self.app.turn(state, self.kind, is_reading=self.reads_video, cancel=cancel):
            if not self._is_displayed(path):
                cancel.set()
            check_cancel(cancel, self.kind)
            self._has_begun = True
            report(0.0)  # the time left is estimated from now on
            if self.reads_video:
                with cancellable(cancel):
                    result = self.work(on_progress)
            else:
                result = state.services.model_threads.run(lambda: self.work(on_progress))
            check_cancel(cancel, self.kind)
        self.result = result

    def _bar(self, progress: Progress, cancel: threading.Event) -> str:
        """Return the progress bar with what is being done and the time left, as HTML."""
        language = self.state.language
        if cancel.is_set():
            return progress_html(translate("cancelling", language), is_announced=False)
        if not self._has_begun:
            return progress_html(translate("waiting_turn", language), is_announced=False)
        text = self.label(progress.share)
        return timed_progress_html(text, progress, language, is_announced=False)


def bind_task(
    app: AppContext,
    kind: str,
    buttons: tuple[str, str],
    outputs: Sequence[Any],
    *,
    work: Callable[[SessionState, ProgressCallback], _Result],
    label: Callable[[SessionState, float], str],
    display: Callable[[SessionState, _Result], list[Any]],
) -> None:
    """Bind the start button and the Cancel button of a task.

    Args:
        app: the shared objects of the page.
        kind: kind of the task; see `PanelTask`.
        buttons: names of the two components.
        outputs: the components that the task updates, its status line first.
        work: `PanelTask.work` of a tab.
        label: `PanelTask.label` of a tab.
        display: returns the updates of `outputs` from the result; a VQAError is displayed.
    """
    start, cancel = (getattr(app.components, name) for name in buttons)
    others = [gr.skip()] * (len(outputs) - 1)

    def on_start(request: gr.Request) -> Iterator[list[Any]]:
        state = app.state(request)
        task = PanelTask(app, state, kind, partial(work, state), partial(label, state))
        changes = [gr.update(interactive=False), visibility(True) | {"interactive": True}]
        for status in task.run():
            yield [*changes, status, *others]
            changes = [gr.skip(), gr.skip()]
        updates = [gr.skip(), *others]
        if task.result is not None:
            try:
                updates = display(state, task.result)
            except VQAError as error:
                updates = [error_html(error), *others]
        yield [gr.update(interactive=True), visibility(False), *updates]

    def on_cancel(request: gr.Request) -> Any:
        app.state(request).panel_tasks.cancel(kind)
        return gr.update(interactive=False)

    app.bind([start.click], on_start, None, [start, cancel, *outputs])
    cancel.click(
        on_cancel, None, [cancel], api_visibility="private", queue=False, show_progress="hidden"
    )
