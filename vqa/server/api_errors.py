"""Errors of the HTTP API in OpenAI's form, and the limit on the size of a request."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vqa.errors import (
    DeviceUnavailable,
    EndpointError,
    ModelNotDownloaded,
    OutOfMemory,
    StorageError,
    TooManyRequests,
    UnknownModel,
    VideoNotFound,
    VideoTooLarge,
    VQAError,
)
from vqa.serialize import Json

_DEFAULT_BYTES = 2_000_000_000


class Unauthorized(VQAError):
    """The API key is missing or wrong."""


# The first class that an error belongs to decides its status and type; otherwise 400.
_STATUS: tuple[tuple[type[VQAError], int, str], ...] = (
    (Unauthorized, 401, "authentication_error"),
    (TooManyRequests, 429, "rate_limit_error"),
    (VideoNotFound, 404, "invalid_request_error"),
    (UnknownModel, 404, "invalid_request_error"),
    (VideoTooLarge, 413, "invalid_request_error"),
    (EndpointError, 502, "server_error"),
    (OutOfMemory, 503, "server_error"),
    (DeviceUnavailable, 503, "server_error"),
    (ModelNotDownloaded, 503, "server_error"),
    (StorageError, 503, "server_error"),
)


def _status(error: VQAError) -> tuple[int, str]:
    for kind, status, name in _STATUS:
        if isinstance(error, kind):
            return status, name
    return 400, "invalid_request_error"


def error_body(error: VQAError) -> Json:
    """Return an error as the JSON body `{"error": {…}}` of the OpenAI API.

    Its keys: `message` has message and cure, `type` follows from the HTTP status (such as
    `invalid_request_error`), `code` is the name of the error's class, `param` is null, and `cure`
    repeats the cure in a key that OpenAI does not have.
    """
    return {
        "error": {
            "message": str(error).strip(),
            "type": _status(error)[1],
            "code": type(error).__name__,
            "param": None,
            "cure": error.cure,
        }
    }


def add_error_handlers(api: FastAPI) -> None:
    """Register handlers that send all exceptions as JSON errors of the OpenAI API.

    A `VQAError` has the status of its class in `_STATUS` (401, 404, 413, 429, 502 or 503), else
    400; 429 has the header Retry-After. An invalid request is 400 and names the first three
    problems, an HTTPException keeps its status. Anything else is 500 without its message, which the
    server logs.
    """

    @api.exception_handler(VQAError)
    async def respond_with_cure(_: Request, error: VQAError) -> JSONResponse:
        headers = {}
        if isinstance(error, TooManyRequests):
            headers["Retry-After"] = str(error.wait_s)
        if isinstance(error, Unauthorized):
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(error_body(error), _status(error)[0], headers)

    @api.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        problems = "; ".join(
            f"{'.'.join(str(key) for key in row['loc'] if key != 'body')}: {row['msg']}"
            for row in error.errors()[:3]
        )
        body = {
            "message": f"The request is invalid: {problems}",
            "type": "invalid_request_error",
            "code": "invalid_request",
            "param": None,
        }
        return JSONResponse({"error": body}, 400)

    @api.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        body = {
            "message": error.detail,
            "type": "invalid_request_error",
            "code": f"http_{error.status_code}",
            "param": None,
        }
        return JSONResponse({"error": body}, error.status_code, error.headers)

    @api.exception_handler(Exception)
    async def send_unexpected(_: Request, error: Exception) -> JSONResponse:
        del error  # logged by the server
        body = {
            "message": "The server failed; its log has the reason.",
            "type": "server_error",
            "code": "internal_error",
            "param": None,
        }
        return JSONResponse({"error": body}, 500)


def body_bytes(num_bytes: int | None) -> int:
    """Return the maximum size of a request body in bytes: a video in base64, and 1 MB for the rest.

    Args:
        num_bytes: maximum size of a video; None or 0 takes 2 GB (2 · 10⁹ bytes).
    """
    return (num_bytes or _DEFAULT_BYTES) * 4 // 3 + 1_000_000


class BodyLimit:
    """ASGI middleware that refuses bodies of more than `body_bytes(num_bytes)` bytes.

    Args:
        app: the application.
        num_bytes: maximum size of a video; None takes 2 GB.
    """

    def __init__(self, app: ASGIApp, num_bytes: int | None) -> None:
        self._app = app
        self._video_bytes = num_bytes or _DEFAULT_BYTES
        self._max_bytes = body_bytes(num_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless its Content-Length exceeds the limit; then respond with 413.

        The bytes that arrive are counted, too: the call of `receive` that exceeds the limit raises
        HTTPException 413. Connections other than HTTP are passed on unchanged.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        content_length = dict(scope["headers"]).get(b"content-length", b"0")
        if content_length.isdigit() and int(content_length) > self._max_bytes:
            await JSONResponse(error_body(self._error()), 413)(scope, receive, send)
            return
        num_bytes = 0

        async def receive_counted() -> Message:
            nonlocal num_bytes
            message = await receive()
            num_bytes += len(message.get("body", b""))
            if num_bytes > self._max_bytes:
                raise HTTPException(413, str(self._error()))
            return message

        await self._app(scope, receive_counted, send)

    def _error(self) -> VideoTooLarge:
        return VideoTooLarge(
            f"The request is larger than a video of {self._video_bytes / 1e6:.0f} MB.",
            cure="Send a smaller video, or a part.",
        )
