"""The page: what stands where, and which handler each part calls."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr  # noqa: E402 - analytics are switched off before it is imported

from vqa.ui import handlers  # noqa: E402
from vqa.ui.theme import CSS, HEAD  # noqa: E402
from vqa.ui.visit import Shelf, Visit  # noqa: E402
from vqa.ui.wording import ALL, language_of, say  # noqa: E402

_EXAMPLES = Path(__file__).parent / "examples"
_words = gr.I18n(**ALL)


@dataclass(frozen=True)
class PageOptions:
    """How the page is set up.

    Args:
        model: the model chosen at first.
        device: where models are loaded to.
        models: the names to choose from.
    """

    model: str = "fused"
    device: str = "auto"
    models: tuple[str, ...] = ("fused", "echo")


def build_page(options: PageOptions) -> gr.Blocks:
    """The page, ready to be launched; the model begins to load at once, in the background."""
    shelf = Shelf(options.device)
    shelf.load_in_background(options.model)
    with gr.Blocks(title=say("title")) as page:
        visit = gr.State(lambda: Visit(model=options.model))
        gr.Markdown(f"# {say('title')}\n{say('lead')}", elem_id="vqa-title")
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=320):
                player = gr.Video(
                    label=say("video"), sources=["upload", "webcam"], elem_id="vqa-player", height=380
                )
                status = gr.HTML(elem_classes="vqa-status", elem_id="vqa-status")
                frames = gr.HTML(handlers.frames_empty("en"), elem_id="vqa-frames")
                choices = _sampling_controls(options)
                if found := handlers.examples(_EXAMPLES):
                    gr.Examples(examples=[[path] for path in found], inputs=[player], cache_examples=False)
            with gr.Column(scale=6, min_width=320):
                chat = _Chat()
                details = _panels(shelf, visit)
        _wire(shelf, page, visit, player, status, frames, choices, chat, details)
    return page


class _Chat:
    """The conversation and its buttons."""

    def __init__(self) -> None:
        self.log = gr.Chatbot(
            label=_words("chat"), height=430, placeholder=say("chat_empty"), elem_id="vqa-chat", buttons=["copy"]
        )
        self.question = gr.Textbox(
            label=_words("question"), placeholder=say("question_hint"), lines=1, max_lines=4,
            elem_id="vqa-question", submit_btn=False,
        )  # fmt: skip
        with gr.Row():
            self.send = gr.Button(_words("send"), variant="primary", elem_id="vqa-send", min_width=90)
            self.stop = gr.Button(_words("stop"), elem_id="vqa-stop", min_width=90)
            self.again = gr.Button(_words("retry"), elem_id="vqa-retry", min_width=90)
            self.clear = gr.Button(_words("clear"), elem_id="vqa-clear", min_width=90)
            self.save = gr.DownloadButton(_words("export"), elem_id="vqa-export", min_width=90)


@dataclass(frozen=True)
class _Choices:
    """How the visitor wants the video looked at."""

    model: Any
    num_frames: Any
    strategy: Any
    start_s: Any
    end_s: Any
    apply: Any
    closer: Any


def _sampling_controls(options: PageOptions) -> _Choices:
    with gr.Accordion(_words("advanced"), open=False):
        model = gr.Dropdown(
            list(options.models), value=options.model, label=_words("model"), allow_custom_value=True
        )
        with gr.Row():
            num_frames = gr.Slider(1, 64, value=16, step=1, label=_words("num_frames"))
            strategy = gr.Radio(
                [(say("strategy_shots"), "shots"), (say("strategy_uniform"), "uniform")],
                value="shots", label=_words("strategy"),
            )  # fmt: skip
        with gr.Row():
            start_s = gr.Number(0, minimum=0, label=_words("from"))
            end_s = gr.Number(0, minimum=0, label=_words("to"))
        with gr.Row():
            apply = gr.Button(_words("apply"))
            closer = gr.Button(_words("closer"), elem_id="vqa-closer")
    return _Choices(model, num_frames, strategy, start_s, end_s, apply, closer)


def _panels(shelf: Shelf, visit: Any) -> Any:
    """Moments, captions and details; returns the details."""
    with gr.Tabs():
        with gr.Tab(_words("details")):
            details = gr.Markdown(say("details_empty"), elem_id="vqa-details")
        with gr.Tab(_words("moments"), elem_id="vqa-moments"):
            words = gr.Textbox(label=_words("moments_words"))
            find = gr.Button(_words("moments_go"))
            found = gr.HTML(elem_id="vqa-found")
            gr.on(
                [find.click, words.submit], lambda v, w: handlers_moments(v, w), [visit, words], found,
                api_name="search",
            )  # fmt: skip
        with gr.Tab(_words("captions")):
            caption = gr.Button(_words("captions_go"))
            table = gr.Dataframe(
                headers=[say("caption_start"), say("caption_end"), say("caption_text")],
                interactive=True, wrap=True,
            )  # fmt: skip
            file = gr.File(label=_words("captions_file"))
            caption.click(handlers_captions, [visit], [table, file], api_name="caption")
    return details


def handlers_moments(visit: Visit, words: str) -> str:
    """The moments that fit some words, as frames to click."""
    from vqa.ui.search import moments_html

    return moments_html(visit, words)


def handlers_captions(visit: Visit) -> tuple[list[list[str]], str | None]:
    """Captions as a table and as a subtitle file."""
    from vqa.ui.search import captions_table

    return captions_table(visit, Path(tempfile.mkdtemp()))


def _wire(
    shelf: Shelf, page: gr.Blocks, visit: Any, player: Any, status: Any, frames: Any, choices: _Choices, chat: _Chat,
    details: Any,
) -> None:  # fmt: skip
    """Which event calls which handler."""

    def greet(state: Visit, request: gr.Request) -> Visit:
        state.language = language_of(request.headers.get("accept-language"))
        return state

    def look(state: Visit, path: str | None, model: str, *chosen: Any) -> Iterator[tuple[Any, ...]]:
        state.model = model
        num_frames, strategy, start_s, end_s = chosen
        wanted = {"num_frames": int(num_frames), "strategy": strategy, "start_s": start_s, "end_s": end_s or None}
        for told, seen in handlers.watch(shelf, state, path, wanted):
            yield state, told, seen, handlers.conversation(state)

    def closer(state: Visit, player_value: gr.Video) -> Iterator[tuple[Any, ...]]:
        if state.session is None or state.session.context is None:
            yield state, say("no_video", state.language), gr.skip(), gr.skip()
            return
        around = float(getattr(player_value, "playback_position", 0) or 0)
        path = str(state.session.context.clip.info.path)
        for told, seen in handlers.watch(shelf, state, path, handlers.closer_plan(state.session, around)):
            yield state, told, seen, handlers.conversation(state)

    def answer(state: Visit, path: str | None, question: str) -> Iterator[tuple[Any, ...]]:
        for log, told, table in handlers.ask(shelf, state, path, question):
            yield state, log, told or gr.skip(), table or gr.skip(), ""

    def again(state: Visit, path: str | None) -> Iterator[tuple[Any, ...]]:
        for log, told, table in handlers.ask(shelf, state, path, "", again=True):
            yield state, log, told or gr.skip(), table or gr.skip()

    def stop(state: Visit) -> None:
        state.stop.set()

    def clear(state: Visit) -> tuple[Visit, list[Any]]:
        if state.session is not None:
            state.session.clear()
        return state, []

    def save(state: Visit) -> str | None:
        text = handlers.export_markdown(state)
        if not text:
            return None
        file = Path(tempfile.mkdtemp()) / "conversation.md"
        file.write_text(text, encoding="utf-8")
        return str(file)

    page.load(greet, visit, visit, api_visibility="private")
    sampling = [choices.model, choices.num_frames, choices.strategy, choices.start_s, choices.end_s]
    looking = {"inputs": [visit, player, *sampling], "outputs": [visit, status, frames, chat.log], "api_visibility": "private"}
    player.change(look, **looking)
    choices.apply.click(look, **looking)
    choices.model.input(look, **looking)
    choices.closer.click(closer, [visit, player], looking["outputs"], api_visibility="private")
    gr.on(
        [chat.send.click, chat.question.submit], answer, [visit, player, chat.question],
        [visit, chat.log, status, details, chat.question], api_visibility="private",
    )  # fmt: skip
    chat.again.click(again, [visit, player], [visit, chat.log, status, details], api_visibility="private")
    chat.stop.click(stop, visit, None, api_visibility="private", queue=False)
    chat.clear.click(clear, visit, [visit, chat.log], api_visibility="private")
    chat.save.click(save, visit, chat.save, api_visibility="private")


def launch(page: gr.Blocks, **how: Any) -> Any:
    """Serve the page; see gradio's `launch` for the arguments."""
    return page.queue(default_concurrency_limit=4).launch(
        css=CSS, head=HEAD, theme=gr.themes.Soft(), i18n=_words, **how
    )
