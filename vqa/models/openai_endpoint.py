"""Adapter of served models: any server with the OpenAI chat-completions protocol, such as vLLM.

The model takes images. The frames are encoded as JPEG once per video and sent with every question;
a server with a prefix cache processes them once. They are sent as images, or with `?frames=video`
in the address as one video of exactly these frames. See docs/scaling.md. Redirects are refused, so
that nothing is sent to another address than the one the user named.

A request runs in an event loop in its own thread, because an asynchronous request can be cancelled
while the server is silent: closing the answer's iterator cancels connecting, reading, and the
pauses between retries.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import httpx

from vqa import settings
from vqa.errors import EndpointError
from vqa.models.async_bridge import iterate_in_thread
from vqa.models.openai_protocol import (
    MAX_ATTEMPTS,
    TransientError,
    build_messages,
    image_parts,
    parse_address,
    protocol_error,
    read_events,
    translate_status,
    translate_transport_error,
    video_part,
)
from vqa.models.protocol import VideoContext, label_text
from vqa.types import AnswerOptions, Clip, Question, SamplingPlan, TimedText, Turn

_CONNECT_TIMEOUT_S, _READ_TIMEOUT_S = 10.0, 120.0
_FIRST_PAUSE_S, _MAX_PAUSE_S = 0.5, 20.0
# While the server is silent, the reader gets an empty fragment this often, so that it can stop.
_HEARTBEAT_S = 0.25
_MAX_LISTED_MODELS = 5
# Statuses that servers send for a model that they do not serve, among other reasons.
_UNKNOWN_MODEL_STATUSES = (400, 404, 422)


class EndpointModel:
    """Video question answering by a served model.

    Nothing is requested when it is created. Its `name` and `device`, which are displayed, do not
    contain a user name or password of the address.

    Args:
        name: `https://host:port/v1#model`; without `#model`, the first model that the server lists.
            With `/v1?frames=video#model`, the frames are sent as one `video_url` of JPEGs, which
            vLLM accepts.
        key: bearer token; None or '' takes the environment variable VQA_API_KEY or OPENAI_API_KEY,
            and sends no token if both are unset.
        read_timeout_s: seconds without a byte from the server after which the request fails.

    Raises:
        UnknownModel: `name` is not such an address.
        SettingError: the key in the environment cannot be sent in an HTTP header.
    """

    def __init__(
        self, name: str, *, key: str | None = None, read_timeout_s: float = _READ_TIMEOUT_S
    ) -> None:
        self._address = parse_address(name)
        self.name = self._address.without_user(name)
        self.sampling = SamplingPlan(strategy="uniform", num_frames=16, short_side_px=360)
        self.device = f"served by {self._address.host}"
        key = key or settings.api_key()
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = httpx.Timeout(read_timeout_s, connect=_CONNECT_TIMEOUT_S)
        self._model = self._address.model

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Encode frames, then timed text, as message parts; nothing is sent to the server.

        A line of text is such as "Said at 1.5 s: …"; see `label_text`.
        """
        parts = video_part(clip) if self._address.as_video else image_parts(clip)
        for line in text:
            parts.append({"type": "text", "text": f"{label_text(line)}: {line.text}"})
        return VideoContext(model=self.name, clip=clip, state=tuple(parts), text=tuple(text))

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """Stream the server's answer in incremental fragments; closing the iterator stops it.

        The request has `question.resolved` and `history`, and is cancelled on closing. While the
        server is silent, the iterator yields an empty string every 0.25 s, so that the consumer can
        stop. Transient failures before the first fragment are retried, at most four attempts in
        all, two after a read timeout. `options.num_beams` is ignored.

        Raises:
            EndpointError: the server refused the request, failed, lists no model, sent nothing
                until the timeout, or sent an empty or incomplete answer.
        """
        messages = build_messages(context, question.resolved, history)
        yield from iterate_in_thread(
            self._stream_answer(messages, options or AnswerOptions()), heartbeat_s=_HEARTBEAT_S
        )

    async def _stream_answer(
        self, messages: list[dict[str, Any]], options: AnswerOptions
    ) -> AsyncIterator[str]:
        """Request an answer, with retries until the first fragment, and yield its fragments.

        Raises:
            EndpointError: a failure that is not transient, comes after the first fragment, or in
                the last attempt.
        """
        body = {
            "model": await self._served_model(),
            "messages": messages,
            "max_tokens": options.max_new_tokens,
            "temperature": options.temperature,
            "stream": True,
        }
        for attempt in range(1, MAX_ATTEMPTS + 1):
            has_begun = False
            try:
                async for fragment in self._request(body):
                    has_begun = True
                    yield fragment
                return
            except TransientError as failure:
                if has_begun or attempt >= failure.max_attempts:
                    raise failure.error from failure.__cause__
                backoff_s = _FIRST_PAUSE_S * 2 ** (attempt - 1)
                pause_s = failure.retry_after_s
                await asyncio.sleep(min(_MAX_PAUSE_S, backoff_s if pause_s is None else pause_s))

    async def _request(self, body: dict[str, Any]) -> AsyncIterator[str]:
        """Send one request and yield the fragments of its answer.

        Raises:
            TransientError: a failure that may not recur when the request is sent again.
            EndpointError: any other failure.
        """
        url = f"{self._address.base_url}/chat/completions"
        is_complete, has_text = False, False
        try:
            async with (
                self._client() as client,
                client.stream("POST", url, json=body) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    await response.aread()
                    raise await self._explain_status(response)
                async for fragment, is_last in read_events(response):
                    is_complete = is_complete or is_last
                    if fragment:
                        has_text = True
                        yield fragment
        except httpx.TransportError as error:
            # A server that accepted the request and is silent is working on it: more retries would load it further.
            max_attempts = 2 if isinstance(error, httpx.ReadTimeout) else MAX_ATTEMPTS
            raise TransientError(
                translate_transport_error(error, self._address.display_url),
                max_attempts=max_attempts,
            ) from error
        if not is_complete:
            raise TransientError(
                EndpointError(
                    f"{self._address.display_url} closed the connection in the middle of the answer.",
                    cure="Ask again.",
                )
            )
        if not has_text:
            raise EndpointError(
                f"{self._address.display_url} sent an empty answer.",
                cure="If it is a reasoning model, allow a longer answer, or turn reasoning off.",
            )

    def _client(self) -> httpx.AsyncClient:
        """Return a new HTTP client for one request; no connection stays open between questions."""
        return httpx.AsyncClient(headers=self._headers, timeout=self._timeout)

    async def _served_model(self) -> str:
        """Return the model's name on the server: from the address, else the first listed one.

        The server is asked once; the name is then stored.

        Raises:
            EndpointError: the server lists no model, or its list cannot be requested.
        """
        if self._model is None:
            models = await self._list_models()
            if not models:
                raise EndpointError(
                    f"{self._address.display_url} serves no model.",
                    cure="Start the server with a model.",
                )
            self._model = models[0]
        return self._model

    async def _list_models(self) -> list[str]:
        """Request the names of the models that the server lists, in its order; may be empty.

        Raises:
            EndpointError: the server refused the request, failed, or did not send a list.
        """
        try:
            async with self._client() as client:
                response = await client.get(f"{self._address.base_url}/models")
        except httpx.TransportError as error:
            raise translate_transport_error(error, self._address.display_url) from error
        if response.status_code != httpx.codes.OK:
            failure = translate_status(response)
            raise failure.error if isinstance(failure, TransientError) else failure
        try:
            return [str(model["id"]) for model in response.json()["data"]]
        except (ValueError, KeyError, TypeError) as error:
            raise protocol_error() from error

    async def _explain_status(self, response: httpx.Response) -> TransientError | EndpointError:
        """Translate a response with an error status to an error with a cure.

        If the status can mean an unknown model, the server's list is requested; if it lacks the
        model, the error says so and names the listed models.
        """
        failure = translate_status(response)
        if isinstance(failure, TransientError) or (
            response.status_code not in _UNKNOWN_MODEL_STATUSES
        ):
            return failure
        try:
            models = await self._list_models()
        except EndpointError:
            return failure  # the first failure is the one to report
        if not models or self._model in models:
            return failure
        names = ", ".join(models[:_MAX_LISTED_MODELS])
        more = (
            f" and {len(models) - _MAX_LISTED_MODELS} more" if models[_MAX_LISTED_MODELS:] else ""
        )
        return EndpointError(
            f"{failure.message} The server does not list a model {self._model!r}.",
            cure=f"Name a served model after the #: {names}{more}.",
        )
