"""The page: which event of which part calls which handler."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from vqa.errors import VQAError
from vqa.types import AnswerOptions
from vqa.ui import handlers, layout, search
from vqa.ui.endpoints import Endpoints, visitor
from vqa.ui.handlers import Choices, View
from vqa.ui.limits import PRIVATE, Limits, Rate
from vqa.ui.theme import CSS, HEAD, theme
from vqa.ui.visit import Shelf, Visit, Visits
from vqa.ui.wording import Language, language_of, say

_SHOWN = (
    "log", "status", "frames", "details", "videos", "whole", "powers", "export",
    "send", "stop", "question", "examples", "example_row",
)  # fmt: skip
_CONCURRENT = 4

Notice = Callable[[Language], str]


@dataclass(frozen=True)
class PageOptions:
    """How the page is set up.

    Args:
        model: the model chosen at first.
        models: the names to choose from.
        limits: what a visitor may take.
        notice: HTML shown above everything, made for a language; empty shows none.
    """

    model: str = "fused"
    models: tuple[str, ...] = ("fused", "echo")
    limits: Limits = PRIVATE
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
            layout.build(self.parts, options.models, options.model)
            self._wire_watching()
            self._wire_chat()
            self._wire_panels()
            self._wire_language()

    def launch(self, **how: Any) -> Any:
        """Serve the page; see gradio's `launch` for the arguments."""
        limits = self.options.limits
        queued = self.blocks.queue(
            default_concurrency_limit=_CONCURRENT, max_size=limits.queue_length
        )
        return queued.launch(
            css=CSS, head=HEAD, theme=theme(), run_history=False, ssr_mode=False,
            allowed_paths=[str(layout.EXAMPLES_FOLDER)], max_file_size=limits.upload_bytes,
            footer_links=["api", "settings"], **how,
        )  # fmt: skip

    def _visit(self, request: gr.Request) -> Visit:
        return self.visits.of(request.session_hash)

    def _outputs(self) -> list[Any]:
        return [getattr(self.parts, name) for name in _SHOWN]

    def _on(self, trigger: Any, handler: Callable[..., Any], inputs: Any, outputs: Any) -> None:
        gr.on(trigger, handler, inputs, outputs, api_visibility="private", show_progress="hidden")

    def _wire_watching(self) -> None:
        parts = self.parts
        choices = [parts.num_frames, parts.strategy, parts.start_s, parts.end_s]

        def changed(request: gr.Request, path: str | None, *chosen: Any) -> Iterator[Any]:
            visit = self._visit(request)
            if path and visit.path is not None and str(visit.path) == path:
                return  # the player alone changed, such as its subtitles
            yield from self._watch(visit, path, _choices(*chosen))

        def again(request: gr.Request, path: str | None, model: str, *chosen: Any) -> Iterator[Any]:
            visit = self._visit(request)
            wanted = (model or "").strip() or self.options.model
            try:
                self.options.limits.check_model(wanted, self.options.models, visit.language)
            except VQAError as error:
                yield shown(View(status=handlers.trouble(error)))
                return
            visit.model = wanted
            yield from self._watch(visit, path, _choices(*chosen))

        def closer(request: gr.Request) -> Iterator[Any]:
            visit = self._visit(request)
            yield from self._closer(visit, handlers.closer(visit, None))

        def whole(request: gr.Request) -> Iterator[Any]:
            visit = self._visit(request)
            yield from self._closer(visit, Choices())

        def chosen(path: str) -> Any:
            return path

        outputs = self._outputs()
        self._on([parts.player.change], changed, [parts.player, *choices], outputs)
        self._on(
            [parts.apply.click, parts.model.input],
            again,
            [parts.player, parts.model, *choices],
            outputs,
        )
        self._on([parts.closer.click], closer, None, outputs)
        self._on([parts.whole.click], whole, None, outputs)
        self._on([parts.videos.input], chosen, [parts.videos], [parts.player])
        for key, example in layout.EXAMPLES.items():
            self._on(
                [getattr(parts, key).click],
                lambda example=example: str(example),
                None,
                [parts.player],
            )

    def _wire_chat(self) -> None:
        parts = self.parts

        def ask(request: gr.Request, question: str, tokens: float) -> Iterator[Any]:
            yield from self._ask(request, question, tokens)

        def again(request: gr.Request, tokens: float) -> Iterator[Any]:
            visit = self._visit(request)
            if not visit.exchanges:
                told = handlers.alarm(say("nothing_to_retry", visit.language))
                yield shown(View(status=told))
                return
            last = len(visit.exchanges) - 1
            yield from self._ask(request, visit.exchanges[last].question, tokens, keep=last)

        def edited(request: gr.Request, edit: gr.EditData, tokens: float) -> Iterator[Any]:
            position = edit.index[0] if isinstance(edit.index, (tuple, list)) else edit.index
            yield from self._ask(request, str(edit.value), tokens, keep=position // 2)

        def here(
            request: gr.Request, player: gr.Video, question: str, tokens: float
        ) -> Iterator[Any]:
            visit = self._visit(request)
            at = float(player.playback_position or 0.0)
            yield from self._closer(visit, handlers.closer(visit, at))
            if visit.path is not None:
                asked = question.strip() or say("here_question", visit.language)
                yield from self._ask(request, asked, tokens)

        def example(request: gr.Request, chosen: gr.SelectData, tokens: float) -> Iterator[Any]:
            yield from self._ask(request, str(chosen.value["text"]), tokens)

        def stop(request: gr.Request) -> None:
            self._visit(request).stop.set()

        def clear(request: gr.Request) -> list[Any]:
            return shown(handlers.clear(self._visit(request)))

        outputs, tokens = self._outputs(), parts.max_tokens
        self._on([parts.send.click, parts.question.submit], ask, [parts.question, tokens], outputs)
        self._on([parts.again.click], again, [tokens], outputs)
        self._on([parts.log.example_select], example, [tokens], outputs)
        self._on([parts.log.edit], edited, [tokens], outputs)
        self._on([parts.here.click], here, [parts.player, parts.question, tokens], outputs)
        self._on([parts.clear.click, parts.log.clear], clear, None, outputs)
        parts.stop.click(stop, None, None, api_visibility="private", queue=False)

    def _wire_panels(self) -> None:
        parts = self.parts

        def find(request: gr.Request, words: str) -> str:
            visit = self._visit(request)
            try:
                self._spend(request, visit)
            except VQAError as error:
                return handlers.trouble(error)
            return search.moments_html(visit, words)

        def summarize(request: gr.Request) -> str:
            visit = self._visit(request)
            try:
                self._spend(request, visit)
                return search.summary_html(visit)
            except VQAError as error:
                return handlers.trouble(error)

        def caption(request: gr.Request) -> list[Any]:
            visit = self._visit(request)
            try:
                self._spend(request, visit)
                rows = search.captions_rows(visit)
            except VQAError as error:
                return [handlers.trouble(error), *[gr.skip()] * 4]
            return [
                say("captions_done", visit.language),
                gr.update(value=rows, visible=True),
                *filed(visit, rows),
            ]

        def filed(visit: Visit, rows: Any) -> list[Any]:
            files = [str(file) for file in search.captions_files(visit, rows)]
            return [
                *(gr.update(value=file, visible=True) for file in files),
                gr.update(subtitles=files[1]),
            ]

        def table_edited(request: gr.Request, rows: list[list[Any]]) -> list[Any]:
            visit = self._visit(request)
            try:
                return [say("captions_done", visit.language), *filed(visit, rows)]
            except VQAError as error:
                return [handlers.trouble(error), *[gr.skip()] * 3]

        files = [parts.save_srt, parts.save_vtt, parts.player]
        self._on([parts.find.click, parts.words.submit], find, [parts.words], [parts.found])
        self._on([parts.summarize.click], summarize, None, [parts.summary])
        self._on([parts.caption.click], caption, None, [parts.caption_status, parts.table, *files])
        self._on([parts.table.input], table_edited, [parts.table], [parts.caption_status, *files])

    def _wire_language(self) -> None:
        parts = self.parts
        named = [getattr(parts, name) for name in layout.UNSPOKEN]

        def speak(visit: Visit) -> list[Any]:
            words = self.options.notice(visit.language)
            return [
                visit.language,
                gr.update(value=words, visible=bool(words)),
                *parts.in_language(visit.language),
                *layout.unspoken(visit.language, self.options.models),
                *shown(handlers.seen(visit)),
            ]

        def greet(request: gr.Request) -> list[Any]:
            visit = self._visit(request)
            visit.language = language_of(request.headers.get("accept-language"))
            return speak(visit)

        def switch(request: gr.Request, language: str) -> list[Any]:
            visit = self._visit(request)
            visit.language = "zh" if language == "zh" else "en"
            return speak(visit)

        outputs = [parts.language, parts.notice, *parts.speaking(), *named, *self._outputs()]
        self._on([self.blocks.load], greet, None, outputs)
        self._on([parts.language.input], switch, [parts.language], outputs)

    def _watch(self, visit: Visit, path: str | None, choices: Choices) -> Iterator[list[Any]]:
        for view in handlers.watch(self.shelf, visit, path, choices, self.options.limits):
            yield shown(view)

    def _closer(self, visit: Visit, choices: Choices | None) -> Iterator[list[Any]]:
        if choices is None or visit.path is None:
            yield shown(View(status=handlers.alarm(say("no_video", visit.language))))
            return
        yield from self._watch(visit, str(visit.path), choices)

    def _ask(
        self, request: gr.Request, question: str, tokens: float, *, keep: int | None = None
    ) -> Iterator[list[Any]]:
        visit = self._visit(request)
        try:
            self._spend(request, visit)
        except VQAError as error:
            yield shown(View(status=handlers.trouble(error)))
            return
        options = AnswerOptions(max_new_tokens=int(tokens))
        for view in handlers.ask(visit, question, keep=keep, options=options):
            yield shown(view)

    def _spend(self, request: gr.Request, visit: Visit) -> None:
        self.rate.spend(visitor(request), visit.language)


def shown(view: View) -> list[Any]:
    """What each part of `_SHOWN` becomes."""
    skip = gr.skip()
    busy = view.answering
    return [
        skip if view.log is None else view.log,
        skip if view.status is None else view.status,
        skip if view.frames is None else view.frames,
        skip if view.details is None else view.details,
        skip if view.videos is None else _videos(*view.videos),
        skip if view.narrowed is None else gr.update(visible=view.narrowed),
        skip if view.powers is None else layout.without_panels(view.powers),
        skip if view.export is None else gr.update(value=str(view.export), interactive=True),
        skip if busy is None else gr.update(visible=not busy),
        skip if busy is None else gr.update(visible=busy),
        "" if busy else skip,
        skip if view.fresh is None else gr.update(visible=view.fresh),
        skip if view.fresh is None else gr.update(visible=view.fresh),
    ]


def _videos(known: tuple[tuple[str, str], ...], current: str) -> Any:
    return gr.update(choices=list(known), value=current, visible=len(known) > 1)


def _choices(num_frames: float, strategy: str, start_s: float, end_s: float) -> Choices:
    return Choices(
        num_frames=int(num_frames or 0) or None,
        strategy=strategy or None,
        start_s=float(start_s or 0),
        end_s=float(end_s or 0) or None,
    )
