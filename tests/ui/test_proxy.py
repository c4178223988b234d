"""The page behind the reverse proxies of the documentation, nginx and Caddy, below a path of their address."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from playwright.sync_api import Browser

from tests.ui.conftest import WAIT_MS, ask, serving, upload
from tests.ui.scripted_model import LONG

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(command: list[str], port: int, log: Path, **environment: str) -> Iterator[None]:
    """A proxy that listens on a port."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=os.environ | environment
        )
    try:
        deadline = time.monotonic() + 20
        while True:
            assert process.poll() is None, log.read_text()
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)  # Docker kills it then, whatever connections are open


@contextmanager
def nginx(page: str, folder: Path) -> Iterator[str]:
    """nginx with the block of docs/sharing.md; the address of the page behind it."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("no nginx; on Debian: apt-get install nginx-light")
    text = (ROOT / "docs/sharing.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```\n(location /video/ \{.*?\n\})\n```", text, re.DOTALL)
    assert "http://127.0.0.1:7860/" in block
    block = block.replace("http://127.0.0.1:7860", page)
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"{'user root;' if os.getuid() == 0 else ''} daemon off; pid {folder}/pid; error_log stderr;\n"
        f"events {{}}\nhttp {{\naccess_log off; client_body_temp_path {folder}/body;\n"
        f"proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;\n"
        f"scgi_temp_path {folder}/s;\nserver {{ listen 127.0.0.1:{port};\n{block}\n}}\n}}\n",
        encoding="utf-8",
    )
    with running([program, "-c", str(folder / "nginx.conf")], port, folder / "nginx.log"):
        yield f"http://127.0.0.1:{port}/video/"


@contextmanager
def caddy(page: str, folder: Path) -> Iterator[str]:
    """Caddy with docs/docker/Caddyfile and a certificate of its own; the address of the page behind it."""
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("no Caddy; on Debian: apt-get install caddy")
    port = free_port()
    text = (ROOT / "docs/docker/Caddyfile").read_text(encoding="utf-8")
    options = (
        f"{{\n admin off\n skip_install_trust\n auto_https disable_redirects\n"
        f" storage file_system {folder}/data\n local_certs\n"
    )
    assert "\n{\n" in text  # the options of the server; these come in addition
    text = text.replace("\n{\n", f"\n{options}", 1)
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    command = [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    site = {"SITE": f"https://localhost:{port}", "PAGE": page.removeprefix("http://").rstrip("/")}
    with running(command, port, folder / "caddy.log", HOME=str(folder), **site):
        yield f"https://localhost:{port}/video/"


@pytest.fixture(scope="module", params=[nginx, caddy])
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the page behind a proxy; the page is as `--limits --proxy 127.0.0.1` makes it."""
    proxy: Callable[[str, Path], Iterator[str]] = request.param
    access = {"is_local": False, "proxies": ["127.0.0.1"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_ROOT_PATH", "/video")
        with serving(tmp_path_factory.mktemp("page"), {"access": access}) as page:
            place = re.match(r"http://[^/]+", page)
            assert place
            with proxy(place[0], tmp_path_factory.mktemp("proxy")) as url:  # type: ignore[attr-defined]
                yield url


def test_every_address_of_the_page_is_below_its_path(address: str) -> None:
    with httpx.Client(verify=False) as client:
        text = client.get(address).text
        root = address.rstrip("/")
        assert f'"root":"{root}"' in text.replace(" ", "")
        files = set(re.findall(r'(?:src|href)="([^"#]+)"', text)) - {"/manifest.json"}
        files = {
            name for name in files if "://" not in name
        }  # the manifest is missing without a proxy, too
        assert files
        for name in files:
            reply = client.get(httpx.URL(address).join(name))
            assert reply.status_code == 200, name
            assert reply.content, name  # Caddy answers with nothing outside the path
        assert client.get(f"{root}/health").json() == {"status": "ok"}
        outside = httpx.URL(address).join("/health")
        assert '"ok"' not in client.get(outside).text


def test_answers_stream_through_the_proxy(address: str, videos: Mapping[str, Path]) -> None:
    client = Client(address, verbose=False, analytics_enabled=False, ssl_verify=False)
    job = client.submit(handle_file(videos["h264.mp4"]), LONG, api_name="/ask")
    times: list[float] = []
    for state in job:  # for 18 s
        assert state["answer"].startswith("word0")
        times.append(time.monotonic())
        if times[-1] - times[0] > 2:
            break
    job.cancel()
    assert len(times) > 10
    assert max(b - a for a, b in pairwise(times)) < 2


def test_uploads_above_the_usual_limits_pass(address: str) -> None:
    with httpx.Client(verify=False, timeout=60) as client:
        client.get(address)
        data = os.urandom(20_000_000)
        reply = client.post(f"{address}gradio_api/upload", files={"files": ("a.mp4", data)})
    assert reply.status_code == 200, reply.text
    assert reply.json()[0].endswith("a.mp4")


def test_the_browser_gets_everything_it_needs(
    address: str, chromium: Browser, videos: Mapping[str, Path]
) -> None:
    context = chromium.new_context(ignore_https_errors=True, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    failures: list[str] = []
    page.on(
        "response",
        lambda reply: failures.append(reply.url) if reply.status >= 400 else None,
    )
    page.on("requestfailed", lambda request: failures.append(request.url))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(address)
    page.wait_for_selector("#vqa-question textarea")
    upload(page, videos["h264.mp4"])
    ask(page, "What colour is it?", awaiting="It is red")
    ends = ("/queue/data", "/upload_progress")  # streams that the page itself closes
    assert [url for url in failures if not any(end in url for end in ends)] == []
    cookies = context.cookies()
    assert cookies
    assert all(cookie["secure"] == address.startswith("https") for cookie in cookies)
    context.close()
