"""A served model: any server that speaks the OpenAI chat-completions protocol with pictures (vLLM, SGLang and others).

The frames are packed once a video and sent with every question; servers with a prefix cache see them once. They go as
pictures, or where the address says `?frames=video` as one video of exactly these frames. This is the way past one
machine, see docs/scaling.md. Nothing is sent anywhere but to the address the user named, redirects included.
"""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import Image

from vqa import settings
from vqa.errors import EndpointError, UnknownModel
from vqa.models.protocol import VideoContext
from vqa.types import AnswerOptions, Clip, Question, SamplingPlan, TimedText, Turn

_CONNECT_S, _SILENCE_S = 10.0, 120.0
_TRIES = 4
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 20.0
_JPEG_QUALITY = 85
_INSTRUCTION = (
    "You are shown frames of one video in order, each after its time. Answer the question about the video briefly and "
    "truthfully; name times as m:ss; say so if the video does not show what is asked."
)
_CURES = {
    401: "Set VQA_API_KEY to a key that the server accepts.",
    403: "Set VQA_API_KEY to a key that may use this model.",
    404: "Check the address (it usually ends in /v1) and the model's name after the #.",
    400: "The server refused the request; ask with fewer frames, or choose a model that takes pictures.",
    413: "Ask with fewer frames.",
    422: "The server refused the request; ask with fewer frames, or choose a model that takes pictures.",
    429: "Wait a moment and ask again.",
}


@dataclass(frozen=True)
class _Address:
    """Where a model is served.

    Args:
        base: the address up to /v1.
        model: its name there; None is the first that the server lists.
        as_video: whether the frames go as one video.
    """

    base: str
    model: str | None
    as_video: bool


class EndpointModel:
    """Asks a served model.

    Args:
        name: `https://host:port/v1#model`; without `#model` the first model the server lists is taken, with
            `/v1?frames=video#model` the frames go as one `video_url` of JPEGs, which vLLM takes.
        key: sent as a bearer token; None reads VQA_API_KEY or OPENAI_API_KEY.
        silence_s: how long the server may say nothing before it counts as gone.

    Raises:
        UnknownModel: the name is no such address.
    """

    def __init__(self, name: str, *, key: str | None = None, silence_s: float = _SILENCE_S) -> None:
        self.name = name
        self.sampling = SamplingPlan(strategy="uniform", num_frames=16, short_side_px=360)
        self._address = _parse(name)
        self.device = f"served by {urlsplit(name).netloc}"
        key = key or settings.api_key()
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = httpx.Timeout(silence_s, connect=_CONNECT_S)
        self._model = self._address.model

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Pack the frames; nothing is sent yet."""
        parts = _as_video(clip) if self._address.as_video else _as_pictures(clip)
        for line in text:
            kind = "Said" if line.source == "speech" else "Written on the screen"
            parts.append({"type": "text", "text": f"{kind} at {line.start_s:.1f} s: {line.text}"})
        return VideoContext(model=self.name, clip=clip, state=tuple(parts), text=tuple(text))

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """The server's answer as it streams; closing the iterator ends the request.

        Raises:
            EndpointError: refused, failed or silent; before the first word it is tried again a few times.
        """
        chosen = options or AnswerOptions()
        body = {
            "model": self._served_model(),
            "messages": _messages(context, question.resolved, history),
            "max_tokens": chosen.max_new_tokens,
            "temperature": chosen.temperature,
            "stream": True,
        }
        for attempt in range(1, _TRIES + 1):
            begun = False
            try:
                for piece in self._pieces(body):
                    begun = True
                    yield piece
                return
            except _Passing as passing:
                if begun or attempt >= passing.tries:
                    raise passing.error from passing.__cause__
                wait_s = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (attempt - 1))
                time.sleep(
                    wait_s if passing.wait_s is None else min(_LONGEST_WAIT_S, passing.wait_s)
                )

    def _pieces(self, body: dict[str, Any]) -> Iterator[str]:
        """One request's answer.

        Raises:
            _Passing: a failure that may pass.
            EndpointError: one that will not.
        """
        address = f"{self._address.base}/chat/completions"
        ended, said = False, False
        try:
            with self._client() as client, client.stream("POST", address, json=body) as response:
                if response.status_code != httpx.codes.OK:
                    response.read()
                    raise _failure(response)
                for piece, finished in _events(response):
                    ended = ended or finished
                    if piece:
                        said = True
                        yield piece
        except httpx.TransportError as error:
            # A server that took the question and is silent is at work on it: asking again and again loads it more.
            tries = 2 if isinstance(error, httpx.ReadTimeout) else _TRIES
            raise _Passing(_unreachable(error, self._address.base), tries=tries) from error
        if not ended:
            raise _Passing(
                EndpointError(
                    f"{self._address.base} broke off in the middle of the answer.",
                    cure="Ask again.",
                )
            )
        if not said:
            raise EndpointError(
                f"{self._address.base} ended the answer without a word.",
                cure="Does the model think first? Let the answer be longer, or serve it without thinking.",
            )

    def _client(self) -> httpx.Client:
        """A client for one request; nothing stays open between questions."""
        return httpx.Client(headers=self._headers, timeout=self._timeout)

    def _served_model(self) -> str:
        """The model's name on the server; asked for once where the address names none."""
        if self._model is None:
            try:
                with self._client() as client:
                    response = client.get(f"{self._address.base}/models")
            except httpx.TransportError as error:
                raise _unreachable(error, self._address.base) from error
            if response.status_code != httpx.codes.OK:
                failure = _failure(response)
                raise failure.error if isinstance(failure, _Passing) else failure
            try:
                served = [str(one["id"]) for one in response.json()["data"]]
            except (ValueError, KeyError, TypeError) as error:
                raise _foreign() from error
            if not served:
                raise EndpointError(
                    f"{self._address.base} serves no model.", cure="Start the server with a model."
                )
            self._model = served[0]
        return self._model


