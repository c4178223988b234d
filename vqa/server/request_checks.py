"""ASGI middleware that checks requests: host, origin, API key, and the size of the body."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection

from anyio import move_on_after
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vqa.errors import TooManyRequests, VideoTooLarge, VQAError
from vqa.server.admission import ServerStopping
from vqa.server.api_errors import Forbidden, RequestTimeout, Unauthorized, error_response
from vqa.ui.visitors.headers import host_name, is_foreign
from vqa.ui.visitors.visitor import SCOPE_KEY, address_key

_DEFAULT_BYTES = 2_000_000_000
_BODIES_PER_CLIENT = 2
_MAX_SILENCE_S = 60.0
_RETRY_S = 5
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class SiteCheck:
    """Middleware that refuses requests which a browser sends for another site.

    Args:
        app: the application.
        hosts: host names that requests may use for this server, so that a web page cannot reach the
            server through a name of the page's own (DNS rebinding); None accepts every name.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request of this site on; else respond with status 403.

        Refused is a request whose host is not among `hosts`, and one from a page of another site
        with a method other than GET, HEAD and OPTIONS.
        """
        error = self._error(scope) if scope["type"] == "http" else None
        if error is not None:
            await error_response(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _error(self, scope: Scope) -> VQAError | None:
        if self._hosts is not None and host_name(scope) not in self._hosts:
            return Forbidden(
                "This server answers under the names of this machine alone.",
                cure="Use http://127.0.0.1, or start the server with --host or --limits.",
            )
        if scope["method"] not in _SAFE_METHODS and is_foreign(scope):
            return Forbidden(
                "The request comes from a page of another site.",
                cure="Send it from a program, or from a page of this server.",
            )
        return None


class StopResponse:
    """Middleware that responds to the requests which a server cancels when it is being stopped.

    Args:
        app: the application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; respond with status 503 if it is cancelled before its response begins.

        A response that has begun ends where it is.
        """
        is_started = False

        async def send_noted(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except asyncio.CancelledError:
            if scope["type"] != "http":
                raise
            if not is_started:
                await error_response(ServerStopping())(scope, receive, send)


class KeyCheck:
    """Middleware that refuses a request without a valid API key before its body is read.

    Args:
        app: the application.
        check: takes a request and raises `Unauthorized` if its key is missing or wrong.
        open_paths: prefixes of the paths that need no key, without the root path.
    """

    def __init__(
        self, app: ASGIApp, check: Callable[[Request], object], open_paths: tuple[str, ...] = ()
    ) -> None:
        self._app = app
        self._check = check
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request with a valid key on; else respond with status 401.

        A request for one of `open_paths`, and one that is not HTTP, needs no key.
        """
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
        if scope["type"] == "http" and not path.startswith(self._open_paths):
            try:
                self._check(Request(scope))
            except Unauthorized as error:
                await error_response(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def body_bytes(num_bytes: int | None) -> int:
    """Return the maximum size of a request body in bytes: a video in base64, and 1 MB for the rest.

    Args:
        num_bytes: maximum size of a video; None or 0 takes 2 GB (2 · 10⁹ bytes).
    """
    return (num_bytes or _DEFAULT_BYTES) * 4 // 3 + 1_000_000


class BodyLimit:
    """Middleware that refuses a request whose body is larger than `body_bytes`: a video in base64.

    With `num_bytes`, the bodies that are being received or processed for one client have at most
    twice `body_bytes` together. A client is a visitor of the page, or else an IP address.

    Args:
        app: the application.
        num_bytes: maximum size of a video in bytes; None or 0 takes 2 GB, without a limit on the
            bodies of one client together.
    """

    def __init__(self, app: ASGIApp, num_bytes: int | None) -> None:
        self._app = app
        self._video_bytes = num_bytes or _DEFAULT_BYTES
        self._max_bytes = body_bytes(num_bytes)
        self._client_bytes = self._max_bytes * _BODIES_PER_CLIENT if num_bytes else None
        self._current_bytes: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on while its body is within the limits; else respond with an error.

        The status is 413 for a body that is too large, 429 for too many bytes of one client, and
        408 after a minute without a byte of the body.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        content_length = dict(scope["headers"]).get(b"content-length", b"0")
        if content_length.isdigit() and int(content_length) > self._max_bytes:
            await error_response(self._too_large())(scope, receive, send)
            return
        client, num_bytes = _client_key(scope), 0
        is_complete = is_started = is_refused = False

        async def receive_counted() -> Message:
            nonlocal num_bytes, is_complete, is_refused
            if is_complete:
                return await receive()
            error: VQAError | None = None
            with move_on_after(_MAX_SILENCE_S) as waiting:
                message = await receive()
            if waiting.cancelled_caught:
                error = _silence()
            else:
                size = len(message.get("body", b""))
                num_bytes += size
                self._current_bytes[client] += size
                is_complete = not message.get("more_body", False)
                error = self._excess(num_bytes, self._current_bytes[client])
            if error is None:
                return message
            is_refused = is_complete = True
            self._current_bytes[client] -= num_bytes
            num_bytes = 0
            if not is_started:
                await error_response(error)(scope, receive, send)
            return {"type": "http.disconnect"}

        async def send_unless_refused(message: Message) -> None:
            nonlocal is_started
            is_started = True
            if not is_refused:
                await send(message)

        try:
            await self._app(scope, receive_counted, send_unless_refused)
        except ClientDisconnect:
            pass  # the application has waited for the rest of the body
        finally:
            self._current_bytes[client] -= num_bytes
            self._current_bytes += Counter()  # without the clients that have none

    def _excess(self, num_bytes: int, client_bytes: int) -> VQAError | None:
        """Return the error of a body that exceeds a limit; None within the limits.

        Args:
            num_bytes: bytes of the body that have arrived.
            client_bytes: bytes of all current bodies of the client, this one included.
        """
        if num_bytes > self._max_bytes:
            return self._too_large()
        if self._client_bytes is not None and client_bytes > self._client_bytes:
            return TooManyRequests(
                "Other large requests of yours are being processed.",
                cure=f"Try again in {_RETRY_S} seconds.",
                wait_s=_RETRY_S,
            )
        return None

    def _too_large(self) -> VideoTooLarge:
        return VideoTooLarge(
            f"The request is larger than a video of {self._video_bytes / 1e6:.0f} MB.",
            cure="Send a smaller video, or a part.",
        )


def _client_key(scope: Scope) -> str:
    """Return the key that identifies the client of a request: a visitor, or else an IP address."""
    visitor = scope.get(SCOPE_KEY)  # behind the guard of a page
    if visitor is not None:
        return str(visitor.quota_key)
    return address_key(scope["client"][0] if scope.get("client") else None)


def _silence() -> RequestTimeout:
    return RequestTimeout(
        f"No byte of the request has arrived for {_MAX_SILENCE_S:.0f} seconds.",
        cure="Send it again.",
    )
