"""The page: which event of which part calls which handler."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.errors import VQAError
from vqa.types import AnswerOptions
from vqa.ui import components as layout
from vqa.ui import handlers
from vqa.ui import panel_events as panels
from vqa.ui.api import Endpoints, visitor
from vqa.ui.example_videos import EXAMPLES, FOLDER, first
from vqa.ui.i18n import Language, language_of, say
from vqa.ui.limits import PRIVATE, Limits, Rate
from vqa.ui.messages import turn_at
from vqa.ui.model_pool import Shelf
from vqa.ui.session_state import Visit, Visits
from vqa.ui.theme import CSS, HEAD, ICON, theme
from vqa.ui.updates import SHOWN, shown
from vqa.ui.view import Choices, View, alarm, trouble

_CONCURRENT = 4
_SPOKEN = "(language) => { document.documentElement.lang = language; }"  # for who hears the page

Notice = Callable[[Language], str]


@dataclass(frozen=True)
class PageOptions:
    """How the page is set up.

    Args:
        model: the model chosen at first.
        models: the names to choose from.
        limits: what a visitor may take.
        library: whether the library of indexed videos is offered.
        notice: HTML shown above everything, made for a language; empty shows none.
    """

    model: str = "fused"
    models: tuple[str, ...] = ("fused", "echo")
    limits: Limits = PRIVATE
    library: bool = False
    notice: Notice = field(default=lambda _: "")


class Page:
    """One page for all visitors; what belongs to one of them is in their `Visit`.

    Args:
        shelf: where models are.
        options: how the page is set up.
    """

    def __init__(self, shelf: Shelf, options: PageOptions) -> None:
        self.shelf = shelf
        self.options = options
        self.visits = Visits(options.model, keep_s=options.limits.keep_s)
        self.rate = Rate(options.limits.asks_per_minute)
        self.parts = layout.Parts()
        keep_s = options.limits.keep_s
        with gr.Blocks(title=say("title"), delete_cache=(keep_s // 4, keep_s)) as self.blocks:
            Endpoints(self.shelf, self.visits, self.rate, options.limits).add()
            layout.build(self.parts, options.models, options.model, library=options.library)
            self._wire_watching()
            self._wire_choosing()
            self._wire_chat()
            self._wire_asking_otherwise()
            panels.wire(self)
            self._wire_language()

    def launch(self, **how: Any) -> Any:
        """Serve the page; see gradio's `launch` for the arguments."""
        limits = self.options.limits
        gr.set_static_paths([FOLDER])
        queued = self.blocks.queue(
            default_concurrency_limit=_CONCURRENT, max_size=limits.queue_length
        )
        return queued.launch(
            css=CSS, head=HEAD, theme=theme(), favicon_path=ICON, run_history=False, ssr_mode=False,
            max_file_size=limits.upload_bytes, footer_links=["api", "settings"], **how,
        )  # fmt: skip

    def visit(self, request: gr.Request) -> Visit:
        """The visit of the tab that a request comes from."""
        return self.visits.of(request.session_hash)

    def spend(self, request: gr.Request) -> None:
        """Count a request of a visitor.

        Raises:
            VQAError: they must wait.
        """
        self.rate.spend(visitor(request), self.visit(request).language)

    def on(self, trigger: Any, handler: Callable[..., Any], inputs: Any, outputs: Any) -> None:
        """Let these events call a handler; programs do not see it."""
        gr.on(trigger, handler, inputs, outputs, api_visibility="private", show_progress="hidden")

    def _outputs(self) -> list[Any]:
        return [getattr(self.parts, name) for name in SHOWN]

    def _chosen(self) -> list[Any]:
        """The parts that `_choices` reads."""
        parts = self.parts
        return [parts.num_frames, parts.strategy, parts.start_s, parts.end_s, parts.hear]

    def _wire_watching(self) -> None:
        parts, outputs = self.parts, self._outputs()

        def changed(request: gr.Request, path: str | None, *chosen: Any) -> Iterator[Any]:
            visit = self.visit(request)
            if path and visit.path == Path(path).resolve():
                # The player alone changed, such as its subtitles. A handler that yields nothing would empty every part.
                yield shown(View(), visit)
                return
            yield from self._watch(visit, path, _choices(*chosen))

        def closer(request: gr.Request, tokens: float) -> Iterator[Any]:
            visit = self.visit(request)
            said = visit.exchanges[-1:]
            yield from self._closer(visit, handlers.closer(visit, None))
            if said and visit.path is not None:
                yield from self._ask(request, said[0].question, tokens)

        def whole(request: gr.Request) -> Iterator[Any]:
            yield from self._closer(self.visit(request), Choices())

        def taken(path: str) -> Any:
            return path

        self.on([parts.player.change], changed, [parts.player, *self._chosen()], outputs)
        self.on([parts.closer.click], closer, [parts.max_tokens], outputs)
        self.on([parts.whole.click], whole, None, outputs)
        self.on([parts.videos.input], taken, [parts.videos], [parts.player])
        self.on([parts.another.upload], taken, [parts.another], [parts.player])
        for key, example in EXAMPLES.items():
            example_clicked = getattr(parts, key).click
            self.on([example_clicked], lambda example=example: str(example), None, [parts.player])

    def _wire_choosing(self) -> None:
        parts, outputs = self.parts, self._outputs()

        def look_again(
            request: gr.Request, path: str | None, model: str, *chosen: Any
        ) -> Iterator[Any]:
            visit = self.visit(request)
            wanted = (model or "").strip() or self.options.model
            try:
                self.options.limits.check_model(wanted, self.options.models, visit.language)
            except VQAError as error:
                yield shown(View(status=trouble(error)), visit)
                return
            visit.model = wanted
            if path:
                yield from self._watch(visit, path, _choices(*chosen))
                return
            for view in handlers.prepare(self.shelf, visit):
                yield shown(view, visit)

        def cured(
            request: gr.Request, number: int, path: str | None, tokens: float, *chosen: Any
        ) -> Iterator[Any]:
            visit = self.visit(request)
            if number >= len(visit.cures):
                yield [*shown(View(), visit), gr.skip(), gr.skip()]
                return
            cure, question = visit.cures[number], visit.unanswered
            visit.model = cure.model or visit.model
            choices = _choices(*chosen)
            frames = cure.num_frames or choices.num_frames
            picked = [visit.model, frames or 0]
            for updates in self._watch(visit, path, replace(choices, num_frames=frames)):
                yield [*updates, *picked]
            if question and visit.path is not None:
                for updates in self._ask(request, question, tokens):
                    yield [*updates, *picked]

        triggers = [parts.apply.click, parts.model.input]
        self.on(triggers, look_again, [parts.player, parts.model, *self._chosen()], outputs)
        for place, key in enumerate(layout.CURES):
            inputs = [gr.State(place), parts.player, parts.max_tokens, *self._chosen()]
            picked = [parts.model, parts.num_frames]
            self.on([getattr(parts, key).click], cured, inputs, [*outputs, *picked])

    def _wire_chat(self) -> None:
        parts = self.parts

        def ask(request: gr.Request, question: str, tokens: float) -> Iterator[Any]:
            yield from self._ask(request, question, tokens)

        def again(request: gr.Request, tokens: float) -> Iterator[Any]:
            visit = self.visit(request)
            if not visit.exchanges:
                told = alarm(say("nothing_to_retry", visit.language))
                yield shown(View(status=told), visit)
                return
            last = len(visit.exchanges) - 1
            yield from self._ask(request, visit.exchanges[last].question, tokens, keep=last)

        def edited(request: gr.Request, edit: gr.EditData, tokens: float) -> Iterator[Any]:
            position = edit.index[0] if isinstance(edit.index, (tuple, list)) else edit.index
            keep = turn_at(self.visit(request), position)
            yield from self._ask(request, str(edit.value), tokens, keep=keep, instead=True)

        def stop(request: gr.Request) -> None:
            self.visit(request).stop.set()

        def clear(request: gr.Request) -> list[Any]:
            visit = self.visit(request)
            return shown(handlers.clear(visit), visit)

        outputs, tokens = self._outputs(), parts.max_tokens
        self.on([parts.send.click, parts.question.submit], ask, [parts.question, tokens], outputs)
        self.on([parts.again.click], again, [tokens], outputs)
        self.on([parts.log.edit], edited, [tokens], outputs)
        self.on([parts.clear.click, parts.log.clear], clear, None, outputs)
        parts.stop.click(stop, None, None, api_visibility="private", queue=False)

    def _wire_asking_otherwise(self) -> None:
        parts = self.parts

        def here(
            request: gr.Request, player: gr.Video, question: str, tokens: float
        ) -> Iterator[Any]:
            visit = self.visit(request)
            at = float(player.playback_position or 0.0)
            yield from self._closer(visit, handlers.closer(visit, at))
            if visit.path is not None:
                asked = question.strip() or say("here_question", visit.language)
                yield from self._ask(request, asked, tokens)

        def example(
            request: gr.Request, chosen: gr.SelectData, tokens: float, *choices: Any
        ) -> Iterator[Any]:
            visit = self.visit(request)
            if visit.path is None:
                yield from self._open(visit, first(), _choices(*choices))
            yield from self._ask(request, str(chosen.value["text"]), tokens)

        outputs, tokens = self._outputs(), parts.max_tokens
        self.on([parts.here.click], here, [parts.player, parts.question, tokens], outputs)
        self.on([parts.log.example_select], example, [tokens, *self._chosen()], outputs)

    def _wire_language(self) -> None:
        parts = self.parts
        named = [getattr(parts, name) for name in layout.UNSPOKEN]

        def speak(visit: Visit) -> list[Any]:
            words, view = self.options.notice(visit.language), handlers.seen(visit)
            if visit.path is None:
                view = replace(
                    view, turned=()
                )  # the panels say in this language what will stand there
            return [
                visit.language,
                gr.update(value=words, visible=bool(words)),
                *parts.in_language(visit.language),
                *layout.unspoken(visit.language, self.options.models),
                *shown(view, visit),
            ]

        def greet(request: gr.Request) -> list[Any]:
            visit = self.visit(request)
            visit.language = language_of(request.headers.get("accept-language"))
            return speak(visit)

        def switch(request: gr.Request, language: str) -> list[Any]:
            visit = self.visit(request)
            visit.language = "zh" if language == "zh" else "en"
            return speak(visit)

        outputs = [parts.language, parts.notice, *parts.speaking(), *named, *self._outputs()]
        self.on([self.blocks.load], greet, None, outputs)
        self.on([parts.language.input], switch, [parts.language], outputs)
        parts.language.change(
            None,
            [parts.language],
            None,
            js=_SPOKEN,
            api_visibility="private",
            show_progress="hidden",
        )

    def _watch(self, visit: Visit, path: str | None, choices: Choices) -> Iterator[list[Any]]:
        for view in handlers.watch(self.shelf, visit, path, choices, self.options.limits):
            yield shown(view, visit)

    def _open(self, visit: Visit, path: Path, choices: Choices) -> Iterator[list[Any]]:
        """Watch a video that is not in the player yet; it gets there when it has been looked at."""
        for view in handlers.watch(self.shelf, visit, str(path), choices, self.options.limits):
            yield shown(replace(view, player=path) if view.fresh is False else view, visit)

    def _closer(self, visit: Visit, choices: Choices | None) -> Iterator[list[Any]]:
        if choices is None or visit.path is None:
            yield shown(View(status=alarm(say("no_video", visit.language))), visit)
            return
        yield from self._watch(visit, str(visit.path), choices)

    def _ask(
        self,
        request: gr.Request,
        question: str,
        tokens: float,
        *,
        keep: int | None = None,
        instead: bool = False,
    ) -> Iterator[list[Any]]:
        visit = self.visit(request)
        try:
            self.spend(request)
        except VQAError as error:
            yield shown(View(status=trouble(error)), visit)
            return
        options = AnswerOptions(max_new_tokens=int(tokens))
        for view in handlers.ask(visit, question, keep=keep, instead=instead, options=options):
            yield shown(view, visit)


def _choices(
    num_frames: float, strategy: str, start_s: float, end_s: float, hear: list[str]
) -> Choices:
    return Choices(
        num_frames=int(num_frames or 0) or None,
        strategy=strategy or None,
        start_s=float(start_s or 0),
        end_s=float(end_s or 0) or None,
        hear=tuple(hear or ()),
    )
