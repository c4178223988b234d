"""OpenAI's chat completions: parser of requests about a video, and builder of the responses."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import BaseModel, Field

from vqa.errors import SettingError
from vqa.serialize import Json
from vqa.server.service import VideoRequest
from vqa.types import AnswerOptions

# Fields that change what is generated in a way that no model here supports.
_UNSUPPORTED_FIELDS = ("tools", "functions", "response_format", "logprobs", "audio")
_WITHOUT_EFFECT_IF = {"response_format": {"type": "text"}, "tools": [], "logprobs": False}


class VideoUrl(BaseModel):
    """Address of a video, not checked: a `data:` URL, an upload's address or an http(s) address."""

    url: Annotated[
        str,
        Field(
            description="`data:video/mp4;base64,…`, the `url` of an upload, or an http(s) address "
            "where the server allows it"
        ),
    ]


class TextPart(BaseModel):
    """Text within a message's content."""

    type: Literal["text"]
    text: str


class VideoPart(BaseModel):
    """Video within a message's content."""

    type: Literal["video_url"]
    video_url: VideoUrl


class OtherPart(BaseModel):
    """Content part that is no valid text or video part; `parse_conversation` refuses it.

    It has another type, which the error names, or is a malformed part of type `text` or
    `video_url`.
    """

    model_config = {"extra": "allow"}
    type: str


class Message(BaseModel):
    """Message of a conversation; `content` is a text, or a list of text and video parts.

    Other keys, such as `name`, are ignored. A video is used only in a message of the user.
    """

    model_config = {"extra": "allow"}
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart | VideoPart | OtherPart] | None = None


class Sampling(BaseModel):
    """Extension of the request: the frames that the model receives; other keys are refused.

    Without `num_frames`, the model decides their number; without `end_s`, the range ends with the
    video. An end that is not after the start is an error, see `VideoRequest.plan`.
    """

    model_config = {"extra": "forbid"}
    num_frames: Annotated[int | None, Field(ge=1, le=1024, description="maximum number")] = None
    start_s: Annotated[
        float, Field(ge=0, allow_inf_nan=False, description="start of the range, in seconds")
    ] = 0.0
    end_s: Annotated[
        float | None, Field(allow_inf_nan=False, description="end of the range, in seconds")
    ] = None


class ChatRequest(BaseModel):
    """Body of `POST /v1/chat/completions`; unknown keys are stored in `model_extra`.

    `max_completion_tokens` has priority over the older `max_tokens`. Without `model`, the server
    takes its default. `vqa` is an extension.
    """

    model_config = {"extra": "allow"}
    messages: Annotated[list[Message], Field(min_length=1)]
    model: str | None = None
    stream: bool = False
    n: int | None = None
    max_tokens: Annotated[int | None, Field(ge=1, le=4096)] = None
    max_completion_tokens: Annotated[int | None, Field(ge=1, le=4096)] = None
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    vqa: Sampling = Sampling()


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """Question about a video, with the earlier (question, answer) pairs about the same video.

    Args:
        video: reference to the video, see `VideoSources.locate`.
        question: the last question, not empty.
        history: the earlier pairs, oldest first; may be empty.
    """

    video: str
    question: str
    history: tuple[tuple[str, str], ...]

    def request(self, chat: ChatRequest) -> VideoRequest:
        """Return the conversation's video with the model and the sampling of `chat`, unchecked."""
        return VideoRequest(video=self.video, model=chat.model, **chat.vqa.model_dump())


def parse_conversation(messages: list[Message]) -> Conversation:
    """Return the last question of a conversation with its video and history.

    Texts of consecutive user messages are joined by line breaks to one question. The video is the
    last one of the user's messages; a video with another URL clears the history. System and
    developer messages are skipped, and so is an answer without a question before it.

    Args:
        messages: the messages of a request, oldest first, at least one.

    Raises:
        SettingError: there is no video, the last message is not the user's, there is no question, a
            part is neither text nor a video, or a message has several videos.
    """
    video, question = "", ""
    history: list[tuple[str, str]] = []
    for message in messages:
        if message.role in ("system", "developer"):
            continue
        text, url = _content(message)
        if message.role == "assistant":
            if question:
                history.append((question, text))
            question = ""
            continue
        if url and url != video:
            video, history = url, []
        question = f"{question}\n{text}".strip()
    if messages[-1].role != "user" or not question:
        raise SettingError(
            "The last message is not a question of the user.",
            cure="End messages with one of role user that has text.",
        )
    if not video:
        raise SettingError(
            "No message has a video.",
            cure='Add {"type": "video_url", "video_url": {"url": …}} to the content.',
        )
    return Conversation(video=video, question=question, history=tuple(history))


