"""OpenAI chat-completions protocol: addresses of servers, messages, events and errors."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from httpx_sse import EventSource
from PIL import Image

from vqa import settings
from vqa.errors import EndpointError, UnknownModel
from vqa.models.catalog import is_address
from vqa.models.protocol import VideoContext
from vqa.types import Clip, Turn

_JPEG_QUALITY = 85
_MAX_MESSAGE_CHARS = 300
MAX_ATTEMPTS = 4
_INSTRUCTION = (
    "You are shown frames of one video in order, each after its time. Answer the question about the video briefly and "
    "truthfully; name times as m:ss; say so if the video does not show what is asked."
)
_FEWER_FRAMES = (
    "The server refused the request; ask with fewer frames, or choose a model that takes images."
)
_CURES = {
    400: _FEWER_FRAMES,
    401: "Set VQA_API_KEY to a key that the server accepts.",
    403: "Set VQA_API_KEY to a key that may use this model.",
    404: "Check the address (it usually ends in /v1) and the model's name after the #.",
    413: "Ask with fewer frames.",
    422: _FEWER_FRAMES,
    429: "Wait a moment and ask again.",
}


@dataclass(frozen=True)
class Address:
    """Parsed address of a served model.

    Args:
        base_url: URL without query and fragment, usually up to /v1; no slash at the end.
        model: the model's name on the server; None means the first model that the server lists.
        as_video: whether the frames are sent as one `video_url` instead of one image each.
    """

    base_url: str
    model: str | None
    as_video: bool

    @property
    def display_url(self) -> str:
        """`base_url` for messages: without a user name and a password."""
        return self.without_user(self.base_url)

    @property
    def host(self) -> str:
        """Host of the server, with `:PORT` if the address names a port."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    def without_user(self, url: str) -> str:
        """Return a URL, or a text with one, of this server without its user name and password.

        A URL without them is returned unchanged.
        """
        return url.replace(urlsplit(self.base_url).netloc, self.host, 1)


