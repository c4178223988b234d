"""The guard in front of the page, as strangers meet it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ui.conftest import serving
from tests.ui.scripted_model import LONG

LIMITS = {"hourly_bytes": 300_000, "queue_length": 8, "http_per_minute": 200}
OPEN_PATHS = {"/login", "/logout", "/login/", "/logout/", "/gradio_api/startup-events"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page with limits, for visitors of this machine's loopback addresses."""
    with serving(tmp_path_factory.mktemp("shared"), {"limits": LIMITS}) as url:
        yield url


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page that asks for an account."""
    chosen = {"auth": ["anna", "secret"], "access": {"is_local": False, "metrics_token": "t0k"}}
    with serving(tmp_path_factory.mktemp("locked"), chosen) as url:
        yield url


@contextmanager
def visitor(
    url: str, address: str = "127.0.0.1", *, has_cookie: bool = True
) -> Iterator[httpx.Client]:
    """A client that connects from an address of its own, with the page's cookie."""
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(base_url=url, transport=transport, timeout=60) as client:
        if has_cookie:
            client.get("/")
        yield client


def upload(client: httpx.Client, path: Path) -> httpx.Response:
    return client.post("/gradio_api/upload", files={"files": (path.name, path.read_bytes())})


def start(client: httpx.Client, video: str, question: Any, session: str = "") -> httpx.Response:
    data = [{"path": video, "meta": {"_type": "gradio.FileData"}}, question]
    body = {"data": data, "session_hash": session} if session else {"data": data}
    return client.post("/gradio_api/call/ask", json=body)


def result(client: httpx.Client, started: httpx.Response) -> Any:
    """The answer, or the text of the error, of a call that has been started."""
    event = started.json()["event_id"]
    text = client.get(f"/gradio_api/call/ask/{event}").text
    value = json.loads(re.findall(r"data: (.*)", text)[-1])
    return value[0]["answer"] if isinstance(value, list) else value["error"]