def _content(message: Message) -> tuple[str, str]:
    """Return the text of a message, its parts joined by line breaks, and the URL of its video.

    Each is "" if the message has none.

    Raises:
        SettingError: the message has a part of another type, or several videos.
    """
    if message.content is None or isinstance(message.content, str):
        return message.content or "", ""
    texts, urls = [], []
    for part in message.content:
        if isinstance(part, TextPart):
            texts.append(part.text)
        elif isinstance(part, VideoPart):
            urls.append(part.video_url.url)
        else:
            raise SettingError(
                f"A part of type {part.type!r} is not supported.",
                cure="Send the video as a part of type video_url.",
            )
    if len(urls) > 1:
        raise SettingError(
            f"One message has {len(urls)} videos.", cure="Ask about one video at a time."
        )
    return "\n".join(texts), "".join(urls)


def answer_options(chat: ChatRequest) -> AnswerOptions | None:
    """Return the generation options of a request; None if it sets no token limit or temperature.

    Raises:
        SettingError: `n` is not 1, or the request uses `tools`, `functions`, `response_format`
            (other than text), `logprobs` or `audio`. Null, `tools` of [] and `logprobs` of false
            are accepted.
    """
    extra = chat.model_extra or {}
    refused_fields = [
        name
        for name in _UNSUPPORTED_FIELDS
        if extra.get(name) is not None and extra[name] != _WITHOUT_EFFECT_IF.get(name)
    ]
    if chat.n not in (None, 1):
        refused_fields.append("n")
    if refused_fields:
        raise SettingError(
            f"This server does not support {', '.join(refused_fields)}.", cure="Leave it out."
        )
    changes: dict[str, Any] = {}
    if max_tokens := chat.max_completion_tokens or chat.max_tokens:
        changes["max_new_tokens"] = max_tokens
    if chat.temperature is not None:
        changes["temperature"] = chat.temperature
    return AnswerOptions(**changes) if changes else None


def fields_without_effect(chat: ChatRequest) -> list[str]:
    """Return the names of fields that are accepted but not used, such as `top_p`, sorted.

    Fields that are null, or whose value would change nothing, are left out. A last entry `system
    message` stands for messages of role system or developer. Empty if all fields are used.
    """
    fields = sorted(
        name
        for name, value in (chat.model_extra or {}).items()
        if value is not None and value != _WITHOUT_EFFECT_IF.get(name)
    )
    if any(message.role in ("system", "developer") for message in chat.messages):
        fields.append("system message")
    return fields


@dataclass(frozen=True)
class CompletionWriter:
    """Builder of the JSON values of one response: a whole completion, or its chunks for a stream.

    Args:
        model: name of the model.
        ignored_fields: result of `fields_without_effect`.
        completion_id: identifier of the completion.
        created_s: time of the request, seconds since the epoch.
    """

    model: str
    ignored_fields: list[str]
    completion_id: str
    created_s: int

    @classmethod
    def create(cls, chat: ChatRequest, model: str) -> CompletionWriter:
        """Return a writer with a random identifier `chatcmpl-…` and the current time."""
        return cls(model, fields_without_effect(chat), f"chatcmpl-{uuid4().hex}", int(time.time()))

    def completion(self, text: str, result: Json) -> Json:
        """Return a whole completion: `text` as the only choice, and an extension field `vqa`.

        Args:
            text: the answer.
            result: JSON values of the answer, see `answer_json`; `vqa` has them and the names of
                the request's fields without effect as `ignored`.
        """
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {
            **self._head("chat.completion"),
            "choices": [choice],
            "vqa": self._extension(result),
        }

    def chunk(self, text: str, *, is_first: bool) -> Json:
        """Return the completion chunk of one text fragment, which is not cumulative.

        The first chunk of an answer also has the role.
        """
        delta = {"role": "assistant", "content": text} if is_first else {"content": text}
        return self._chunk(delta, None)

    def last_chunk(self, result: Json) -> Json:
        """Return the last chunk of a stream: no text, finish reason `stop`, and a field `vqa`.

        `result` has the JSON values of the answer; it and the field are those of `completion`.
        """
        return {**self._chunk({}, "stop"), "vqa": self._extension(result)}

    def _chunk(self, delta: Json, finish_reason: str | None) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return {**self._head("chat.completion.chunk"), "choices": [choice]}

    def _head(self, kind: str) -> Json:
        return {
            "id": self.completion_id,
            "object": kind,
            "created": self.created_s,
            "model": self.model,
        }

    def _extension(self, result: Json) -> Json:
        return {**result, "ignored": self.ignored_fields}
