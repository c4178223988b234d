"""Bind the events of the panels beside the chat: moments, captions and summary."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from vqa.errors import VQAError
from vqa.timecode import format_time
from vqa.ui import panels
from vqa.ui.app_context import AppContext
from vqa.ui.i18n import translate
from vqa.ui.page_requests import Selection
from vqa.ui.panel_tasks import PanelTask, bind_cancel, task_button_updates
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

    def on_save(request: gr.Request, selection: Selection) -> Iterator[list[Any]]:
        state = app.state(request)
        start_s, end_s = selection.number("start_s"), selection.number("end_s")
        yield [progress_html(translate("cutting", state.language)), gr.update(visible=False)]
        try:
            with app.turn(state, "cut", is_reading=True):
                file = panels.save_moment(state, start_s, end_s)
        except VQAError as error:
            yield [error_html(error), gr.update(visible=False)]
            return
        times = {"start": format_time(start_s), "end": format_time(end_s)}
        label = translate("download_range", state.language, **times)
        yield ["", gr.update(value=str(file), label=label, visible=True)]

    lists = (
        (components.moments, components.save_moment_status, components.save_moment),
        (components.summary, components.save_chapter_status, components.save_chapter),
    )
    for items, status, button in lists:
        app.bind([items.select], on_save, None, [status, button])


def _bind_summary(app: AppContext) -> None:
    """Bind the button that summarizes the video, and its Cancel button."""
    components = app.components

    def on_summarize(request: gr.Request) -> Iterator[list[Any]]:
        state = app.state(request)
        task = PanelTask(
            app,
            state,
            "summarize",
            work=partial(panels.summary_html, state),
            label=partial(panels.summary_label, state),
        )
        for status in task.run():
            yield [*task_button_updates(True), status, *[gr.skip()] * 3]
        if task.result is None:
            yield [*task_button_updates(False), *[gr.skip()] * 4]
            return
        summary, chapters = task.result
        file = gr.update(value=chapters and str(chapters), visible=chapters is not None)
        yield [*task_button_updates(False), "", summary, file, timeline_html(state)]

    outputs = [
        *(components.summarize, components.cancel_summary, components.summary_status),
        *(components.summary, components.save_chapters, components.frames),
    ]
    app.bind([components.summarize.click], on_summarize, None, outputs)
    bind_cancel(app, "cancel_summary", "summarize")


def _bind_captions(app: AppContext) -> None:
    """Bind the button that captions the video, its Cancel button, and the editing of the table."""
    components = app.components
    table, status = components.caption_table, components.caption_status
    files = [components.save_srt, components.save_vtt, components.player]

    def on_caption(request: gr.Request) -> Iterator[list[Any]]:
        state = app.state(request)
        task = PanelTask(
            app,
            state,
            "caption",
            work=partial(panels.caption_rows, state),
            label=partial(panels.caption_label, state),
        )
        for update in task.run():
            yield [*task_button_updates(True), update, *[gr.skip()] * 5]
        yield [*task_button_updates(False), *_caption_updates(state, task.result)]

    def on_edit(request: gr.Request, rows: list[list[Any]]) -> list[Any]:
        state = app.state(request)
        try:
            updates = caption_file_updates(state, rows)
        except VQAError as error:
            return [error_html(error), *[gr.skip()] * 3]
        return [translate("captions_done", state.language), *updates]

    outputs = [
        *(components.caption, components.cancel_captions),
        *(status, table, *files, components.overview),
    ]
    app.bind([components.caption.click], on_caption, None, outputs)
    app.bind([table.input], on_edit, [table], [status, *files])
    bind_cancel(app, "cancel_captions", "caption")


def _caption_updates(state: SessionState, rows: list[CaptionRow] | None) -> list[Any]:
    """Write the files of new captions; return updates of status, table, files and overview.

    Without new captions (None), nothing changes; [] is no caption that the model is sure of.
    """
    if rows is None:
        return [gr.skip()] * 6
    if not rows:
        return [hint_html("captions_unsure", state.language), *[gr.skip()] * 5]
    try:
        updates = caption_file_updates(state, rows)
    except VQAError as error:
        return [error_html(error), *[gr.skip()] * 5]
    message, overview = translate("captions_done", state.language), panels.overview_html(state)
    return [message, gr.update(value=rows, visible=True), *updates, overview]
