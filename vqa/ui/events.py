"""Binds the events of the player, the settings, the chat and the language menu to handlers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.errors import VQAError
from vqa.ui import components as layout
from vqa.ui import handlers
from vqa.ui.app_context import AppContext, reading_options
from vqa.ui.example_videos import EXAMPLES, default_example
from vqa.ui.i18n import language_of, translate
from vqa.ui.messages import turn_index
from vqa.ui.session_state import ReadingOptions, SessionState
from vqa.ui.status import alert_html, error_html
from vqa.ui.updates import PageUpdate, component_updates

# Screen readers pronounce the page in the language of the root element.
_SET_LANGUAGE = "(language) => { document.documentElement.lang = language; }"


def bind_player(app: AppContext) -> None:
    """Bind the player, the examples, the list of videos and the buttons that read the video again."""
    components, targets = app.components, app.update_targets()

    def on_change(request: gr.Request, path: str | None, *settings: Any) -> Iterator[Any]:
        state = app.state(request)
        if path and state.path == Path(path).resolve():
            # Only the player changed, such as its subtitles. A handler without a yield would empty every component.
            yield component_updates(PageUpdate(), state)
            return
        yield from app.watch(state, path, reading_options(*settings))

    def on_zoom(request: gr.Request, max_tokens: float) -> Iterator[Any]:
        state = app.state(request)
        last = state.turns[-1:]
        yield from app.watch_part(state, handlers.zoom_options(state, None))
        if last and state.path is not None:
            yield from app.ask(request, last[0].question, max_tokens)

    def on_whole(request: gr.Request) -> Iterator[Any]:
        yield from app.watch_part(app.state(request), ReadingOptions())

    def on_ask_here(
        request: gr.Request, player: gr.Video, question: str, max_tokens: float
    ) -> Iterator[Any]:
        state = app.state(request)
        time_s = float(player.playback_position or 0.0)
        yield from app.watch_part(state, handlers.zoom_options(state, time_s))
        if state.path is not None:
            text = question.strip() or translate("here_question", state.language)
            yield from app.ask(request, text, max_tokens)

    def load(path: str) -> Any:
        return path

    player, max_tokens = components.player, components.max_tokens
    app.bind([player.change], on_change, [player, *app.reading_inputs()], targets)
    app.bind([components.zoom.click], on_zoom, [max_tokens], targets)
    app.bind([components.whole.click], on_whole, None, targets)
    app.bind(
        [components.ask_here.click], on_ask_here, [player, components.question, max_tokens], targets
    )
    app.bind([components.videos.input], load, [components.videos], [player])
    app.bind([components.another.upload], load, [components.another], [player])
    for key, example in EXAMPLES.items():
        clicked = getattr(components, key).click
        app.bind([clicked], lambda example=example: str(example), None, [player])


def bind_settings(app: AppContext) -> None:
    """Bind the model menu, the reading options and the remedies offered after a failure."""
    components, targets = app.components, app.update_targets()

    def on_apply(
        request: gr.Request, path: str | None, model: str, *settings: Any
    ) -> Iterator[Any]:
        state = app.state(request)
        name = (model or "").strip() or app.options.model
        try:
            app.options.limits.check_model(name, app.options.models, state.language)
        except VQAError as error:
            yield component_updates(PageUpdate(status=error_html(error)), state)
            return
        state.model = name
        if path:
            yield from app.watch(state, path, reading_options(*settings))
            return
        for update in handlers.prepare_model(app.pool, state):
            yield component_updates(update, state)

    def on_remedy(
        request: gr.Request, number: int, path: str | None, max_tokens: float, *settings: Any
    ) -> Iterator[Any]:
        state = app.state(request)
        if number >= len(state.remedies):
            yield [*component_updates(PageUpdate(), state), gr.skip(), gr.skip()]
            return
        remedy, question = state.remedies[number], state.failed_question
        state.model = remedy.model or state.model
        options = reading_options(*settings)
        num_frames = remedy.num_frames or options.num_frames
        picked = [state.model, num_frames or 0]
        for updates in app.watch(state, path, replace(options, num_frames=num_frames)):
            yield [*updates, *picked]
        if question and state.path is not None:
            for updates in app.ask(request, question, max_tokens):
                yield [*updates, *picked]

    app.bind(
        [components.apply.click, components.model.input],
        on_apply,
        [components.player, components.model, *app.reading_inputs()],
        targets,
    )
    picked = [components.model, components.num_frames]
    for number, key in enumerate(layout.REMEDY_BUTTONS):
        inputs = [gr.State(number), components.player, components.max_tokens, *app.reading_inputs()]
        app.bind([getattr(components, key).click], on_remedy, inputs, [*targets, *picked])


def bind_chat(app: AppContext) -> None:
    """Bind the question box, the suggested questions, and the buttons below the chat."""
    components, targets = app.components, app.update_targets()

    def on_send(request: gr.Request, question: str, max_tokens: float) -> Iterator[Any]:
        yield from app.ask(request, question, max_tokens)

    def on_retry(request: gr.Request, max_tokens: float) -> Iterator[Any]:
        state = app.state(request)
        if not state.turns:
            status = alert_html(translate("nothing_to_retry", state.language))
            yield component_updates(PageUpdate(status=status), state)
            return
        last = len(state.turns) - 1
        yield from app.ask(request, state.turns[last].question, max_tokens, keep=last)

    def on_edit(request: gr.Request, edit: gr.EditData, max_tokens: float) -> Iterator[Any]:
        position = edit.index[0] if isinstance(edit.index, (tuple, list)) else edit.index
        keep = turn_index(app.state(request), position)
        yield from app.ask(request, str(edit.value), max_tokens, keep=keep, interrupt=True)

    def on_suggestion(
        request: gr.Request, selected: gr.SelectData, max_tokens: float, *settings: Any
    ) -> Iterator[Any]:
        state = app.state(request)
        if state.path is None:
            yield from app.open_video(state, default_example(), reading_options(*settings))
        yield from app.ask(request, str(selected.value["text"]), max_tokens)

    def on_stop(request: gr.Request) -> None:
        app.state(request).stop.set()

    def on_clear(request: gr.Request) -> list[Any]:
        state = app.state(request)
        return component_updates(handlers.clear(state), state)

    chat, max_tokens = components.chat, components.max_tokens
    sent = [components.send.click, components.question.submit]
    app.bind(sent, on_send, [components.question, max_tokens], targets)
    app.bind([components.retry.click], on_retry, [max_tokens], targets)
    app.bind([chat.edit], on_edit, [max_tokens], targets)
    app.bind([chat.example_select], on_suggestion, [max_tokens, *app.reading_inputs()], targets)
    app.bind([components.clear.click, chat.clear], on_clear, None, targets)
    components.stop.click(on_stop, None, None, api_visibility="private", queue=False)


def bind_language(app: AppContext, blocks: gr.Blocks) -> None:
    """Bind the language menu, and set the browser's language when the page is loaded."""
    components = app.components
    computed = [getattr(components, name) for name in layout.COMPUTED]

    def translated_page(state: SessionState) -> list[Any]:
        notice, view = app.options.notice(state.language), handlers.current_view(state)
        if state.path is None:
            view = replace(view, captions=())  # display the panels' hints in this language
        return [
            state.language,
            gr.update(value=notice, visible=bool(notice)),
            *components.translations(state.language),
            *layout.computed_texts(state.language, app.options.models),
            *component_updates(view, state),
        ]

    def on_load(request: gr.Request) -> list[Any]:
        state = app.state(request)
        state.language = language_of(request.headers.get("accept-language"))
        return translated_page(state)

    def on_switch(request: gr.Request, language: str) -> list[Any]:
        state = app.state(request)
        state.language = "zh" if language == "zh" else "en"
        return translated_page(state)

    outputs = [
        components.language,
        components.notice,
        *components.with_texts(),
        *computed,
        *app.update_targets(),
    ]
    app.bind([blocks.load], on_load, None, outputs)
    app.bind([components.language.input], on_switch, [components.language], outputs)
    components.language.change(
        None,
        [components.language],
        None,
        js=_SET_LANGUAGE,
        api_visibility="private",
        show_progress="hidden",
    )
