"""Requests to the events of the page: values of a wrong type or number get an error with a cure."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from vqa.ui.i18n import translate

_MAX_REASON_CHARS = 200
_log = logging.getLogger(__name__)


class PageBlocks(gr.Blocks):
    """Blocks that answer invalid values of a request with an error, without a traceback in the log."""

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

    async def call_function(self, block_fn: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Call the handler of an event; log its exception and raise an error with a text instead.

        Raises:
            gr.Error: the event has no handler, or the handler failed.
        """
        function = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        if function.fn is None:
            raise invalid_request()
        try:
            output: dict[str, Any] = await super().call_function(block_fn, *args, **kwargs)
        except gr.Error:
            raise
        except Exception as error:
            _log.exception("the event %s failed", function.api_name or function.name)
            text = translate("unexpected", error=repr(error)[:_MAX_REASON_CHARS])
            raise gr.Error(text, print_exception=False) from error
        return output


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


def invalid_request(error: Exception | None = None) -> gr.Error:
    """Return the error of a request whose values cannot be used; of a ValueError also the reason."""
    text, reason = translate("invalid_request"), ""
    if isinstance(error, gr.Error | ValueError):
        reason = (str(getattr(error, "message", error)).strip().splitlines() or [""])[0]
    return gr.Error(f"{text} {reason[:_MAX_REASON_CHARS]}".strip(), print_exception=False)
