"""Guard in front of every route: login, origin, quotas, visitors' sessions, security headers."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Container, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from anyio import CapacityLimiter, to_thread

from vqa.storage.run_folder import RunFolder
from vqa.ui.i18n import Language, language_of, translate
from vqa.ui.limits import quota_text
from vqa.ui.sharing import is_private
from vqa.ui.visitors.accounts import MAX_NAME_CHARS, Access, BackOff
from vqa.ui.visitors.headers import header_value, host_name, is_foreign, security_headers
from vqa.ui.visitors.login_page import login_html
from vqa.ui.visitors.quotas import QueuePlaces, SlidingSum, queued_events
from vqa.ui.visitors.request_body import Refusal, parse_body, read_body, replay
from vqa.ui.visitors.visitor import SCOPE_KEY, Identification, Visitor
from vqa.ui.visitors.waiting_line import Services

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_FILE_MARK, _BYTES_PER_FILE = b"filename=", 4096
_API_PATH, _API_MCP_PATH = "/v1/", "/mcp"
_UPLOAD_PATH = "/gradio_api/upload"
# Routes that run an event of the page; each takes a place in the queue.
_JOIN_PATHS = (
    "/gradio_api/queue/join",
    "/gradio_api/call/",
    "/gradio_api/run/",
    "/gradio_api/api/",
)
_STARTUP_PATH = "/gradio_api/startup-events"
_STREAM_PATH = "/gradio_api/queue/data"
_HEARTBEAT_PATH = "/gradio_api/heartbeat/"
# Routes of Gradio that this page does not use.
_CLOSED_PATHS = (
    "/monitoring", "/gradio_api/component_server", "/gradio_api/deep_link", "/gradio_api/dev", "/gradio_api/process_recording",
    "/gradio_api/profiling", "/gradio_api/proxy=", "/gradio_api/run-history", "/gradio_api/stream",
    "/gradio_api/token", "/gradio_api/undo-vibe-edit", "/gradio_api/vibe",
)  # fmt: skip
_COOKIE_PATHS = ("/", "/config", "/config/")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class GuardOptions:
    """What the guard checks.

    Args:
        identification: identifies visitors.
        folder: folder of uploads.
        services: counts refusals and has the metrics.
        places: places in the queue.
        upload_bytes: bytes that each visitor may upload within an hour.
        requests: requests that each visitor may send within a minute.
        access: who may use the page. On a page for this machine alone, requests for other host
            names, to which a foreign site can bind this machine's address, are refused.
        back_off: delays after wrong passwords.
    """

    identification: Identification
    folder: RunFolder
    services: Services
    places: QueuePlaces
    upload_bytes: SlidingSum
    requests: SlidingSum
    access: Access
    back_off: BackOff = field(default_factory=BackOff)


class Guard:
    """ASGI middleware in front of Gradio's routes.

    Each request gets a `Visitor` in its scope. Session hashes, which browsers choose, are bound to
    the visitor before Gradio gets them, so that nobody reaches the session of another.

    Args:
        app: the application behind the guard.
        options: what the guard checks.
    """

    def __init__(self, app: App, options: GuardOptions) -> None:
        self._app = app
        self._options = options
        # Passwords wait for each other, and not in the threads that the page needs.
        self._password_limiter = CapacityLimiter(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one ASGI connection: log in, check, and forward or refuse a request.

        A WebSocket is closed (1008). Refusals are JSON, except the login page and failed uploads; a
        `Refusal` after the response has begun is raised.
        """
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        options, path = self._options, str(scope["path"])
        visitor = options.identification.identify(scope)
        scope[SCOPE_KEY] = visitor
        headers = security_headers(path, is_embedded=options.access.is_embedded)
        if not visitor.has_cookie and options.access.accounts is None and path in _COOKIE_PATHS:
            headers.append((b"set-cookie", options.identification.cookie(scope).encode()))
        is_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        try:
            await self._handle(scope, receive, send_with_headers, visitor, path)
        except Refusal as refusal:
            options.services.telemetry.refuse(refusal.reason)
            if is_started:
                raise
            if refusal.reason == "login" and "text/html" in header_value(scope, b"accept"):
                action = "login" if path.count("/") == 1 else "/login"
                page = login_html(_language(scope), action=action)
                await _respond(send_with_headers, 401, page, "text/html; charset=utf-8")
                return
            body = json.dumps({"detail": refusal.text, "error": refusal.text}, ensure_ascii=False)
            if path == _UPLOAD_PATH:  # the page displays the text of a failed upload as it is
                await _respond(send_with_headers, refusal.status, refusal.text, "text/plain; charset=utf-8")  # fmt: skip
                return
            await _respond(send_with_headers, refusal.status, body, "application/json")

    async def _handle(
        self, scope: Scope, receive: Receive, send: Send, visitor: Visitor, path: str
    ) -> None:
        """Answer a request, or pass it on after the checks of its kind.

        Raises:
            Refusal: the request is not allowed.
        """
        options, method, language = self._options, scope["method"], _language(scope)
        if path == "/health":
            await _respond(send, 200, '{"status": "ok"}', "application/json")
            return
        if path == _STARTUP_PATH:  # Gradio itself calls it, and it says nothing
            await self._app(scope, receive, send)
            return
        self._check_request(scope, visitor, language)
        if path == "/metrics":
            self._check_metrics_token(scope, language)
            text = options.services.telemetry.text().decode()
            await _respond(send, 200, text, "text/plain; version=0.0.4; charset=utf-8")
            return
        if path.startswith(_API_PATH) or path == _API_MCP_PATH:  # they ask for keys of their own
            handle = self._upload if method == "POST" else self._forward
            await handle(scope, receive, send, visitor, language)
            return
        if options.access.accounts is not None:
            if path.rstrip("/") in ("/login", "/logout"):
                await self._log_in_or_out(scope, receive, send, language)
                return
            if visitor.account is None:
                raise Refusal(401, translate("login_required", language), "login")
        if path.startswith(_CLOSED_PATHS):
            raise Refusal(404, translate("no_such_address", language), "closed")
        if path.rstrip("/") == _UPLOAD_PATH and method == "POST":
            await self._upload(scope, receive, send, visitor, language)
            return
        await self._forward(scope, receive, send, visitor, language)

    def _check_request(self, scope: Scope, visitor: Visitor, language: Language) -> None:
        """Check host, origin and number of requests.

        Raises:
            Refusal: 403 for a foreign host or origin, 429 for too many requests in a minute.
        """
        if self._options.access.is_local and not is_private(host_name(scope)):
            raise Refusal(403, translate("foreign_host", language), "host")
        if scope["method"] in _SAFE_METHODS:
            return
        if is_foreign(scope):
            raise Refusal(403, translate("foreign_origin", language), "origin")
        if not self._options.requests.add(visitor.quota_key, 1):
            raise Refusal(429, translate("too_many_requests", language), "requests")

    def _check_metrics_token(self, scope: Scope, language: Language) -> None:
        """Raise Refusal (401) without the token of `/metrics`; a local page needs none."""
        token, header = self._options.access.metrics_token, header_value(scope, b"authorization")
        if token is None and self._options.access.is_local:
            return
        if token is None or not hmac.compare_digest(header.encode(), f"Bearer {token}".encode()):
            raise Refusal(401, translate("metrics_token", language), "metrics")

    async def _log_in_or_out(
        self, scope: Scope, receive: Receive, send: Send, language: Language
    ) -> None:
        """Respond to `/login` and `/logout`: the form, a cookie, or an error with the form again.

        Raises:
            Refusal: a login that no form sent has failed (401), or must wait (429).
        """
        options, accounts = self._options, self._options.access.accounts
        assert accounts is not None
        if scope["path"].rstrip("/") == "/logout":
            cookie = options.identification.expired_cookie(scope).encode()
            await _respond(send, 303, "", "text/plain", (b"location", b"./"), (b"set-cookie", cookie))  # fmt: skip
            return
        if scope["method"] != "POST":
            page = login_html(language, action="login")
            await _respond(send, 200, page, "text/html; charset=utf-8")
            return
        form = parse_qs((await read_body(receive, language)).decode("utf-8", "replace"))
        name, password = (form.get(key, [""])[0].strip("\n") for key in ("username", "password"))
        name = name if len(name) <= MAX_NAME_CHARS else ""  # of no account, and not kept
        is_form, address = "from_page" in form, options.identification.login_key(scope, name)
        wait_s, is_right = options.back_off.wait_s(address, name), False
        if not wait_s:
            attempt = partial(options.back_off.attempt, accounts, address, name, password)
            wait_s, is_right = await to_thread.run_sync(attempt, limiter=self._password_limiter)
        if is_right:
            cookie = options.identification.cookie(scope, account=name).encode()
            extra = [(b"set-cookie", cookie), *([(b"location", b"./")] if is_form else [])]
            await _respond(send, 303 if is_form else 200, '{"success": true}', "application/json", *extra)  # fmt: skip
            return
        message = translate("login_wrong", language)
        if wait_s:
            message = translate("login_wait", language, seconds=round(wait_s + 0.5))
        status, reason = (429, "login_wait") if wait_s else (401, "login_wrong")
        if not is_form:
            raise Refusal(status, message, reason)
        options.services.telemetry.refuse(reason)
        page = login_html(language, action="login", message=message)
        await _respond(send, status, page, "text/html; charset=utf-8")

    async def _upload(
        self, scope: Scope, receive: Receive, send: Send, visitor: Visitor, language: Language
    ) -> None:
        """Count the bytes of an upload while they arrive; refuse it beyond the quotas (413, 507).

        The declared size is checked first. Counted are the bytes that arrive, and 4096 more for
        each file, so that many small files do not fill the disk.
        """
        options, key = self._options, visitor.quota_key
        declared_bytes = int(header_value(scope, b"content-length") or 0)
        remaining = options.upload_bytes.remaining(key)
        if remaining is not None and declared_bytes > remaining:
            raise _upload_refusal(options.upload_bytes, key, language)
        if not await to_thread.run_sync(options.folder.has_room, declared_bytes):
            raise Refusal(507, translate("page_full", language), "folder")
        end = b""

        async def counted_receive() -> Message:
            nonlocal end
            message = await receive()
            body = message.get("body", b"")
            num_files = (end + body).count(_FILE_MARK)
            end = (end + body)[1 - len(_FILE_MARK) :]
            if not options.upload_bytes.add(key, len(body) + num_files * _BYTES_PER_FILE):
                raise _upload_refusal(options.upload_bytes, key, language)
            return message

        await self._app(scope, counted_receive, send)

    def _has_stream(self, scope: Scope, query: Mapping[str, str], visitor: Visitor) -> bool:
        """Whether Gradio has a pending event of the session; else its stream would log an error."""
        session_hash = self._options.identification.bind(query["session_hash"], visitor)
        return session_hash in scope["app"].get_blocks()._queue.pending_messages_per_session

    async def _forward(
        self, scope: Scope, receive: Receive, send: Send, visitor: Visitor, language: Language
    ) -> None:
        """Pass a request on to Gradio with its session hash bound to the visitor.

        Raises:
            Refusal: no such stream (404) or event (400), body too large or slow, queue full (429).
        """
        bind, path = self._options.identification.bind, scope["path"]
        if path.startswith(_HEARTBEAT_PATH):
            bound_hash = bind(path.removeprefix(_HEARTBEAT_PATH), visitor)
            scope["path"] = f"{_HEARTBEAT_PATH}{bound_hash}"
            scope["raw_path"] = scope["path"].encode()
        if b"session_hash=" in scope["query_string"]:
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            scope["query_string"] = urlencode(
                [(k, bind(v, visitor) if k == "session_hash" else v) for k, v in pairs]
            ).encode()
            if path == _STREAM_PATH and not self._has_stream(scope, dict(pairs), visitor):
                raise Refusal(404, translate("no_such_address", language), "session")
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body, value = parse_body(await read_body(receive, language), language)
        if isinstance(value, dict) and value.get("session_hash") is not None:
            value["session_hash"] = bind(str(value["session_hash"]), visitor)
            body = json.dumps(value).encode()
        blocks = scope["app"].get_blocks()
        if path.startswith(_JOIN_PATHS) and not _names_event(value, blocks.fns):
            raise Refusal(400, translate("no_such_address", language), "event")
        scope["headers"] = [
            (name, str(len(body)).encode() if name == b"content-length" else value)
            for name, value in scope["headers"]
        ]
        receive_again = replay(body, receive)
        if not path.startswith(_JOIN_PATHS):
            await self._app(scope, receive_again, send)
            return
        queue = blocks._queue
        arrival = self._options.places.arrive(visitor.quota_key, lambda: queued_events(queue))
        with arrival as is_admitted:
            if not is_admitted:
                raise Refusal(429, translate("no_place", language), "queue")
            await self._app(scope, receive_again, send)


def _upload_refusal(quota: SlidingSum, key: str, language: Language) -> Refusal:
    """Return the refusal (413) of an upload beyond a visitor's quota, with the minutes to wait."""
    return Refusal(413, quota_text(quota, key, language), "upload")


def _names_event(value: Any, events: Container[int]) -> bool:
    """Whether the `fn_index` of a JSON object, if it has one, is that of an event of the page."""
    number = value.get("fn_index") if isinstance(value, dict) else None
    return number is None or (isinstance(number, int) and number in events)


async def _respond(
    send: Send, status: int, text: str, content_type: str, *headers: tuple[bytes, bytes]
) -> None:
    """Send a complete response in UTF-8 that is not cached; `headers` are (name, value) pairs."""
    body = text.encode()
    start = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


def _language(scope: Scope) -> Language:
    """Return the page's language for the Accept-Language header of a request."""
    return language_of(header_value(scope, b"accept-language") or None)
