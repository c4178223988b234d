"""Bind the events of the library panel: search, open, save, add, index, cancel and remove."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.errors import VQAError
from vqa.timecode import format_time
from vqa.ui import library_panel
from vqa.ui.app_context import AppContext
from vqa.ui.clip_saving import bind_clip_cancel, clip_outputs, save_clip
from vqa.ui.i18n import translate
from vqa.ui.page_requests import Selection
from vqa.ui.session_state import SessionState
from vqa.ui.status import alert_html, error_html, hint_html, progress_html
from vqa.ui.updates import visibility

_log = logging.getLogger(__name__)
_SHOW_PLAYER = (
    "() => { document.querySelector('#vqa-player')?.scrollIntoView({block: 'nearest'}); }"
)


def bind_library(app: AppContext) -> None:
    """Bind the events of the library panel.

    Adding videos and cancelling are not bound if `options.library` is `reader`.
    """
    _bind_search(app)
    _bind_items(app)
    if app.options.library != "reader":
        _bind_changes(app)


def videos_update(app: AppContext, state: SessionState) -> str:
    """List the videos of the tab's library, store the list in the session state, return it as HTML.

    On failure, return the error as HTML; the stored list stays. The tab's model is loaded if
    necessary.
    """
    try:
        model = app.pool.get(state.model)
        folder = library_panel.library_folder(state, app.options)
        state.library.videos = library_panel.list_videos(model, folder)
    except VQAError as error:
        return error_html(error)
    return library_panel.videos_html(state.library.videos, app.options, state.language)


def _bind_search(app: AppContext) -> None:
    """Bind the search field of the library, and the list of videos that its opening displays."""
    components = app.components

    def on_find(request: gr.Request, query: str) -> Iterator[list[Any]]:
        state = app.state(request)
        no_buttons = [gr.update(visible=False), visibility(False)]
        yield [progress_html(translate("searching", state.language)), gr.skip(), *no_buttons]
        try:
            with app.turn(state, "library"):
                model = app.pool.get(state.model)
                folder = library_panel.library_folder(state, app.options)
                matches = library_panel.search_videos(model, query, state.language, folder)
        except VQAError as error:
            yield [error_html(error), "", *no_buttons]
            return
        state.library.matches = matches
        status = hint_html(
            "library_hits" if matches else "library_none", state.language, query=query
        )
        items = library_panel.matches_html(matches, state.language)
        yield [status, items, no_buttons[0], visibility(bool(matches))]

    def on_expand(request: gr.Request) -> str:
        return videos_update(app, app.state(request))

    triggers = [components.library_find.click, components.library_query.submit]
    outputs = [
        *(components.library_status, components.matches),
        *(components.save_match, components.make_reel),
    ]
    app.bind(triggers, on_find, [components.library_query], outputs)
    app.bind([components.library.expand], on_expand, None, [components.library_videos])


def _bind_items(app: AppContext) -> None:
    """Bind the buttons of search results (Open, Save) and of the list of videos (Open, Remove)."""
    components = app.components

    def on_match(request: gr.Request, event: Selection) -> Iterator[list[Any]]:
        state = app.state(request)
        match = _item(state.library.matches, event)
        if match is None or not match.path.is_file():
            yield [alert_html(translate("video_gone", state.language)), *[gr.skip()] * 3]
        elif event.text("action") == "save":
            clip = (match.start_s, match.end_s)
            for updates in save_clip(app, state, "save_match", *clip, video=match.path):
                yield [*updates, gr.skip()]
        else:
            message, loaded_video = _open_updates(app, state, match.path, match.start_s)
            yield [message, gr.skip(), gr.skip(), loaded_video]

    def on_video(request: gr.Request, event: Selection) -> Iterator[list[Any]]:
        state = app.state(request)
        video = _item(state.library.videos, event)
        if video is None or not video.is_file():
            status = alert_html(translate("video_gone", state.language))
            yield [status, gr.skip(), videos_update(app, state)]
        elif event.text("action") == "remove" and app.options.library != "reader":
            folder = library_panel.library_folder(state, app.options)
            copies = library_panel.videos_folder(state, app.options)
            try:
                library_panel.remove_video(app.pool.get(state.model), video, folder, copies)
            except VQAError as error:
                yield [error_html(error), gr.skip(), gr.skip()]
                return
            yield ["", gr.skip(), videos_update(app, state)]
        else:
            yield [*_open_updates(app, state, video, 0.0), gr.skip()]

    status, player = components.library_status, components.player
    outputs = [*clip_outputs(app, "save_match", "library_status"), player]
    bind_clip_cancel(app, "save_match")
    app.bind([components.matches.select], on_match, None, outputs).then(
        None, None, None, js=_SHOW_PLAYER, api_visibility="private"
    )
    app.bind(
        [components.library_videos.select],
        on_video,
        None,
        [status, player, components.library_videos],
    )


def _item(items: Sequence[Any], event: Selection) -> Any:
    """Return the item whose button was clicked; None if its index is beyond the present list."""
    number = int(event.number("item"))
    return items[number] if 0 <= number < len(items) else None


def _open_updates(app: AppContext, state: SessionState, path: Path, time_s: float) -> list[Any]:
    """Return updates of status and player that load a video and seek to a time."""
    if app.options.library != "visitor":
        # Served from where it is, because copying a video takes long.
        gr.set_static_paths([path])
    text = {"name": path.name, "time": format_time(time_s)}
    status = hint_html("library_opened", state.language, **text)
    return [status, gr.Video(value=str(path), playback_position=time_s)]


def _bind_changes(app: AppContext) -> None:
    """Bind the upload of videos, the input of a folder (owner only), and cancelling."""
    components = app.components
    outputs = [components.library_status, components.cancel_indexing, components.library_videos]

    def index(state: SessionState, folder: Path, sources: Sequence[str]) -> Iterator[list[Any]]:
        indexer = library_panel.VideoIndexer(
            state=state,
            model=lambda: app.pool.get(state.model),
            library=library_panel.library_folder(state, app.options),
            check=lambda path: app.options.limits.check_video(path, state.language),
            sources=sources,
        )
        for status in indexer.index(folder):
            yield [status, visibility(True), gr.skip()]
        yield [gr.skip(), visibility(False), videos_update(app, state)]

    def on_upload(
        request: gr.Request, files: list[str] | None, sources: list[str]
    ) -> Iterator[list[Any]]:
        state = app.state(request)
        folder = library_panel.videos_folder(state, app.options)
        try:
            app.spend(state)
            paths = [Path(file) for file in files or ()]
            library_panel.keep_videos(paths, folder, state.language)
            yield from index(state, folder, sources)
        except VQAError as error:
            yield [error_html(error), visibility(False), gr.skip()]

    def on_folder(request: gr.Request, text: str, sources: list[str]) -> Iterator[list[Any]]:
        state = app.state(request)
        if not text.strip():
            yield [alert_html(translate("no_folder", state.language)), *[gr.skip()] * 2]
            return
        try:
            yield from index(state, Path(text.strip()).expanduser(), sources)
        except VQAError as error:
            yield [error_html(error), visibility(False), gr.skip()]

    def on_cancel(request: gr.Request) -> None:
        app.state(request).library.cancel.set()

    transcripts = components.transcripts
    app.bind(
        [components.add_videos.upload], on_upload, [components.add_videos, transcripts], outputs
    )
    if app.options.library == "owner":
        triggers = [components.add_folder_go.click, components.add_folder.submit]
        app.bind(triggers, on_folder, [components.add_folder, transcripts], outputs)
    components.cancel_indexing.click(on_cancel, None, None, api_visibility="private", queue=False)
