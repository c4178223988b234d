"""Bind the start of a page and its language menu to handlers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from vqa.ui import components as layout
from vqa.ui import handlers
from vqa.ui.app_context import AppContext
from vqa.ui.i18n import language_of
from vqa.ui.session_state import SessionState
from vqa.ui.updates import component_updates, current_quiz_html
from vqa.ui.visitors.visitor import visitor_of

# Screen readers pronounce the page in the language of the root element.
_SET_LANGUAGE = "(language) => { document.documentElement.lang = language; }"

# The browser keeps the token for this tab alone, until the tab is closed.
_READ_TOKEN = "() => [sessionStorage.getItem('vqa-token') || '']"
_KEEP_TOKEN = """(token, language) => {
  sessionStorage.setItem('vqa-token', token);
  document.documentElement.lang = language;
}"""


def bind_language(app: AppContext, blocks: gr.Blocks) -> None:
    """Bind the language menu and the loading of the page, which restores the tab's session state.

    A loaded page has the language of the `Accept-Language` header until one is chosen in the menu.
    """
    components = app.components
    computed_components = [getattr(components, name) for name in layout.COMPUTED_COMPONENTS]

    def translated_page(state: SessionState) -> list[Any]:
        notice = app.options.notice(state.language)
        view = replace(
            handlers.current_view(state), model=state.model, quiz=current_quiz_html(state)
        )
        if state.path is None:
            view = replace(view, captions=())  # display the panels' hints in this language
        elif view.captions is not None:
            view = replace(view, player=state.playable_file)
        return [
            state.language,
            gr.update(value=notice, visible=bool(notice)),
            *components.translations(state.language),
            *layout.computed_texts(state.language, app.options.models),
            *component_updates(view, state),
        ]

    def on_load(request: gr.Request, token: str) -> list[Any]:
        state = app.states.restore(request.session_hash, token, visitor_of(request))
        if not state.has_chosen_language:
            state.language = language_of(request.headers.get("accept-language"))
        state.cancel_tasks()  # their progress went to the page before the reload
        state.panel_video = None  # a reloaded page has lost the content of the panels
        return [*translated_page(state), state.token]

    def on_switch(request: gr.Request, language: str) -> list[Any]:
        state = app.state(request)
        state.language = "zh" if language == "zh" else "en"
        state.has_chosen_language = True
        return translated_page(state)

    outputs = [
        *(components.language, components.notice),
        *components.with_texts(),
        *computed_components,
        *app.update_targets(),
    ]
    load_event = gr.on(
        [blocks.load], on_load, [components.token], [*outputs, components.token], js=_READ_TOKEN,
        api_visibility="private", show_progress="hidden",
    )  # fmt: skip
    app.work_after(load_event)
    load_event.then(
        app.on_restore, None, app.update_targets(), api_visibility="private", show_progress="hidden"
    )
    load_event.then(
        None, [components.token, components.language], None, js=_KEEP_TOKEN, api_visibility="private", show_progress="hidden"
    )  # fmt: skip
    app.work_after(app.bind([components.language.input], on_switch, [components.language], outputs))
    components.language.change(
        None, [components.language], None, js=_SET_LANGUAGE, api_visibility="private", show_progress="hidden"
    )  # fmt: skip
