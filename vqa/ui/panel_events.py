"""Bind the events of the panels beside the chat: moments, captions and summary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.errors import VQAError
from vqa.ui import panels
from vqa.ui.app_context import AppContext
from vqa.ui.clip_saving import bind_clip_cancel, clip_outputs, save_clip
from vqa.ui.i18n import translate
from vqa.ui.page_requests import Selection
from vqa.ui.panel_tasks import bind_task
from vqa.ui.session_state import CaptionRow, SessionState
from vqa.ui.status import error_html, hint_html, progress_html
from vqa.ui.updates import caption_file_updates
from vqa.ui.video_timeline import timeline_html


def bind_panels(app: AppContext) -> None:
    """Bind the events of the moments, captions and summary panels."""
    _bind_moments(app)
    _bind_captions(app)
    _bind_summary(app)
    _bind_saving(app)
    _bind_displayed(app)


def _bind_moments(app: AppContext) -> None:
    """Bind the search field of the moments panel."""
    components = app.components

    def on_find(request: gr.Request, query: str) -> Iterator[list[Any]]:
        state = app.state(request)
        yield [progress_html(translate("searching", state.language)), gr.skip()]
        try:
            with app.turn(state, "search"):
                threads = state.services.model_threads
                moments = threads.run(lambda: panels.moments_html(state, query))
        except VQAError as error:
            yield [error_html(error), gr.skip()]
            return
        yield [moments, timeline_html(state)]

    triggers = [components.find.click, components.query.submit]
    app.bind(triggers, on_find, [components.query], [components.moments, components.frames])


def _bind_saving(app: AppContext) -> None:
    """Bind the Save buttons of moments and chapters, which cut the video and offer the file."""
    components = app.components
    lists = ((components.moments, "save_moment"), (components.summary, "save_chapter"))
    for items, name in lists:

        def on_save(
            request: gr.Request, selection: Selection, name: str = name
        ) -> Iterator[list[Any]]:
            start_s, end_s = selection.number("start_s"), selection.number("end_s")
            yield from save_clip(app, app.state(request), name, start_s, end_s)

        app.bind([items.select], on_save, None, clip_outputs(app, name, f"{name}_status"))
        bind_clip_cancel(app, name)


def _bind_displayed(app: AppContext) -> None:
    """Bind the button that saves the moment at which the player stands, or the clicked range."""
    components, name = app.components, "save_displayed"

    def on_save(request: gr.Request, selection: Selection) -> Iterator[list[Any]]:
        state = app.state(request)
        start_s, end_s = selection.number("start_s"), selection.number("end_s")
        if end_s <= start_s and state.context is not None:
            start_s, end_s = panels.moment_at(state.context, selection.number("time_s"))
        yield from save_clip(app, state, name, start_s, end_s)

    outputs = clip_outputs(app, name, f"{name}_status")
    app.bind([components.moment.select], on_save, None, outputs)
    bind_clip_cancel(app, name)


def _bind_summary(app: AppContext) -> None:
    """Bind the button that summarizes the video, and its Cancel button."""
    components = app.components

    def display(state: SessionState, result: tuple[str, Path | None]) -> list[Any]:
        summary, chapters = result
        file = gr.update(value=chapters and str(chapters), visible=chapters is not None)
        return ["", summary, file, timeline_html(state)]

    bind_task(
        app,
        "summarize",
        ("summarize", "cancel_summary"),
        [
            *(components.summary_status, components.summary),
            *(components.save_chapters, components.frames),
        ],
        work=panels.summary_html,
        label=panels.summary_label,
        display=display,
    )


def _bind_captions(app: AppContext) -> None:
    """Bind the button that captions the video, its Cancel button, and the editing of the table."""
    components = app.components
    table, status = components.caption_table, components.caption_status
    files = [components.save_srt, components.save_vtt, components.player]

    def on_edit(request: gr.Request, rows: list[list[Any]]) -> list[Any]:
        state = app.state(request)
        try:
            updates = caption_file_updates(state, rows)
        except VQAError as error:
            return [error_html(error), *[gr.skip()] * 3]
        return [translate("captions_done", state.language), *updates]

    bind_task(
        app,
        "caption",
        ("caption", "cancel_captions"),
        [status, table, *files, components.overview],
        work=panels.caption_rows,
        label=panels.caption_label,
        display=_caption_updates,
    )
    app.bind([table.input], on_edit, [table], [status, *files])


def _caption_updates(state: SessionState, rows: list[CaptionRow]) -> list[Any]:
    """Write the files of new captions; return updates of status, table, files and overview.

    [] is no caption that the model is sure of.

    Raises:
        VQAError: a file cannot be written.
    """
    if not rows:
        return [hint_html("captions_unsure", state.language), *[gr.skip()] * 5]
    updates = caption_file_updates(state, rows)
    message, overview = translate("captions_done", state.language), panels.overview_html(state)
    return [message, gr.update(value=rows, visible=True), *updates, overview]
