"""Body of a request to the page: read within limits, and cleaned before Gradio gets it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from anyio import move_on_after

from vqa.ui.i18n import Language, translate

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

_MAX_BODY_BYTES, _MAX_BODY_S = 2_000_000, 60.0


class Refusal(Exception):
    """Error that makes the guard refuse a request with an HTTP status and a text.

    Args:
        status: HTTP status code.
        text: message to the visitor.
        reason: label of the metric of refusals.
    """

    def __init__(self, status: int, text: str, reason: str) -> None:
        super().__init__(text)
        self.status, self.text, self.reason = status, text, reason


def parse_body(body: bytes, language: Language) -> tuple[bytes, Any]:
    """Parse a request body as JSON; return the body, encoded again from the value, and the value.

    In both, halves of surrogate pairs, which no response can contain, are replaced by `?`. A body
    that is not JSON, such as a form or an empty body, is returned unchanged, with the value None;
    None is also the value of `null`.

    Raises:
        Refusal: 400 in `language` for a body that is not in UTF-8, or has a number such as NaN or
            1e999, because an answer that repeats it would fail.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _invalid(language) from error
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return body, None
    try:
        clean_body = json.dumps(value, ensure_ascii=False, allow_nan=False).encode(errors="replace")
    except (ValueError, RecursionError) as error:
        raise _invalid(language) from error
    return clean_body, json.loads(clean_body)


def _invalid(language: Language) -> Refusal:
    """Return the refusal, 400, of a body whose values cannot be used."""
    return Refusal(400, translate("invalid_request", language), "invalid")


async def read_body(receive: Receive, language: Language) -> bytes:
    """Read the whole body of a request; the part received so far if the client disconnects.

    Raises:
        Refusal: 413 in `language` for more than 2 MB, 408 after more than a minute.
    """
    body = bytearray()
    with move_on_after(_MAX_BODY_S):
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > _MAX_BODY_BYTES:
                raise Refusal(413, translate("request_too_large", language), "size")
            if not message.get("more_body"):
                return bytes(body)
    raise Refusal(408, translate("request_too_slow", language), "slow")


def replay(body: bytes, receive: Receive) -> Receive:
    """Return an ASGI `receive` that delivers a body that was read, as one message.

    Later calls are passed on to `receive`.
    """
    is_delivered = False

    async def receive_again() -> Message:
        nonlocal is_delivered
        if is_delivered:
            return await receive()
        is_delivered = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
