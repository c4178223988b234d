"""Bind the events of the player, the settings and the chat to handlers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.errors import VQAError
from vqa.types import Region
from vqa.ui import chat_handlers, handlers, refinement, second_look, url_download, video_preview
from vqa.ui import components as layout
from vqa.ui.app_context import AppContext, reading_options
from vqa.ui.example_videos import EXAMPLES, default_example
from vqa.ui.i18n import translate
from vqa.ui.messages import pending_messages, turn_index
from vqa.ui.model_choice import download_to_confirm
from vqa.ui.page_requests import Selection, invalid_request
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.scripts import SHOW_STATUS
from vqa.ui.session_state import SessionState
from vqa.ui.status import alert_html, error_html, note_html
from vqa.ui.updates import PageUpdate, component_updates


def bind_player(app: AppContext) -> None:
    """Bind player, upload button, video menu and examples, which open a video, and Cancel."""
    components, targets = app.components, app.update_targets()

    def on_change(request: gr.Request, path: str | None, *settings: Any) -> Iterator[Any]:
        state = app.state(request)
        file = video_preview.file_after_change(state, path)
        is_removal = not path and state.is_player_empty and not state.is_busy
        if is_removal or file is not None:
            # Only the player changed. A handler without a yield would empty every component.
            update = PageUpdate(player=file if file != Path(path or "") else None)
            yield component_updates(update, state)
            return
        yield from app.watch(state, path, reading_options(*settings))

    def on_read(request: gr.Request) -> Iterator[Any]:
        yield from app.describe(app.state(request))

    def on_cancel(request: gr.Request) -> None:
        app.state(request).cancel_reading.set()

    def load(path: str) -> Any:
        return path

    def on_choose(request: gr.Request, path: str | None) -> Any:
        state = app.state(request)
        # The menu also reports its value when it closes, as after a choice or without one.
        if not path or path == state.menu_video:
            return gr.skip()
        state.menu_video = path
        return path

    player = components.player
    app.bind_reading([player.change], on_change, [player, *app.reading_inputs()]).then(
        on_read, None, targets, api_visibility="private", show_progress="hidden"
    )

    def on_cancel_overview(request: gr.Request) -> None:
        app.state(request).overview_tasks.cancel("overview")

    components.cancel.click(on_cancel, None, None, api_visibility="private", queue=False)
    components.cancel_overview.click(
        on_cancel_overview, None, None, api_visibility="private", queue=False
    )
    app.bind([components.videos.input], on_choose, [components.videos], [player])
    app.bind([components.another.upload], load, [components.another], [player])
    for key, example in EXAMPLES.items():
        click_event = getattr(components, key).click
        app.bind([click_event], lambda example=example: str(example), None, [player])


def bind_url(app: AppContext) -> None:
    """Bind the input for the URL of a video, if the page has one."""
    components, targets = app.components, app.update_targets()

    def on_url(request: gr.Request, url: str) -> Iterator[Any]:
        state = app.state(request)
        try:
            app.spend(state)
            app.check_room(state)
        except VQAError as error:
            yield component_updates(PageUpdate(status=error_html(error)), state)
            return
        for update in url_download.download(state, url, app.options.limits):
            if update.player:
                app.upload_bytes.add(state.visitor.quota_key, update.player.stat().st_size)
            yield component_updates(update, state)

    if app.options.allows_urls:
        app.bind([components.url.submit], on_url, [components.url], targets)


def bind_refining(app: AppContext) -> None:
    """Bind the buttons that stop and resume the refinement of the current video."""
    components, targets = app.components, app.update_targets()

    def on_stop(request: gr.Request) -> None:
        refinement.stop_refining(app.state(request))

    def on_resume(request: gr.Request) -> Iterator[Any]:
        state = app.state(request)
        yield component_updates(PageUpdate(), state)
        for update in refinement.resume_refining(state):
            yield component_updates(update, state)

    components.refine_stop.click(on_stop, None, None, api_visibility="private", queue=False)
    gr.on(
        [components.refine_resume.click], on_resume, None, targets, trigger_mode="multiple",
        api_visibility="private", show_progress="hidden",
    )  # fmt: skip


def bind_second_looks(app: AppContext) -> None:
    """Bind zoom button, timeline and whole-video button, which sample another time range."""
    components, targets = app.components, app.update_targets()

    def look_closer(
        state: SessionState,
        options: ReadingOptions | None,
        request: gr.Request,
        question: str,
        max_tokens: float,
    ) -> Iterator[Any]:
        """Sample a time range, then answer the text of the question box.

        With an empty box, answer the last question about the video again, if there is one.
        """
        yield from app.watch_part(state, options)
        text = question.strip() or second_look.question_to_repeat(state)
        if state.path is not None and text:
            yield component_updates(PageUpdate(question=""), state)
            yield from app.ask(request, text, max_tokens)

    def on_look(
        request: gr.Request, player: gr.Video, question: str, max_tokens: float
    ) -> Iterator[Any]:
        state = app.state(request)
        options = second_look.zoom_options(state, float(player.playback_position or 0.0))
        yield from look_closer(state, options, request, question, max_tokens)

    def on_range(
        request: gr.Request, selection: Selection, question: str, max_tokens: float
    ) -> Iterator[Any]:
        options = ReadingOptions(
            strategy="uniform", start_s=selection.number("start_s"), end_s=selection.number("end_s")
        )
        yield from look_closer(app.state(request), options, request, question, max_tokens)

    def on_whole(request: gr.Request) -> Iterator[Any]:
        yield from app.watch_part(app.state(request), ReadingOptions())

    inputs = [components.question, components.max_tokens]
    app.bind([components.look.click], on_look, [components.player, *inputs], targets)
    app.bind([components.frames.select], on_range, inputs, targets)
    app.bind_reading([components.whole.click], on_whole, None)


def bind_region(app: AppContext) -> None:
    """Bind drawing and removing a box, to which the next questions are limited."""
    components, targets = app.components, app.update_targets()

    def on_draw(request: gr.Request, selection: Selection) -> Iterator[Any]:
        state = app.state(request)
        sides = ("time_s", "left", "top", "right", "bottom")
        try:
            app.spend(state)
            region = Region(**{side: selection.number(side) for side in sides})
        except ValueError as error:
            raise invalid_request(error) from error
        except VQAError as error:
            yield component_updates(PageUpdate(status=error_html(error)), state)
            return
        for update in second_look.choose_region(state, region):
            yield component_updates(update, state)

    def on_forget(request: gr.Request) -> Iterator[Any]:
        state = app.state(request)
        for update in second_look.choose_region(state, None):
            yield component_updates(update, state)

    app.bind([components.draw.select], on_draw, None, targets)
    app.bind([components.region.select], on_forget, None, targets)


def bind_settings(app: AppContext) -> None:
    """Bind the model menu and the Apply button of the settings."""
    components = app.components

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
        download = download_to_confirm(name)
        if download is not None and app.pool.peek(name) is None:
            state.remedies = (download,)
            gigabytes = download.download_gb
            question = note_html(
                "confirm_download", state.language, model=name, gigabytes=gigabytes
            )
            update = PageUpdate(remedies=(), confirmation=question, model=state.model)
            yield component_updates(update, state)
            return
        if path:
            yield from app.watch(state, path, reading_options(*settings), name)
            return
        for update in handlers.prepare_model(app.pool, state, name):
            yield component_updates(update, state)

    def on_choose(
        request: gr.Request, path: str | None, model: str, *settings: Any
    ) -> Iterator[Any]:
        state = app.state(request)
        # The menu reports a choice twice: when it is clicked, and when the menu closes.
        if (model or "").strip() == state.model:
            yield component_updates(PageUpdate(), state)
            return
        yield from on_apply(request, path, model, *settings)

    inputs = [components.player, components.model, *app.reading_inputs()]
    app.bind_reading([components.apply.click], on_apply, inputs)
    app.bind_reading([components.model.input], on_choose, inputs)


def bind_remedies(app: AppContext) -> None:
    """Bind the remedy buttons, displayed after a failure, and that which confirms a model download."""
    components, targets = app.components, app.update_targets()

    def on_remedy(
        request: gr.Request, number: int, path: str | None, max_tokens: float, *settings: Any
    ) -> Iterator[Any]:
        state = app.state(request)
        if number >= len(state.remedies):
            yield [*component_updates(PageUpdate(), state), gr.skip()]
            return
        remedy, question = state.remedies[number], state.failed_question
        options = reading_options(*settings)
        num_frames = remedy.num_frames or options.num_frames
        file = remedy.file or state.path or (Path(path) if path else None)
        if file is not None:
            chosen_options = replace(options, num_frames=num_frames)
            for updates in app.open_video(state, file, chosen_options, remedy.model or ""):
                yield [*updates, num_frames or 0]
        else:
            for update in handlers.prepare_model(app.pool, state, remedy.model or ""):
                yield [*component_updates(update, state), num_frames or 0]
        if question and state.path is not None:
            for updates in app.ask(request, question, max_tokens):
                yield [*updates, num_frames or 0]

    # The progress of a download stands below the player.
    components.confirm.click(
        None, None, None, js=SHOW_STATUS, api_visibility="private", show_progress="hidden"
    )
    buttons = [*enumerate(layout.REMEDY_BUTTONS), (0, "confirm")]
    for number, key in buttons:
        inputs = [gr.State(number), components.player, components.max_tokens, *app.reading_inputs()]
        remedy = app.bind(
            [getattr(components, key).click], on_remedy, inputs, [*targets, components.num_frames]
        )
        app.work_after(remedy)


def bind_chat(app: AppContext) -> None:
    """Bind question box, editing of the chat, and the buttons send, retry, clear, undo, stop."""
    components, targets = app.components, app.update_targets()

    def on_send(request: gr.Request, question: str) -> list[Any]:
        return app.enqueue(request, question)

    def on_pending(request: gr.Request, max_tokens: float) -> Iterator[Any]:
        yield from app.answer_pending(request, max_tokens)

    def on_retry(request: gr.Request, max_tokens: float) -> Iterator[Any]:
        state = app.state(request)
        if not state.turns:
            alert = alert_html(translate("nothing_to_retry", state.language))
            yield component_updates(PageUpdate(question_alert=alert), state)
            return
        last = len(state.turns) - 1
        question = state.turns[last].question
        yield from app.ask(request, question, max_tokens, keep=last, interrupt=True)

    def on_edit(request: gr.Request, edit: Selection, max_tokens: float) -> Iterator[Any]:
        keep = turn_index(app.state(request), int(edit.number("index")))
        yield from app.ask(request, edit.text("value"), max_tokens, keep=keep, interrupt=True)

    def on_stop(request: gr.Request) -> None:
        app.state(request).stop.set()

    def on_clear(request: gr.Request) -> list[Any]:
        state = app.state(request)
        return component_updates(chat_handlers.clear(state), state)

    def on_undo(request: gr.Request) -> list[Any]:
        state = app.state(request)
        return component_updates(chat_handlers.undo_clear(state), state)

    chat, max_tokens = components.chat, components.max_tokens
    send_events = [components.send.click, components.question.submit]
    # Without the queue and with every click counted, a question appears at once while another is being answered.
    gr.on(
        send_events, on_send, [components.question], targets, queue=False, trigger_mode="multiple",
        api_visibility="private", show_progress="hidden",
    ).then(
        on_pending, [max_tokens], targets, trigger_mode="multiple", api_visibility="private",
        show_progress="hidden",
    )  # fmt: skip
    app.bind([components.retry.click], on_retry, [max_tokens], targets)
    app.bind([chat.edit], on_edit, [max_tokens], targets)
    app.bind([components.clear.click, chat.clear], on_clear, None, targets)
    app.bind([components.undo.click], on_undo, None, targets)
    components.stop.click(on_stop, None, None, api_visibility="private", queue=False)


def bind_suggestions(app: AppContext) -> None:
    """Bind the suggested questions in an empty chat and the suggestions below an answer."""
    components, targets = app.components, app.update_targets()
    chat, max_tokens = components.chat, components.max_tokens

    def on_suggestion(
        request: gr.Request, selection: Selection, max_tokens: float, *settings: Any
    ) -> Iterator[Any]:
        state, text = app.state(request), selection.text("value")
        if state.path is None:
            chat = pending_messages([text])
            yield component_updates(PageUpdate(chat=chat), state)
            yield from app.open_video(state, default_example(), reading_options(*settings))
        yield from app.ask(request, text, max_tokens)

    def on_option(request: gr.Request, selection: Selection, max_tokens: float) -> Iterator[Any]:
        yield from app.ask(request, selection.text("value"), max_tokens)

    app.bind([chat.option_select], on_option, [max_tokens], targets)
    app.bind([chat.example_select], on_suggestion, [max_tokens, *app.reading_inputs()], targets)
