"""Connections of a server: bounded for each address, closed when no request arrives."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from vqa.ui.visitors.accounts import Access
from vqa.ui.visitors.connections import ConnectionLimits, bound_connections

REQUEST = b"GET /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers at once; /slow after a second."""
    if scope["type"] != "http":
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(1.0)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


@contextmanager
def server(**limits: Any) -> Iterator[int]:
    """Port of a server with bounded connections."""
    listener = socket.create_server(("127.0.0.1", 0))
    protocol = bound_connections(ConnectionLimits(**limits))
    config = uvicorn.Config(app, http=protocol, log_level="error", lifespan="off")
    instance = uvicorn.Server(config)
    thread = threading.Thread(target=instance.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        instance.should_exit = True
        thread.join(10)


def connect(port: int, data: bytes = b"", *, address: str = "127.0.0.1") -> socket.socket:
    connection = socket.create_connection(
        ("127.0.0.1", port), timeout=10, source_address=(address, 0)
    )
    connection.sendall(data)
    return connection


def answer(connection: socket.socket) -> bytes:
    """All that the server sends until it closes the connection."""
    parts = []
    with contextlib.suppress(ConnectionError), connection:
        while part := connection.recv(4096):
            parts.append(part)
    return b"".join(parts)


def test_idle_connections_of_one_address_leave_room_for_others() -> None:
    with server(max_per_address=4) as port:
        idle = [connect(port) for _ in range(4)]
        time.sleep(0.3)
        assert b"503" in answer(connect(port))
        assert answer(connect(port, REQUEST % b"", address="127.0.0.2")).count(b"done") == 1
        idle.pop().close()
        time.sleep(0.3)
        assert answer(connect(port, REQUEST % b"")).count(b"done") == 1
        for connection in idle:
            connection.close()


def test_connections_without_a_complete_request_are_closed() -> None:
    request = REQUEST.replace(b"close", b"keep-alive")
    with server(header_s=0.4) as port:
        for data in (b"", b"GET / HTTP/1.1\r\nHost"):
            began = time.monotonic()
            assert answer(connect(port, data)) == b""
            assert 0.2 < time.monotonic() - began < 4
        second = connect(port, request % b"")
        head = second.recv(4096)
        while b"done" not in head:
            head += second.recv(4096)
        second.sendall(b"GET /")
        began = time.monotonic()
        answer(second)
        assert 0.2 < time.monotonic() - began < 4
        assert b"done" in answer(connect(port, REQUEST % b"slow"))


def test_data_that_is_no_http_ends_a_request_without_a_failure(
    capfd: pytest.CaptureFixture[str],
) -> None:
    broken = b"POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with server() as port:
        for data in (broken + b"zz\r\n", broken, b"\x16\x03\x01", b"GET /" + b"a" * 100_000):
            connection = connect(port, data)
            time.sleep(0.2)
            with contextlib.suppress(OSError):
                connection.sendall(b"zz\r\n")
            assert b"done" not in answer(connection)
        time.sleep(1.2)
        assert b"done" in answer(connect(port, REQUEST % b""))
    assert "Traceback" not in capfd.readouterr().err


def test_connections_of_a_proxy_are_not_counted() -> None:
    access = Access(is_local=False, proxies=("127.0.0.0/29",))
    assert access.is_proxy("127.0.0.1")
    assert not access.is_proxy("127.0.0.9")
    assert not Access(is_local=False).is_proxy("127.0.0.1")
    assert Access(is_local=False, is_tunnelled=True).is_proxy("127.0.0.1")
    with server(max_per_address=1, is_exempt=access.is_proxy) as port:
        idle = [connect(port) for _ in range(3)]
        time.sleep(0.2)
        assert answer(connect(port, REQUEST % b"")).count(b"done") == 1
        for connection in idle:
            connection.close()


def test_the_limit_of_open_files_is_raised() -> None:
    code = (
        "import resource; from vqa.ui.visitors.connections import raise_file_limit\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard)); raise_file_limit()\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(run.stdout) > 256