class _Passing(Exception):
    """A failure that may pass when tried again, after `wait_s` seconds if the server said so, `tries` times in all."""

    def __init__(
        self, error: EndpointError, wait_s: float | None = None, *, tries: int = _TRIES
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s
        self.tries = tries


def is_address(name: str) -> bool:
    """Whether a model's name is the address of a server."""
    return name.startswith(("http://", "https://"))


def _parse(name: str) -> _Address:
    try:
        parts = urlsplit(name)
        whole = is_address(name) and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, brackets that do not close
        whole = False
    if not whole or parts.query not in ("", "frames=pictures", "frames=video"):
        raise UnknownModel(
            f"{name!r} is no address of a served model.",
            cure="Write it as https://host:port/v1#model, or https://host:port/v1?frames=video#model.",
        )
    base = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
    return _Address(base=base, model=parts.fragment or None, as_video=parts.query == "frames=video")


def _as_pictures(clip: Clip) -> list[dict[str, Any]]:
    """Each frame behind its time."""
    parts: list[dict[str, Any]] = []
    for frame, time_s in zip(clip.frames, clip.times_s, strict=True):
        address = f"data:image/jpeg;base64,{_jpeg(frame)}"
        parts.append({"type": "text", "text": f"Frame at {time_s:.1f} s:"})
        parts.append({"type": "image_url", "image_url": {"url": address}})
    return parts


def _as_video(clip: Clip) -> list[dict[str, Any]]:
    """All frames as one video, behind the list of their times: a server that samples for itself could tell neither."""
    times = ", ".join(f"{time_s:.1f}" for time_s in clip.times_s)
    frames = ",".join(_jpeg(frame) for frame in clip.frames)
    return [
        {"type": "text", "text": f"The video's {len(clip.times_s)} frames are at {times} s:"},
        {"type": "video_url", "video_url": {"url": f"data:video/jpeg;base64,{frames}"}},
    ]


def _messages(
    context: VideoContext, question: str, history: Sequence[Turn]
) -> list[dict[str, Any]]:
    """The video stands in the first question, so that a server's prefix cache serves all later ones."""
    asked = [*(turn.question for turn in history), question]
    messages: list[dict[str, Any]] = [{"role": "system", "content": _INSTRUCTION}]
    for number, words in enumerate(asked):
        part = {"type": "text", "text": words}
        messages.append(
            {"role": "user", "content": [*context.state, part] if number == 0 else [part]}
        )
        if number < len(history):
            messages.append({"role": "assistant", "content": history[number].answer.text})
    return messages


def _events(response: httpx.Response) -> Iterator[tuple[str, bool]]:
    """The words of each event, and whether it is the last; a server that does not stream sends one event alone."""
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        response.read()
        yield _read_event(response.text, key="message")[0], True
        return
    for line in response.iter_lines():
        data = line.removeprefix("data:").strip()
        if not line.startswith("data:"):
            continue
        if data == "[DONE]":
            yield "", True
            return
        yield _read_event(data, key="delta")


def _read_event(data: str, *, key: str) -> tuple[str, bool]:
    """The words of an event, and whether it is the last."""
    try:
        event = json.loads(data)
        if "error" in event:
            raise EndpointError(
                f"The server failed while answering: {event['error']}",
                cure="Ask again, or look at its log.",
            )
        choices = event.get("choices") or [{}]
        return (choices[0].get(key) or {}).get("content") or "", bool(
            choices[0].get("finish_reason")
        )
    except (json.JSONDecodeError, AttributeError, TypeError) as error:
        raise _foreign() from error


def _foreign() -> EndpointError:
    return EndpointError(
        "The server sent something that is not of the chat-completions protocol.",
        cure="Check that the address is that of an OpenAI-compatible server.",
    )


def _failure(response: httpx.Response) -> _Passing | EndpointError:
    """The failure that a status tells of."""
    status = response.status_code
    told = response.text.strip()[:300]
    cure = _CURES.get(status, "The server is in trouble; try again later, or look at its log.")
    if response.is_redirect:
        told, cure = (
            "",
            f"Nothing was sent on; name {response.headers['location']} if you trust it.",
        )
    error = EndpointError(
        f"{response.url.host} answered {status} {response.reason_phrase}{': ' + told if told else ''}.",
        cure=cure,
    )
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        stated = response.headers.get("retry-after", "")
        return _Passing(error, float(stated) if stated.replace(".", "", 1).isdigit() else None)
    return error


def _unreachable(error: httpx.TransportError, base: str) -> EndpointError:
    if isinstance(error, httpx.TimeoutException):
        return EndpointError(
            f"{base} did not answer in time.",
            cure="Is the server overloaded? Ask with fewer frames, or later.",
        )
    return EndpointError(
        f"{base} cannot be reached ({error}).", cure="Check the address, and that the server runs."
    )


def _jpeg(frame: Any) -> str:
    """A frame as a JPEG in base64."""
    packed = io.BytesIO()
    Image.fromarray(frame).save(packed, "JPEG", quality=_JPEG_QUALITY)
    return base64.b64encode(packed.getvalue()).decode()
