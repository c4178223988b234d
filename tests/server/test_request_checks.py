"""Requests that the server refuses: by site, by key before the body is read, by size, by form."""

from __future__ import annotations

import asyncio
import json
import select
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from tests.server.conftest import make_service, serving
from tests.server.test_http_api import data_url
from vqa.server.request_checks import StopResponse
from vqa.ui.limits import Limits

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(make_service()) as url:
        yield url


def check_error(answer: httpx.Response, status: int) -> str:
    """Check that a response is an error that names its cure; return its message."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["message"]
    assert error["cure"]
    return str(error["message"])


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[", "http://127.0.0.1"])
def test_pages_of_other_sites_cannot_upload_or_ask(address: str, cuts: Path, origin: str) -> None:
    headers, files = {"Origin": origin}, {"file": cuts.read_bytes()}
    check_error(httpx.post(f"{address}/v1/videos", files=files, headers=headers), 403)
    check_error(httpx.post(f"{address}/mcp", json={}, headers=headers), 403)
    own = httpx.post(f"{address}/v1/videos", files=files, headers={"Origin": address})
    assert own.status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "[", "[::1", "127.0.0.1.evil.example", "@", "a b"]
)
def test_other_names_of_this_machine_are_refused(address: str, host: str) -> None:
    check_error(httpx.get(f"{address}/v1/models", headers={"Host": host}), 403)
    assert httpx.get(f"{address}/v1/models", headers={"Host": "LOCALHOST:1"}).status_code == 200


@contextmanager
def unfinished(address: str, path: str, num_bytes: int) -> Iterator[socket.socket]:
    """A connection with a request whose last byte is missing."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {num_bytes}\r\n\r\n"
        )
        connection.sendall(head.encode() + b" " * (num_bytes - 1))
        yield connection


@pytest.mark.parametrize("path", ["/v1/captions", "/v1/videos", "/mcp"])
def test_a_key_is_checked_before_the_body_is_read(path: str) -> None:
    with serving(make_service(), ["anna-key"]) as url, unfinished(url, path, 100) as connection:
        head = connection.recv(4096).decode()
        assert head.startswith("HTTP/1.1 401")
        assert "www-authenticate: bearer" in head.lower()
        assert httpx.get(f"{url}/v1/openapi.json").status_code == 200
        assert httpx.get(f"{url}/v1/docs").status_code == 200
        check_error(httpx.get(f"{url}/v1/openapi.jsonx/../models"), 401)


@pytest.mark.parametrize("path", ["/v1/captions", "/mcp"])
def test_one_address_has_few_large_bodies_at_a_time(path: str, cuts: Path) -> None:
    with serving(make_service(limits=Limits(upload_bytes=1_000_000))) as url:  # bodies of 2.3 MB
        with ExitStack() as stack:
            connections = [stack.enter_context(unfinished(url, path, 2_200_000)) for _ in range(3)]
            (refused,), _, _ = select.select(connections, [], [], 20)
            assert refused.recv(4096).startswith(b"HTTP/1.1 429")
            check_error(httpx.post(f"{url}/v1/captions", json={"video": "x"}), 400)
        ends = time.monotonic() + 20  # the server learns of the closed connections
        while True:
            answer = httpx.post(f"{url}/v1/captions", json={"video": data_url(cuts)})
            if answer.status_code == 200:
                break
            assert time.monotonic() < ends
            time.sleep(0.1)


MESSAGES: list[Any] = [
    None, 1, "text", {}, [], [None], ["text"], [{}], [{"role": "user"}], [{"role": "king", "content": "x"}],
    [{"role": "user", "content": 5}], [{"role": "user", "content": [5]}], [{"role": "user", "content": [{}]}],
    [{"role": "user", "content": [{"type": "text"}]}], [{"role": "user", "content": [{"type": "video_url"}]}],
    [{"role": "user", "content": [{"type": "video_url", "video_url": "x"}]}],
    [{"role": "user", "content": [{"type": "video_url", "video_url": {"url": None}}]}],
    [{"role": "user", "content": "\ud800"}],
]  # fmt: skip
SAMPLINGS: list[Any] = [
    1, "x", [], {"num_frames": 0}, {"num_frames": -1}, {"num_frames": 10**30}, {"num_frames": "many"},
    {"num_frames": 1.5}, {"start_s": -1}, {"start_s": float("nan")}, {"start_s": float("inf")}, {"start_s": None},
    {"start_s": 5, "end_s": 2}, {"end_s": float("nan")}, {"end_s": float("inf")}, {"end_s": -1}, {"end_s": "x"},
    {"start_s": 1e300}, {"start_s": 100}, {"unknown": 1}, {"\ud800": 1}, {"start_s": 10**400},
]  # fmt: skip


