"""Events of the page: requests with invalid values get an error with a cure; unchanged components cost nothing."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from gradio.routes import App

from vqa.ui.i18n import translate

_MAX_REASON_CHARS = 200
_log = logging.getLogger(__name__)


class PageBlocks(gr.Blocks):
    """Blocks whose requests with invalid values get an error, and whose events change few components.

    Gradio builds a component and its description anew for each output of an event, also for
    `gr.skip()`: some 10 ms of processor time each. It also builds the server's app three times
    before `launch` builds the one that is used; that is left out.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        with _without_app():
            super().__init__(*args, **kwargs)

    def __exit__(self, *args: Any) -> None:
        """End the definition of the page, without an app."""
        with _without_app():
            super().__exit__(*args)

    def queue(self, *args: Any, **kwargs: Any) -> PageBlocks:
        """Set the queue of events, without an app; the arguments are those of `Blocks.queue`."""
        with _without_app():
            super().queue(*args, **kwargs)
        return self

    async def preprocess_data(self, block_fn: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Convert the values of a request to the arguments of its handler; a missing text is empty.

        Raises:
            gr.Error: a value has the wrong type, is not among the choices or names a file that the
                visitor has not uploaded, or there are too few values.
        """
        try:
            values: list[Any] = await super().preprocess_data(block_fn, *args, **kwargs)
        except Exception as error:
            _log.info("invalid request: %r", error)
            raise invalid_request(error) from error
        for number, component in enumerate(block_fn.inputs):
            if values[number] is None and isinstance(component, gr.Textbox):
                values[number] = ""
            elif values[number] is None and isinstance(component, gr.Slider):
                raise invalid_request()
        return values

    async def call_function(self, block_fn: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Call the handler of an event; log its exception and raise an error with a text instead.

        Raises:
            gr.Error: the event has no handler, or the handler failed.
        """
        function = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        if function.fn is None:
            raise invalid_request()
        try:
            output: dict[str, Any] = await super().call_function(block_fn, *args, **options)
        except gr.Error:
            raise
        except Exception as error:
            _log.exception("the event %s failed", function.api_name or function.name)
            text = translate("unexpected", error=repr(error)[:_MAX_REASON_CHARS])
            raise gr.Error(text, print_exception=False) from error
        return output

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        """Convert the values that a handler returned to what the browser gets, one per output.

        An output whose value is `gr.skip()` is passed over.

        Args:
            block_fn: the event, with N outputs.
            predictions: what its handler returned: a list of N values, or as Gradio allows.
            state: components of the browser tab as earlier events changed them.
        """
        outputs = block_fn.outputs
        if not isinstance(predictions, list | tuple) or not 1 < len(outputs) == len(predictions):
            return await super().postprocess_data(block_fn, predictions, state)
        data: list[Any] = [gr.skip() for _ in outputs]
        places = [place for place, value in enumerate(predictions) if not _is_skip(value)]
        if places:
            event = copy.copy(block_fn)
            event.outputs = [outputs[place] for place in places]
            values = [predictions[place] for place in places]
            changes = await super().postprocess_data(
                event, values if len(values) > 1 else values[0], state
            )
            for place, change in zip(places, changes, strict=True):
                data[place] = change
        return data

    def handle_streaming_diffs(
        self,
        block_fn: Any,
        data: list[Any],
        session_hash: str | None,
        run: str | None,
        final: bool,
        simple_format: bool = False,
    ) -> list[Any]:
        """Return what the browser gets for a step of a stream: what differs from the step before.

        The first and the last step are Gradio's own. In the others, only of lists, such as the
        conversation, the difference is sent, and of any other changed value the whole. Gradio's
        client applies it to the value of the step before, which it may not have displayed yet: a
        button that appears in one step and is left alone in the next would not appear.
        """
        is_first = run not in self.pending_diff_streams.get(session_hash, {})
        values = [*data]
        differences: list[Any] = super().handle_streaming_diffs(
            block_fn, data, session_hash, run, final, simple_format
        )
        if is_first or final or simple_format:
            return differences
        return [
            difference if isinstance(value, list) or not difference else [["replace", [], value]]
            for value, difference in zip(values, differences, strict=True)
        ]


def _is_skip(value: Any) -> bool:
    """Whether a handler's value leaves its component as it is."""
    return isinstance(value, dict) and value == gr.skip()


class Selection(gr.EventData):
    """Data of an event that the page's scripts trigger: what was clicked, selected or drawn."""

    def number(self, name: str) -> float:
        """Return a finite number of the event.

        Raises:
            gr.Error: the event has no such number.
        """
        value = self.value(name)
        if isinstance(value, int | float) and abs(value) < 1e15:
            return float(value)
        raise invalid_request()

    def text(self, name: str) -> str:
        """Return a text of the event.

        Raises:
            gr.Error: the event has no such text.
        """
        value = self.value(name)
        if isinstance(value, str):
            return value
        raise invalid_request()

    def value(self, name: str) -> Any:
        """Return a value of the event; None without one.

        A list is replaced by its first value, a suggestion by its text.
        """
        value = self._data.get(name) if isinstance(self._data, dict) else None
        if isinstance(value, list):  # the place of a message, with that of its part
            return value[0] if value else None
        return value.get("text") if isinstance(value, dict) else value


@contextmanager
def _without_app() -> Iterator[None]:
    """Context manager in which Gradio builds no app of the server; blocks then have None instead."""
    create_app = App.create_app
    App.create_app = staticmethod(lambda *_, **__: None)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        App.create_app = staticmethod(create_app)  # type: ignore[method-assign]


def invalid_request(error: Exception | None = None) -> gr.Error:
    """Return the error of a request with values that cannot be used.

    It states the first line of a `ValueError` or `gr.Error`, up to 200 characters, as the reason.
    """
    text, reason = translate("invalid_request"), ""
    if isinstance(error, gr.Error | ValueError):
        reason = (str(getattr(error, "message", error)).strip().splitlines() or [""])[0]
    return gr.Error(f"{text} {reason[:_MAX_REASON_CHARS]}".strip(), print_exception=False)
