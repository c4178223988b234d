"""Errors of the HTTP API as JSON objects in OpenAI's form, with a cure."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

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
from vqa.server.admission import ServerStopping


class Unauthorized(VQAError):
    """The API key is missing or wrong."""


class Forbidden(VQAError):
    """The request comes from a page of another site, or names a host that is not this server."""


class RequestTimeout(VQAError):
    """The client has sent no byte of an unfinished request for a minute."""


class InvalidRequest(VQAError):
    """The request does not have the form that its route needs."""


# The first class that an error belongs to decides its status and type; otherwise 400.
_STATUS: tuple[tuple[type[VQAError], int, str], ...] = (
    (Unauthorized, 401, "authentication_error"),
    (Forbidden, 403, "permission_error"),
    (RequestTimeout, 408, "invalid_request_error"),
    (TooManyRequests, 429, "rate_limit_error"),
    (VideoNotFound, 404, "invalid_request_error"),
    (UnknownModel, 404, "invalid_request_error"),
    (VideoTooLarge, 413, "invalid_request_error"),
    (EndpointError, 502, "server_error"),
    (OutOfMemory, 503, "server_error"),
    (DeviceUnavailable, 503, "server_error"),
    (ModelNotDownloaded, 503, "server_error"),
    (StorageError, 503, "server_error"),
    (ServerStopping, 503, "server_error"),
)


_MAX_CHARACTERS = 2000
# Errors of the framework by status: message and cure.
_HTTP_ERRORS = {
    400: ("The request cannot be read: {detail}.", "Send a body as /v1/docs describes it."),
    404: ("There is no route {path}.", "The routes are at /v1/docs."),
    405: ("The route {path} does not accept {method}.", "The routes are at /v1/docs."),
}
_OTHER_HTTP_ERROR = ("{detail}.", "The routes are at /v1/docs.")


def _status(error: VQAError) -> tuple[int, str]:
    """Return the HTTP status of an error and its type in OpenAI's form; see `_STATUS`."""
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
            # Values of the client may be no valid Unicode, which cannot be sent.
            "message": str(error).strip().encode(errors="backslashreplace").decode(),
            "type": _status(error)[1],
            "code": type(error).__name__,
            "param": None,
            "cure": error.cure,
        }
    }


def error_response(error: VQAError) -> JSONResponse:
    """Return an error as a response with the body of `error_body` and the status of its class.

    Classes without a status of their own are 400. 429 has the header Retry-After, in seconds, 401
    the header WWW-Authenticate.
    """
    headers = {}
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.wait_s)
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(error_body(error), _status(error)[0], headers)


def add_error_handlers(api: FastAPI) -> None:
    """Register handlers that send all exceptions as JSON errors of the OpenAI API.

    A `VQAError` has the status of its class in `_STATUS`, else 400. A request that fails validation
    is 400; the message names its first three problems. An HTTPException keeps its status, and
    `code` is `http_` with the status. Any other exception is 500, with its message in the server's
    log alone.
    """

    @api.exception_handler(VQAError)
    async def respond_with_cure(_: Request, error: VQAError) -> JSONResponse:
        return error_response(error)

    @api.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        problems = "; ".join(
            f"{'.'.join(str(key) for key in row['loc'] if key != 'body')}: {row['msg']}"
            for row in error.errors()[:3]
        )
        cure = "Correct it; the routes and their fields are at /v1/docs."
        text = problems[:_MAX_CHARACTERS]
        return error_response(InvalidRequest(f"The request is invalid: {text}.", cure=cure))

    @api.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        message, cure = _HTTP_ERRORS.get(error.status_code, _OTHER_HTTP_ERROR)
        text = message.format(
            method=request.method, path=request.url.path[:100], detail=str(error.detail).rstrip(".")
        )
        body = error_body(VQAError(text, cure=cure))
        body["error"]["code"] = f"http_{error.status_code}"
        return JSONResponse(body, error.status_code, error.headers)

    @api.exception_handler(Exception)
    async def send_unexpected(_: Request, error: Exception) -> JSONResponse:
        del error  # logged by the server
        body = error_body(
            VQAError("The server failed.", cure="Its operator finds the reason in its log.")
        )
        body["error"] |= {"type": "server_error", "code": "internal_error"}
        return JSONResponse(body, 500)