def paths_of_gradio() -> list[str]:
    code = (
        "import gradio as gr; from gradio.routes import App\n"
        "with gr.Blocks() as blocks: pass\n"
        "routes = list(App.create_app(blocks).routes)\n"
        "paths = {route.path for route in routes if hasattr(route, 'path')}\n"
        "for router in (getattr(route, 'original_router', None) for route in routes):\n"
        "    paths |= {route.path for route in router.routes} if router is not None else set()\n"
        "print('\\n'.join(paths))"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    paths = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return sorted(re.sub(r"\{[^}]+\}", "x", path) for path in paths)


def test_every_route_asks_for_the_login(locked: str) -> None:
    paths = paths_of_gradio()
    assert len(paths) > 50
    with httpx.Client(base_url=locked) as stranger:
        for path in paths:
            for method in ("GET", "POST", "HEAD", "PUT"):
                if path not in OPEN_PATHS:
                    assert stranger.request(method, path).status_code == 401, (method, path)
        page = stranger.get("/", headers={"accept": "text/html", "accept-language": "zh-CN"})
        assert page.status_code == 401
        assert "登录" in page.text


def test_wrong_passwords_are_delayed(tmp_path: Path) -> None:
    chosen = {"auth": ["anna", "secret"], "access": {"is_local": False}}
    with serving(tmp_path, chosen) as url, httpx.Client(base_url=url) as stranger:
        wrong = {"username": "anna", "password": "guess"}
        codes = [stranger.post("/login", data=wrong).status_code for _ in range(20)]
        assert codes[:5] == [401] * 5
        assert codes.count(429) == 15
        right = {"username": "anna", "password": "secret"}
        assert stranger.post("/login", data=right).status_code == 429
        with visitor(url, "127.0.0.9", has_cookie=False) as anna:
            assert anna.post("/login", data=right).status_code == 200
            assert anna.get("/").status_code == 200
            assert anna.get("/logout").status_code == 303
            assert anna.get("/").status_code == 401


def test_passwords_at_the_same_time_are_delayed(tmp_path: Path) -> None:
    chosen = {"auth": ["anna", "secret"], "access": {"is_local": False}}
    with serving(tmp_path, chosen) as url, httpx.Client(base_url=url, timeout=60) as stranger:
        wrong = {"username": "anna", "password": "guess"}
        with ThreadPoolExecutor(24) as pool:
            codes = list(
                pool.map(lambda _: stranger.post("/login", data=wrong).status_code, range(24))
            )
        assert codes.count(401) == 5
        assert codes.count(429) == 19


def test_a_login_from_the_form_leads_to_the_page(locked: str) -> None:
    with httpx.Client(base_url=locked, follow_redirects=True) as client:
        form = {"username": "anna", "password": "secret", "from_page": "1"}
        wrong = client.post("/login", data={**form, "password": "guess"})
        assert "Name or password is wrong" in wrong.text
        assert "gradio" in client.post("/login", data=form).text


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info", "/assets/none", "/health"])
def test_every_answer_has_the_security_headers(shared: str, path: str) -> None:
    with visitor(shared) as client:
        headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "img-src 'self' data: blob:;" in policy
    assert "connect-src 'self' data: blob:;" in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_an_uploaded_page_runs_nothing(shared: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<script>alert(1)</script>")
    with visitor(shared) as client:
        (stored,) = upload(client, page).json()
        answer = client.get(f"/gradio_api/file={stored}")
    assert answer.headers["content-security-policy"].endswith("sandbox")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_requests_from_pages_of_other_sites_are_refused(
    shared: str, videos: Mapping[str, Path], origin: str
) -> None:
    with visitor(shared) as client:
        client.headers["origin"] = origin
        assert upload(client, videos["h264.mp4"]).status_code == 403
        assert start(client, "x", "What?").status_code == 403
        client.headers["origin"] = shared.rstrip("/")
        assert upload(client, videos["h264.mp4"]).status_code == 200


@pytest.mark.parametrize("value", ["[", "[::1", "http://[", "//[x", "\xe9", "a:b:c", ":", "@"])
def test_malformed_hosts_and_origins_are_refused(shared: str, locked: str, value: str) -> None:
    for url in (shared, locked):
        with httpx.Client(base_url=url) as client:
            for name in ("host", "origin", "x-forwarded-host"):
                headers = [(name.encode(), value.encode("latin-1"))]
                assert client.get("/health", headers=headers).status_code < 500
                answer = client.post("/gradio_api/queue/join", headers=headers, content=b"{")
                assert 400 <= answer.status_code < 500


def test_a_page_of_this_machine_has_no_other_host_name(shared: str) -> None:
    with visitor(shared) as client:
        for host, status in (("evil.example", 403), ("127.0.0.1", 200), ("[::1]:7860", 200)):
            assert client.get("/", headers={"host": host}).status_code == status


def test_nobody_reaches_the_session_of_another(shared: str, videos: Mapping[str, Path]) -> None:
    """The session hash is chosen by the browser; with it alone, nothing of another is reached."""
    with visitor(shared) as anna, visitor(shared) as ben, visitor(shared, has_cookie=False) as curl:
        (video,) = upload(anna, videos["h264.mp4"]).json()
        for client, number in ((anna, 1), (ben, 1), (curl, 1), (anna, 2), (ben, 2)):
            answer = result(client, start(client, video, "What?", "chosen-hash"))
            assert answer.endswith(f"question {number}.")
        started = start(anna, video, "What?", "hash-of-anna")
        stream = ben.get("/gradio_api/queue/data", params={"session_hash": "hash-of-anna"})
        assert stream.status_code == 404
        assert result(anna, started).endswith("question 1.")


def test_invented_sessions_do_not_end_the_conversation_of_another(
    shared: str, videos: Mapping[str, Path]
) -> None:
    with visitor(shared) as anna, visitor(shared, "127.0.0.2", has_cookie=False) as stranger:
        (video,) = upload(anna, videos["h264.mp4"]).json()
        assert result(anna, start(anna, video, "What?", "tab")).endswith("question 1.")
        for number in range(80):
            started = start(stranger, "/nowhere.mp4", "What?", f"invented {number}")
            assert started.status_code in (200, 429)
            if started.status_code == 200:
                result(stranger, started)
        assert result(anna, start(anna, video, "And?", "tab")).endswith("question 2.")


def test_uploads_have_a_quota(shared: str, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(200_000))

    def chunks() -> Iterator[bytes]:  # its length is not declared
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'
        for _ in range(20):
            yield bytes(20_000)
        yield b"\r\n--x--\r\n"

    multipart = {"content-type": "multipart/form-data; boundary=x"}
    with visitor(shared, "127.0.0.3") as greedy, visitor(shared, "127.0.0.4") as other:
        assert upload(greedy, large).status_code == 200
        refused = upload(greedy, large)
        assert refused.status_code == 413
        assert "Please wait" in refused.text
        assert upload(other, large).status_code == 200
        streamed = other.post("/gradio_api/upload", content=chunks(), headers=multipart)
        assert streamed.status_code == 413


def test_queued_requests_of_one_visitor_leave_places_for_others(
    shared: str, videos: Mapping[str, Path]
) -> None:
    with visitor(shared, "127.0.0.5") as greedy, visitor(shared, "127.0.0.6") as other:
        (video,) = upload(greedy, videos["h264.mp4"]).json()
        with ThreadPoolExecutor(12) as threads:
            calls = [
                threads.submit(start, greedy, video, LONG, f"tab {number}") for number in range(12)
            ]
            codes = [call.result().status_code for call in calls]
        assert sorted(set(codes)) == [200, 429]
        assert codes.count(200) <= 5
        started = start(other, video, "What?")
        assert started.status_code == 200


def test_forwarded_addresses_count_only_from_a_declared_proxy(tmp_path: Path) -> None:
    chosen: dict[str, Any] = {"limits": {"http_per_minute": 3}, "access": {"proxies": []}}
    for proxies, number_of_addresses in (([], 1), (["127.0.0.1"], 9)):
        chosen["access"]["proxies"] = proxies
        home = tmp_path / str(number_of_addresses)
        home.mkdir()
        with serving(home, chosen) as url, visitor(url) as client:
            codes = [
                client.post(
                    "/gradio_api/reset", json={}, headers={"x-forwarded-for": f"203.0.113.{number}"}
                ).status_code
                for number in range(9)
            ]
        assert codes.count(429) == (6 if number_of_addresses == 1 else 0)


def test_a_question_has_a_type_and_a_size(shared: str, videos: Mapping[str, Path]) -> None:
    with visitor(shared, "127.0.0.7") as client:
        (video,) = upload(client, videos["h264.mp4"]).json()
        for question in (None, 5, ["What?"], {"text": "What?"}, "x" * 1_000_000):
            error = result(client, start(client, video, question))
            assert re.search("question|string|text", error or ""), (question, error)
        assert start(client, video, "x" * 3_000_000).status_code == 413


def test_health_and_metrics(shared: str, locked: str) -> None:
    with httpx.Client() as client:
        assert client.get(f"{locked}health").json() == {"status": "ok"}
        assert client.get(f"{locked}metrics").status_code == 401
        wrong = {"authorization": "Bearer guess"}
        assert client.get(f"{locked}metrics", headers=wrong).status_code == 401
        right = {"authorization": "Bearer t0k"}
        for text in (
            client.get(f"{locked}metrics", headers=right).text,
            client.get(f"{shared}metrics").text,
        ):
            for name in ("process_resident_memory_bytes", "vqa_answering_waiting", "vqa_sessions"):
                assert f"\n{name} " in text


def test_routes_that_the_page_does_not_use_are_closed(shared: str) -> None:
    with visitor(shared) as client:
        for path in ("/monitoring", "/monitoring/summary", "/gradio_api/vibe-code"):
            assert client.get(path).status_code == 404
        assert client.post("/gradio_api/run/ask", json={"data": []}).status_code == 404


def test_many_small_files_use_up_the_quota(shared: str) -> None:
    files = [("files", (f"{number}.mp4", b"x")) for number in range(80)]
    with visitor(shared, "127.0.0.77") as client:
        assert client.post("/gradio_api/upload", files=files).status_code == 413


@pytest.mark.parametrize("path", ["queue/join", "run/predict", "api/predict"])
@pytest.mark.parametrize(
    "body",
    [
        '{"fn_index": NaN, "data": [], "session_hash": "x"}',
        '{"fn_index": -1, "data": [], "session_hash": "x"}',
        '{"fn_index": 99999, "data": [], "session_hash": "x"}',
        '{"fn_index": 1e999, "data": [], "session_hash": "x"}',
    ],
)
def test_events_that_the_page_does_not_have_are_refused(shared: str, path: str, body: str) -> None:
    with visitor(shared, "127.0.0.78") as client:
        headers = {"content-type": "application/json"}
        answer = client.post(f"/gradio_api/{path}", content=body, headers=headers)
        assert answer.status_code in (400, 404)


BODIES = [
    b"", b"{", b"null", b"5", b"[]", b'"x"', b"\xff\xfe", b"\xef\xbb\xbf{}", b"[" * 50_000, b"9" * 6000,
    b'{"data": NaN}', b'{"data": [], "fn_index": 1e999}', b'{"data": "\\ud800", "fn_index": 0}',
    b'{"data": 5, "session_hash": "\\ud800"}', b'{"data": [], "session_hash": {"a": 1}, "fn_index": true}',
    b'{"event_id": ["x"], "session_hash": [], "fn_index": []}', b'{"data": [], "event_data": "\\udfff"}',
]  # fmt: skip


@pytest.mark.parametrize(
    "path", ["queue/join", "call/ask", "run/ask", "cancel", "reset", "component_server"]
)
@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain"]
)
def test_bodies_of_any_form_are_refused(locked: str, path: str, content_type: str) -> None:
    """The log of that page must hold no traceback."""
    with httpx.Client(base_url=locked) as client:
        client.post("/login", data={"username": "anna", "password": "secret"})
        for body in BODIES:
            answer = client.post(
                f"/gradio_api/{path}", content=body, headers={"content-type": content_type}
            )
            assert answer.status_code < 500, (body, answer.text)


def test_a_session_name_of_any_characters_is_bound(shared: str) -> None:
    with visitor(shared, "127.0.0.79") as client:
        body = '{"fn_index": 1, "data": [], "session_hash": "\\ud800"}'
        answer = client.post(
            "/gradio_api/queue/join", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code < 500