@pytest.mark.parametrize("messages", MESSAGES, ids=lambda value: json.dumps(value)[:60])
def test_messages_of_any_form_are_errors_with_a_cure(
    address: str, messages: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    body = json.dumps({"model": "colours", "messages": messages})
    check_error(httpx.post(f"{address}/v1/chat/completions", content=body, headers=JSON), 400)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("sampling", SAMPLINGS, ids=lambda value: json.dumps(value)[:60])
def test_samplings_of_any_form_are_errors_with_a_cure(
    address: str, cuts: Path, sampling: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    video = {"type": "video_url", "video_url": {"url": data_url(cuts)}}
    content = [video, {"type": "text", "text": "Which colours?"}]
    message = {"role": "user", "content": content}
    body = json.dumps({"messages": [message], "vqa": sampling})
    check_error(httpx.post(f"{address}/v1/chat/completions", content=body, headers=JSON), 400)
    if isinstance(sampling, dict):
        flat = json.dumps({"video": data_url(cuts), **sampling})
        check_error(httpx.post(f"{address}/v1/captions", content=flat, headers=JSON), 400)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/", b"", 404),
        ("GET", "/v1/", b"", 404),
        ("GET", "/v1/nothing", b"", 404),
        ("GET", "/v1/{x}%00%ff", b"", 404),
        ("GET", "/v1/models/gpt", b"", 404),
        ("GET", "/v1/videos/..%2f..%2fetc", b"", 404),
        ("GET", "/v1/videos/%F0%9F", b"", 404),
        ("DELETE", "/v1/videos/x", b"", 404),
        ("GET", "/v1/captions", b"", 405),
        ("PUT", "/v1/chat/completions", b"{}", 405),
        ("TRACE", "/v1/models", b"", 405),
        ("POST", "/v1/chat/completions", b"", 400),
        ("POST", "/v1/chat/completions", b"{", 400),
        ("POST", "/v1/chat/completions", b"\xff\xfe", 400),
        ("POST", "/v1/chat/completions", b"[" * 100_000, 400),
        ("POST", "/v1/chat/completions", b"9" * 5000, 400),
        ("POST", "/v1/chat/completions", b"null", 400),
        ("POST", "/v1/moments", b'{"video": "x", "query": ""}', 400),
        ("POST", "/v1/moments", b'{"video": "x", "query": "x", "limit": 1e99}', 400),
        ("POST", "/v1/moments", b'{"video": ["x"], "query": {"x": 1}}', 400),
        ("POST", "/v1/captions", b'{"video": "\\u0000"}', 400),
        ("POST", "/v1/captions", b'{"video": "\\ud800"}', 400),
        ("POST", "/v1/captions", b'{"video": "x", "model": "\\ud800"}', 404),
        ("POST", "/v1/captions", b'{"video": "x", "model": 5}', 400),
        ("POST", "/v1/captions", b'{"video": "data:;base64,"}', 400),
        ("POST", "/v1/captions", b'{"video": "data:;base64,\xc3\xa9"}', 400),
        ("POST", "/v1/library/search", b'{"query": "x"}', 400),
        ("POST", "/v1/library/search", b'{"query": "x", "limit": 0}', 400),
        ("POST", "/v1/videos", b"{}", 400),
    ],
)  # fmt: skip
def test_any_request_gets_an_error_with_a_cure(
    address: str, method: str, path: str, content: bytes, status: int, capfd: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    answer = httpx.request(method, address + path, content=content, headers=JSON if content else {})
    check_error(answer, status)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "multipart/form-data"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "multipart/form-data; boundary="},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "\xff"},
        {},
    ],
)
def test_uploads_of_any_form_are_errors_with_a_cure(
    address: str, headers: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    for content in (
        b"",
        b"file=x",
        b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\nx\r\n--x--",
    ):
        check_error(httpx.post(f"{address}/v1/videos", content=content, headers=encoded), 400)
    assert "Traceback" not in capfd.readouterr().err


def test_a_client_that_leaves_in_mid_upload_is_no_failure(
    address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in ("/v1/captions", "/v1/videos", "/mcp"):
        with unfinished(address, path, 5000):
            time.sleep(0.1)
    time.sleep(0.3)
    assert httpx.get(f"{address}/health").status_code == 200
    assert "Traceback" not in capfd.readouterr().err


def test_a_request_that_the_stopping_server_cancels_gets_an_error_with_a_cure() -> None:
    async def wait(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(60)

    config = uvicorn.Config(
        StopResponse(wait), port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(httpx.get, f"http://127.0.0.1:{port}/", timeout=20)
        time.sleep(0.5)
        server.should_exit = True
        assert "being stopped" in check_error(answer.result(), 503)
    thread.join(20)
