"""TCP connections of a server: a maximum for each address, and a time limit for headers.

uvicorn limits neither, so that one program that opens connections and sends nothing would use up
the file descriptors of the process.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from uvicorn import config
from uvicorn.protocols.http.h11_impl import H11Protocol

from vqa.ui.visitors.visitor import address_key

_MAX_OPEN_FILES = 65_536
_REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, kw_only=True)
class ConnectionLimits:
    """Limits of the connections of a server.

    Args:
        is_exempt: takes the host of a peer and returns whether its connections are not counted, as
            those of a proxy, behind which are many visitors.
        max_per_address: maximum number of open connections of an address; IPv6 addresses of one /64
            network count together.
        header_s: seconds within which the header of a request must be complete.
    """

    is_exempt: Callable[[str], bool] = lambda _: False
    max_per_address: int = 256
    header_s: float = 20.0


class BoundedProtocol(H11Protocol):
    """HTTP protocol of uvicorn that limits the connections of each address and their headers' time.

    A connection beyond the maximum gets status 503; one whose header is late is closed. Those that
    become WebSockets and those of exempt addresses do not count.
    `bound_connections` returns a subclass for one server, with limits and a count of its own.
    """

    limits: ClassVar[ConnectionLimits] = ConnectionLimits()
    open_connections: ClassVar[Counter[str]] = Counter()
    _key: str | None = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Count a connection, or refuse it with status 503 beyond the maximum of its address."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        if not self.limits.is_exempt(host):
            key = address_key(host)
            if self.open_connections[key] >= self.limits.max_per_address:
                transport.write(_REFUSAL)
                transport.close()
                return
            self._key = key
            self.open_connections[key] += 1
        self._restart_timer()

    def data_received(self, data: bytes) -> None:
        """Pass data on to uvicorn; unless a request is being answered, a timer runs.

        It closes the connection if the header of a request is not complete `header_s` seconds after
        the connection, or the first data of the request.
        """
        super().data_received(data)
        if self._is_answering():
            self._stop_timer()
        elif self._timer is None:
            self._restart_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting a connection that has ended."""
        super().connection_lost(exc)
        self._release()

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Stop counting a connection that becomes a WebSocket; the guard closes it."""
        self._release()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        """Refuse data that is no HTTP, and close the connection.

        While a request is being answered the connection is only closed, because its client cannot
        get two answers.
        """
        if self._is_answering():
            self.transport.close()
        else:
            super().send_400_response(msg)

    def _is_answering(self) -> bool:
        """Whether a request of the connection has no complete response yet."""
        return self.cycle is not None and not self.cycle.response_complete

    def _restart_timer(self) -> None:
        """Give the next request `header_s` seconds for its header, from now."""
        self._stop_timer()
        self._timer = self.loop.call_later(self.limits.header_s, self._close_if_idle)

    def _close_if_idle(self) -> None:
        """Close the connection at the end of the time, unless a request is being answered."""
        self._timer = None
        if not self._is_answering():
            self.transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _release(self) -> None:
        """Stop the timer and the counting of the connection; a second call does nothing."""
        self._stop_timer()
        if self._key is not None:
            self.open_connections[self._key] -= 1
            if not self.open_connections[self._key]:
                del self.open_connections[self._key]
            self._key = None


def bound_connections(limits: ConnectionLimits) -> type[BoundedProtocol]:
    """Return uvicorn's HTTP protocol with limits, for the `http` option of `uvicorn.Config`."""
    return type("BoundedProtocol", (BoundedProtocol,), {"limits": limits, "open_connections": Counter()})  # fmt: skip


def use_protocol(protocol: type[H11Protocol]) -> None:
    """Make a protocol uvicorn's default for HTTP in this process, for servers that start later.

    Gradio configures its server itself and leaves no other way.
    """
    protocols: dict[str, Any] = config.HTTP_PROTOCOLS
    protocols["auto"] = protocol


def raise_file_limit() -> None:
    """Raise this process's limit of open files and connections to the system's, at most to 65,536.

    Nothing changes on Windows, which has no such limit.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = _MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _MAX_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
