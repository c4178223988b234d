"""Routes of the HTTP API below /v1: the OpenAI protocol, uploads, and further actions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from hmac import compare_digest
from typing import Annotated, BinaryIO

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, FastAPI, File, Request, UploadFile
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from vqa import __version__
from vqa.errors import VideoNotFound, VQAError
from vqa.serialize import Json
from vqa.server.api_errors import Unauthorized, add_error_handlers, error_body
from vqa.server.chat_completions import (
    ChatRequest,
    CompletionWriter,
    Sampling,
    answer_options,
    parse_conversation,
)
from vqa.server.request_checks import BodyLimit, KeyCheck
from vqa.server.service import AnswerStream, Client, VideoRequest, VideoService
from vqa.server.uploads import Upload
from vqa.ui.visitors.visitor import SCOPE_KEY, address_key
from vqa.video.reader import probe

_CHUNK_BYTES = 1 << 20
_BEARER = HTTPBearer(auto_error=False, description="an API key, where the server has any")
_OPEN_PATHS = ("/docs", "/openapi.json")
_DESCRIPTION = """Questions about videos in OpenAI's chat protocol, and further actions on a video.

A video is a `data:` URL, the `url` of an upload (`POST /v1/videos`), or an http(s) address where the
server allows it. Answers have an extension field `vqa` with `confidence`, `evidence` and `timings_s`.
"""


class VideoBody(Sampling):
    """Body of a request about one video: the video, the model and the sampling of frames.

    Other keys are refused. Without `model`, the server takes its default.
    """

    video: Annotated[str, Field(description="`data:` URL, `url` of an upload or http(s) address")]
    model: Annotated[str | None, Field(description="a name of GET /v1/models")] = None

    def request(self) -> VideoRequest:
        """Return the video, the model name and the sampling as a `VideoRequest`."""
        fields = {name: getattr(self, name) for name in VideoBody.model_fields}
        return VideoRequest(**fields)


class SearchBody(VideoBody):
    """Body of a request for a search in one video, for 1 to 100 moments; other keys are refused."""

    query: Annotated[str, Field(min_length=1, description="what to look for")]
    limit: Annotated[int, Field(ge=1, le=100, description="maximum number of moments")] = 5


class LibraryBody(BaseModel):
    """Body of a request for 1 to 100 moments of all indexed videos; other keys are ignored."""

    query: Annotated[str, Field(min_length=1, description="what to look for")]
    limit: Annotated[int, Field(ge=1, le=100, description="maximum number of moments")] = 10


class Keys:
    """API keys that the server accepts.

    Args:
        keys: the keys; empty accepts every client, unless `is_closed`.
        is_closed: whether every client is refused, whatever `keys` contains; for a page that
            requires a login, on a server without keys.
    """

    def __init__(self, keys: Sequence[str] = (), *, is_closed: bool = False) -> None:
        self._keys = [key.encode() for key in keys]
        self._is_closed = is_closed

    def client(self, request: Request, key: str | None) -> Client:
        """Return the sender of a request.

        With keys, the client's `key` and `owner` are both the SHA-256 of the API key. Without keys,
        `key` is the page's quota key of the visitor, or else the IP address, and all clients share
        their uploads.

        Args:
            request: the request.
            key: the API key that the request was sent with; None without one.

        Raises:
            Unauthorized: the key is missing or wrong, or all clients are refused.
        """
        if self._is_closed:
            raise Unauthorized(
                "The API of this page is closed, because the page asks for a login.",
                cure="Start the page with --api-keys FILE.",
            )
        if not self._keys:
            visitor = request.scope.get(SCOPE_KEY)  # behind the guard of a page
            host = request.client.host if request.client else None
            return Client(key=visitor.quota_key if visitor else address_key(host))
        client_key = (key or "").encode()
        # Every key is compared, so that the time does not depend on which one is right.
        if not sum(compare_digest(client_key, own_key) for own_key in self._keys):
            raise Unauthorized(
                "The API key is missing or wrong.", cure="Send it as: Authorization: Bearer KEY"
            )
        name = hashlib.sha256(client_key).hexdigest()
        return Client(key=name, owner=name)

    def sender(self, request: Request) -> Client:
        """Return the sender of a request by its header `Authorization: Bearer KEY`; see `client`.

        Raises:
            Unauthorized: the key is missing or wrong, or all clients are refused.
        """
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        return self.client(request, key.strip() if scheme.lower() == "bearer" else None)


class AnswerResponse(StreamingResponse):
    """Answer as server-sent events, see `_events`; the model stops if the client disconnects.

    Args:
        answer: the stream of the answer; the response closes it.
        writer: builder of the chunks.
    """

    def __init__(self, answer: AnswerStream, writer: CompletionWriter) -> None:
        super().__init__(_events(answer, writer), media_type="text/event-stream")
        self.headers["Cache-Control"] = "no-cache"
        self.headers["X-Accel-Buffering"] = "no"
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events; close the answer at the end and when the client disconnects."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(self._answer.close)


def build_api(service: VideoService, keys: Keys) -> FastAPI:
    """Return the application to mount at /v1: routes, error handlers, checks of requests, /docs.

    Args:
        service: performs the actions.
        keys: the API keys.
    """
    api = FastAPI(
        title="Ask a video",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    api.state.service = service
    api.state.keys = keys
    add_error_handlers(api)
    api.add_middleware(BodyLimit, num_bytes=service.limits.upload_bytes)
    # Before the body is read; the routes check the key again, which gives them the client.
    api.add_middleware(KeyCheck, check=keys.sender, open_paths=_OPEN_PATHS)
    for router in (_chat, _videos, _tasks):
        api.include_router(router)
    _add_docs(api)
    return api


def _service(request: Request) -> VideoService:
    service = request.app.state.service
    assert isinstance(service, VideoService)
    return service


def _client(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Client:
    keys = request.app.state.keys
    assert isinstance(keys, Keys)
    return keys.client(request, credentials.credentials if credentials else None)


Service = Annotated[VideoService, Depends(_service)]
Sender = Annotated[Client, Depends(_client)]
_chat = APIRouter(tags=["OpenAI protocol"])
_videos = APIRouter(tags=["Uploads"], prefix="/videos")
_tasks = APIRouter(tags=["Other actions"])


@_chat.get("/models", summary="List the models")
def list_models(service: Service, _: Sender) -> Json:
    """Return the models that a request may name as an OpenAI list: `object` and `data`."""
    return {"object": "list", "data": [_model_json(name) for name in service.models]}


@_chat.get("/models/{name:path}", summary="Return one model")
def find_model(service: Service, _: Sender, name: str) -> Json:
    """Return one model that a request may name as an OpenAI object; any other is status 404."""
    return _model_json(service.check_model(name))


@_chat.post("/chat/completions", summary="Ask a question about a video", response_model=None)
async def complete(
    http: Request, service: Service, sender: Sender, chat: ChatRequest
) -> Json | AnswerResponse:
    """Answer the last question of the messages; with `stream`, send chunks as server-sent events.

    The extension field `vqa` of the completion, or of the last chunk, has the confidence and the
    evidence frames. A conversation without a question or a video is status 400. If the
    client disconnects before the end, the model stops.
    """
    conversation = parse_conversation(chat.messages)
    options = answer_options(chat)

    def ask() -> AnswerStream:
        return service.ask(
            sender,
            conversation.request(chat),
            conversation.question,
            history=conversation.history,
            options=options,
        )

    answer = await run_sync(ask)
    writer = CompletionWriter.create(chat, chat.model or service.models[0])
    if chat.stream:
        return AnswerResponse(answer, writer)
    text = ""
    try:
        while (fragment := await run_sync(answer.next_fragment)) is not None:
            text += fragment
            if await http.is_disconnected():
                return {}
        return writer.completion(text, await run_sync(answer.result))
    finally:
        with anyio.CancelScope(shield=True):
            await run_sync(answer.close)


@_videos.post("", summary="Upload a video; its id is the SHA-256 of the content")
def upload_video(
    service: Service,
    sender: Sender,
    file: Annotated[UploadFile, File(description="the video file")],
) -> Json:
    """Store a video once per content and client; return its id, `url`, sizes, length, expiry.

    A video above a limit of size or length is status 413, an upload beyond the client's quota 429,
    a file that is not a video 400.
    """
    num_bytes = file.size or 0
    service.admit_upload(sender, num_bytes)
    uploads = service.sources.uploads
    upload = uploads.save(_chunks(file.file), sender.owner)
    try:
        service.limits.check_video(upload.path, "en")
        value = _video_json(upload)
        service.count_bytes(sender, num_bytes)
        return value
    except VQAError:
        if upload.is_new:
            uploads.delete(upload.video_id, sender.owner)
        raise


@_videos.get("/{video_id}", summary="Return an upload; 404 if it has to be sent first")
def find_video(service: Service, sender: Sender, video_id: str) -> Json:
    """Return an upload of the client, as `POST /v1/videos` does, and postpone its expiry.

    Status 404 if the client has no such upload.
    """
    upload = service.sources.uploads.find(video_id, sender.owner)
    if upload is None:
        raise _unknown_video(video_id)
    return _video_json(upload)


@_videos.delete("/{video_id}", summary="Delete an upload")
def delete_video(service: Service, sender: Sender, video_id: str) -> Json:
    """Delete an upload of the client, with `deleted` true; status 404 if there is none of this id."""
    if not service.sources.uploads.delete(video_id, sender.owner):
        raise _unknown_video(video_id)
    return {"id": video_id, "object": "video", "deleted": True}


@_tasks.post("/moments", summary="Find the moments of a video that match a query")
def find_moments(service: Service, sender: Sender, body: SearchBody) -> Json:
    """Return at most `limit` time ranges of a video that match a query as `moments`, best first."""
    return service.moments(sender, body.request(), body.query, body.limit)


@_tasks.post("/captions", summary="Caption every shot of a video")
def caption(service: Service, sender: Sender, body: VideoBody) -> Json:
    """Return a caption per shot, with the lines of speech and on-screen text, as `captions`."""
    return service.captions(sender, body.request())


@_tasks.post("/summary", summary="Summarize a video")
def summarize(service: Service, sender: Sender, body: VideoBody) -> Json:
    """Return a summary paragraph (`summary`), `chapters` and `scenes` of a video."""
    return service.summary(sender, body.request())


@_tasks.post("/library/search", summary="Find the moments of all indexed videos")
def search_library(service: Service, sender: Sender, body: LibraryBody) -> Json:
    """Return at most `limit` time ranges of all indexed videos as `moments`, best match first.

    Each moment has its file as `path`. Status 400 if the server offers no library.
    """
    return service.search_library(sender, body.query, body.limit)


async def _events(answer: AnswerStream, writer: CompletionWriter) -> AsyncIterator[str]:
    """Yield the chunks of an answer as server-sent events (`data: JSON`), then `data: [DONE]`.

    The chunk with the result follows the last text. A `VQAError` becomes an event with an error
    body in place of the remaining chunks. While the model sends nothing, comment lines keep the
    connection alive.
    """
    is_first = True
    try:
        while (fragment := await run_sync(answer.next_fragment)) is not None:
            if fragment:
                yield _event(writer.chunk(fragment, is_first=is_first))
                is_first = False
            else:
                yield ": the model is still working\n\n"
        yield _event(writer.last_chunk(await run_sync(answer.result)))
    except VQAError as error:
        yield _event(error_body(error))
    yield "data: [DONE]\n\n"


def _event(value: Json) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def _add_docs(api: FastAPI) -> None:
    """Serve the OpenAPI page at /docs with its scripts from this machine, not from the web."""
    files = StaticFiles(packages=[("fastapi_swagger", "resources")])
    api.mount("/docs-files", files, name="docs-files")

    @api.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        root = str(request.scope.get("root_path", "")).rstrip("/")
        return get_swagger_ui_html(
            openapi_url=f"{root}/openapi.json",
            title=api.title,
            swagger_js_url=f"{root}/docs-files/swagger-ui-bundle.js",
            swagger_css_url=f"{root}/docs-files/swagger-ui.css",
            swagger_favicon_url=f"{root}/docs-files/favicon-32x32.png",
        )


def _model_json(name: str) -> Json:
    return {"id": name, "object": "model", "created": 0, "owned_by": "vqa"}


def _video_json(upload: Upload) -> Json:
    info = probe(upload.path)
    return {
        "id": upload.video_id,
        "object": "video",
        "url": f"/v1/videos/{upload.video_id}",
        "bytes": upload.num_bytes,
        "duration_s": info.duration_s,
        "width": info.width,
        "height": info.height,
        "expires_at": int(upload.expires_s),
    }


def _unknown_video(video_id: str) -> VideoNotFound:
    return VideoNotFound(
        f"There is no video {video_id[:64]}.", cure="Upload it again: POST /v1/videos."
    )


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk
