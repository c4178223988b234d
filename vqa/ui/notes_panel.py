"""Notes on the page: the slides or chapters of the current video as files to download."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.errors import ExtraMissing, VQAError
from vqa.transcripts.screen_text import load_ocr
from vqa.types import ProgressCallback
from vqa.ui.app_context import AppContext
from vqa.ui.components import Components, build_task_buttons
from vqa.ui.i18n import translate
from vqa.ui.panel_tasks import bind_task
from vqa.ui.panels import require_context
from vqa.ui.session_state import SessionState
from vqa.ui.status import error_html, hint_html
from vqa.ui.updates import NOTES_FILES
from vqa.workflows.notes import Notes, compose_chapter_notes, compose_notes, write_notes
from vqa.workflows.slides import find_slides


def build_notes(components: Components) -> None:
    """Create the components of the notes inside the current Blocks."""
    with gr.Row(elem_classes="vqa-status"):
        build_task_buttons(components, "make_notes", "cancel_notes", label="make_notes")
    components.add("notes_status", gr.HTML, texts={}, elem_id="vqa-notes_status")
    with gr.Row(elem_classes="vqa-buttons"):
        for key in NOTES_FILES.values():
            components.add(
                key, gr.DownloadButton, texts={"label": key}, visible=False, size="md", elem_id=f"vqa-{key}"
            )  # fmt: skip


def bind_notes(app: AppContext) -> None:
    """Bind the button that makes notes of the current video, and its Cancel button."""
    components = app.components
    files = [getattr(components, key) for key in NOTES_FILES.values()]
    bind_task(
        app,
        "notes",
        ("make_notes", "cancel_notes"),
        [components.notes_status, *files],
        work=make_notes,
        label=lambda state, share: translate("making_notes", state.language, share=share),
        display=notes_updates,
    )


def make_notes(state: SessionState, on_progress: ProgressCallback) -> Notes:
    """Return notes of the current video: of its slides with their speech, else of its chapters.

    Speech is the timed text that the video was encoded with. Slides have no text if text
    recognition is not installed. An exception from `on_progress` ends the work.

    Raises:
        VQAError: there is no video, or it cannot be decoded.
    """
    context = require_context(state)
    assert state.session is not None
    try:
        ocr = load_ocr()
    except ExtraMissing:
        ocr = None
    path = context.clip.info.path
    slides = find_slides(path, ocr=ocr, on_progress=on_progress)
    if slides:
        return compose_notes(path, slides, context.text)
    return compose_chapter_notes(context, state.session.model)


def notes_updates(state: SessionState, notes: Notes) -> list[Any]:
    """Write the notes in every format whose library is installed; return updates that offer them.

    The order is that of the status line and of `NOTES_FILES`. A format that cannot be written is
    reported in the status line; the other ones are offered.
    """
    key = "notes_slides" if notes.has_slides else "notes_chapters"
    status = hint_html(key, state.language, count=len(notes.sections))
    updates: list[Any] = []
    for suffix in NOTES_FILES:
        file = state.folder / f"{Path(notes.path).stem} notes{suffix}"
        is_written = suffix != ".pdf" or find_spec("fpdf") is not None
        if is_written:
            try:
                write_notes(notes, file)
            except VQAError as error:
                status, is_written = error_html(error), False
        updates.append(gr.update(value=str(file) if is_written else None, visible=is_written))
    return [status, *updates]
