"""Saving of clips: a time range of a video is cut into a file, with progress and Cancel."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.timecode import format_range
from vqa.types import ProgressCallback
from vqa.ui import panels
from vqa.ui.app_context import AppContext
from vqa.ui.i18n import translate
from vqa.ui.panel_tasks import PanelTask
from vqa.ui.session_state import SessionState
from vqa.ui.updates import visibility

_KIND = "cut"


def save_clip(
    app: AppContext,
    state: SessionState,
    name: str,
    start_s: float,
    end_s: float,
    *,
    video: Path | None = None,
) -> Iterator[list[Any]]:
    """Cut a range of a video into a file, when it is its turn; yield updates of `clip_outputs`.

    A failure and a cancellation are displayed, not raised.

    Args:
        app: the shared objects of the page.
        state: the tab's session state; the file is written to its folder.
        name: name of the download button.
        start_s: start in seconds.
        end_s: end in seconds.
        video: the video; None is the current one, and displaying another one ends the cutting.
    """

    def work(on_progress: ProgressCallback) -> Path:
        if video is None:
            return panels.save_moment(state, start_s, end_s, on_progress)
        return panels.save_range(video, state.folder, start_s, end_s, on_progress)

    label = partial(_label, state)
    task = PanelTask(
        app, state, _KIND, work, label, button=name, video=video, reads_video=True
    )  # fmt: skip
    for status in task.run():
        yield [status, gr.update(visible=False), visibility(True)]
    if task.result is None:
        yield [gr.skip(), gr.skip(), visibility(False)]
        return
    text = translate("download_range", state.language, span=format_range(start_s, end_s))
    file = gr.update(value=str(task.result), label=text, visible=True)
    yield ["", file, visibility(False)]


def clip_outputs(app: AppContext, name: str, status: str) -> list[Any]:
    """Return the components that `save_clip` updates: status line, download button and Cancel.

    Args:
        app: the shared objects of the page.
        name: name of the download button; that of its Cancel button begins with `cancel_`.
        status: name of the status line.
    """
    return [getattr(app.components, key) for key in (status, name, f"cancel_{name}")]


def bind_clip_cancel(app: AppContext, name: str) -> None:
    """Bind the Cancel button that belongs to a download button of this name."""

    def on_cancel(request: gr.Request) -> None:
        state = app.state(request)
        for tasks in (state.panel_tasks, state.library.tasks):
            tasks.cancel(f"{_KIND} {name}")

    button = getattr(app.components, f"cancel_{name}")
    button.click(on_cancel, None, None, api_visibility="private", queue=False)


def _label(state: SessionState, share: float) -> str:
    """Return that a video is being cut, with the completed share, 0 to 1."""
    return translate("cutting", state.language, share=share)