class TransientError(Exception):
    """Failure of a request that may succeed when it is sent again.

    Args:
        error: error to raise after the last attempt.
        retry_after_s: seconds to wait according to the server; None if the server named no time.
        max_attempts: maximum number of attempts, the first included.
    """

    def __init__(
        self,
        error: EndpointError,
        retry_after_s: float | None = None,
        *,
        max_attempts: int = MAX_ATTEMPTS,
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.retry_after_s = retry_after_s
        self.max_attempts = max_attempts


def parse_address(name: str) -> Address:
    """Parse the address of a served model; nothing is requested.

    Args:
        name: `https://host:port/v1#model`, or with http, optionally with `?frames=video` or
            `?frames=pictures` (the default: one image per frame) before the `#`. The path is any,
            and `USER:PASSWORD@` may stand before the host.

    Raises:
        UnknownModel: the address is malformed, or has another query.
    """
    try:
        parts = urlsplit(name)
        is_valid = is_address(name) and bool(parts.hostname) and parts.port != 0
        is_valid = is_valid and bool(httpx.URL(name).host)
    except (ValueError, httpx.InvalidURL):
        # A port that is not a number, unbalanced brackets, a host name that cannot exist.
        is_valid = False
    if not is_valid or parts.query not in ("", "frames=pictures", "frames=video"):
        raise UnknownModel(
            f"{settings.without_password(name)!r} is not the address of a served model.",
            cure="Write it as https://host:port/v1#model, or https://host:port/v1?frames=video#model.",
        )
    base_url = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
    return Address(
        base_url=base_url, model=parts.fragment or None, as_video=parts.query == "frames=video"
    )


def image_parts(clip: Clip) -> list[dict[str, Any]]:
    """Return message parts: each frame's time as text, then the frame as JPEG data URL.

    The text is such as "Frame at 1.5 s:". Two parts per frame, in the order of the frames.
    """
    parts: list[dict[str, Any]] = []
    for frame, time_s in zip(clip.frames, clip.times_s, strict=True):
        url = f"data:image/jpeg;base64,{_encode_jpeg(frame)}"
        parts.append({"type": "text", "text": f"Frame at {time_s:.1f} s:"})
        parts.append({"type": "image_url", "image_url": {"url": url}})
    return parts


def video_part(clip: Clip) -> list[dict[str, Any]]:
    """Return two message parts: the frame times as text, then all frames as one `video_url`.

    The `video_url` is a data URL of JPEGs in base64, separated by commas, as vLLM accepts it; it
    has no timestamps, so the times are sent as text.
    """
    times = ", ".join(f"{time_s:.1f}" for time_s in clip.times_s)
    frames = ",".join(_encode_jpeg(frame) for frame in clip.frames)
    return [
        {"type": "text", "text": f"The video's {len(clip.times_s)} frames are at {times} s:"},
        {"type": "video_url", "video_url": {"url": f"data:video/jpeg;base64,{frames}"}},
    ]


def build_messages(
    context: VideoContext, question: str, history: Sequence[Turn]
) -> list[dict[str, Any]]:
    """Return the messages of a conversation for the chat-completions request.

    A system message is first, then questions and answers in turn. The first user message contains
    the frames before its question, so that the server's prefix cache can reuse them for later
    questions.

    Args:
        context: its `state` is the message parts of the video.
        question: text of the current question.
        history: earlier turns, oldest first.
    """
    questions = [*(turn.question for turn in history), question]
    messages: list[dict[str, Any]] = [{"role": "system", "content": _INSTRUCTION}]
    for number, text in enumerate(questions):
        part = {"type": "text", "text": text}
        messages.append(
            {"role": "user", "content": [*context.state, part] if number == 0 else [part]}
        )
        if number < len(history):
            messages.append({"role": "assistant", "content": history[number].answer.text})
    return messages


async def read_events(response: httpx.Response) -> AsyncIterator[tuple[str, bool]]:
    """Yield (text, is_last) for each event of a response; the text is an incremental fragment.

    The text may be empty. After `[DONE]`, nothing is read; it counts as last. A response that is
    not an event stream yields one pair with the whole answer.

    Raises:
        EndpointError: an event reports an error or is not of the protocol.
        httpx.TransportError: the connection fails while the response is read.
    """
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        await response.aread()
        yield _parse_event(response.text, key="message")[0], True
        return
    async for event in EventSource(response).aiter_sse():
        if event.data == "[DONE]":
            yield "", True
            return
        yield _parse_event(event.data, key="delta")


def _parse_event(data: str, *, key: str) -> tuple[str, bool]:
    """Parse a chat-completions event to (text, is_last); the last event has a `finish_reason`.

    Args:
        data: JSON of the event.
        key: key of the text's container in a choice: `delta` in a stream, else `message`.

    Raises:
        EndpointError: the event reports an error or is not of the protocol.
    """
    try:
        event = json.loads(data)
        if event.get("error"):
            raise EndpointError(
                f"The server failed while answering: {_error_message(data)}",
                cure="Ask again, or look at its log.",
            )
        choice = (event.get("choices") or [{}])[0]
        text = (choice.get(key) or {}).get("content") or ""
        is_last = bool(choice.get("finish_reason"))
    except (json.JSONDecodeError, AttributeError, TypeError, KeyError) as error:
        raise protocol_error() from error
    if not isinstance(text, str):
        raise protocol_error()
    return text, is_last


def protocol_error() -> EndpointError:
    """Return the error for a response that is not of the chat-completions protocol."""
    return EndpointError(
        "The server sent a message that is not part of the chat-completions protocol.",
        cure="Check that the address is that of an OpenAI-compatible server.",
    )


def translate_status(response: httpx.Response) -> TransientError | EndpointError:
    """Translate a response with an error status or a redirect to an error; do not raise it.

    The body has been read.

    Returns:
        An `EndpointError` with a cure. For status 429 and 5xx, which may be retried, it is wrapped
        in a `TransientError` with the seconds of the Retry-After header, None if it has no number.
    """
    status = response.status_code
    message = _error_message(response.text)
    cure = _CURES.get(status, "The server has a problem; try again later, or look at its log.")
    if response.has_redirect_location:
        message, cure = (
            "",
            f"Nothing was sent on; name {response.headers['location']} if you trust it.",
        )
    reason = f": {message}" if message else ""
    error = EndpointError(
        f"{response.url.host} answered {status} {response.reason_phrase}{reason.rstrip('.')}.",
        cure=cure,
    )
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        retry_after = response.headers.get("retry-after", "")
        is_number = retry_after.replace(".", "", 1).isdecimal()
        return TransientError(error, float(retry_after) if is_number else None)
    return error


def _error_message(body: str) -> str:
    """Extract the message from an error body, at most 300 characters; '' if there is none.

    The body is OpenAI's, vLLM's or FastAPI's JSON, or plain text.
    """
    value: Any = body
    with suppress(json.JSONDecodeError):
        value = json.loads(body)
    while not isinstance(value, str):
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict):
            keys = ("error", "message", "detail", "msg", "type", "code")
            value = next((value[key] for key in keys if value.get(key)), "")
        else:
            value = "" if value is None or value == [] else str(value)
    return value.strip()[:_MAX_MESSAGE_CHARS]


def translate_transport_error(error: httpx.TransportError, display_url: str) -> EndpointError:
    """Translate a timeout or a failed connection to an error with a cure; do not raise it.

    `display_url` names the server in the message.
    """
    if isinstance(error, httpx.TimeoutException):
        return EndpointError(
            f"{display_url} did not answer in time.",
            cure="If the server is overloaded, ask with fewer frames, or later.",
        )
    return EndpointError(
        f"{display_url} cannot be reached ({error}).",
        cure="Check the address, and that the server runs.",
    )


def _encode_jpeg(frame: Any) -> str:
    """Encode an (H, W, 3) uint8 RGB frame as JPEG; return base64 without a `data:` prefix."""
    buffer = io.BytesIO()
    Image.fromarray(frame).save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return base64.b64encode(buffer.getvalue()).decode()
