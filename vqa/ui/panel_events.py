"""Which event of the panels beside the chat calls which handler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from vqa.errors import VQAError
from vqa.ui import components as layout
from vqa.ui import library_panel as library
from vqa.ui import results as search
from vqa.ui.i18n import say
from vqa.ui.updates import captions_shown
from vqa.ui.view import trouble

if TYPE_CHECKING:
    from vqa.ui.page import Page


def wire(page: Page) -> None:
    """Wire the panels of a page."""
    _moments(page)
    _captions(page)
    _summary(page)
    if page.options.library:
        _library(page)


def _moments(page: Page) -> None:
    parts = page.parts

    def find(request: gr.Request, words: str) -> str:
        visit = page.visit(request)
        try:
            page.spend(request)
        except VQAError as error:
            return trouble(error)
        return search.moments_html(visit, words)

    page.on([parts.find.click, parts.words.submit], find, [parts.words], [parts.found])


def _summary(page: Page) -> None:
    parts = page.parts

    def summarize(request: gr.Request) -> list[Any]:
        try:
            page.spend(request)
            told, chapters = search.summary_shown(page.visit(request))
        except VQAError as error:
            return [trouble(error), gr.update(visible=False)]
        return [told, gr.update(value=str(chapters), visible=True)]

    page.on([parts.summarize.click], summarize, None, [parts.summary, parts.save_chapters])


def _captions(page: Page) -> None:
    parts = page.parts
    filed = [parts.save_srt, parts.save_vtt, parts.player]

    def caption(request: gr.Request) -> list[Any]:
        visit = page.visit(request)
        try:
            page.spend(request)
            rows = search.captions_rows(visit)
            files = captions_shown(visit, rows)
        except VQAError as error:
            return [trouble(error), *[gr.skip()] * 4]
        return [say("captions_done", visit.language), gr.update(value=rows, visible=True), *files]

    def edited(request: gr.Request, rows: list[list[Any]]) -> list[Any]:
        visit = page.visit(request)
        try:
            files = captions_shown(visit, rows)
        except VQAError as error:
            return [trouble(error), *[gr.skip()] * 3]
        return [say("captions_done", visit.language), *files]

    page.on([parts.caption.click], caption, None, [parts.caption_status, parts.table, *filed])
    page.on([parts.table.input], edited, [parts.table], [parts.caption_status, *filed])


def _library(page: Page) -> None:
    parts = page.parts

    def find(request: gr.Request, words: str) -> list[Any]:
        visit = page.visit(request)
        try:
            page.spend(request)
            visit.places = library.places(page.shelf.get(visit.model), words, visit.language)
        except VQAError as error:
            return [trouble(error), gr.update(visible=False)]
        if not visit.places:
            return [
                layout.hint("library_none", visit.language, words=words),
                gr.update(visible=False),
            ]
        told = layout.hint("library_found", visit.language)
        return [told, gr.update(value=library.pictures(visit.places), visible=True)]

    def open_place(request: gr.Request, chosen: gr.SelectData) -> Any:
        place = page.visit(request).places[int(chosen.index)]
        gr.set_static_paths([place.path])  # played from where it lies: a copy of a film takes long
        return gr.Video(value=str(place.path), playback_position=place.start_s)

    asked = [parts.library_find.click, parts.library_words.submit]
    page.on(asked, find, [parts.library_words], [parts.library_told, parts.places])
    page.on([parts.places.select], open_place, None, [parts.player])
