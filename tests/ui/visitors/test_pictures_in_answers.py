"""A picture in an answer is never loaded from elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.conftest import ask, upload
from vqa.ui.messages import safe_markdown

REQUESTS: list[str] = []


class Listener(BaseHTTPRequestHandler):
    """Server of another site, which records each request."""

    def do_GET(self) -> None:
        REQUESTS.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


@pytest.fixture
def listener() -> Iterator[str]:
    REQUESTS.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    "text",
    [
        "![a](https://evil/x)",
        "![a][b]\n\n[b]: https://evil/x",
        "!\\[![](https://evil/x)",
        '<img src="https://evil/x">',
        "[![0:03](https://evil/x)](#)",
    ],
)
def test_pictures_are_escaped(text: str) -> None:
    safe = safe_markdown(text)
    assert "![" not in safe.replace("!\\[", "")
    assert "<" not in safe


@pytest.mark.browser
def test_the_page_asks_another_site_for_nothing(
    chromium: Browser, served: str, videos: Mapping[str, Path], listener: str
) -> None:
    """Neither a message nor the page's own scripts and styles reach another site."""
    page = chromium.new_page(locale="en-GB")
    page.goto(served)
    upload(page, videos["h264.mp4"])
    ask(page, f"![x]({listener}/question) ?", awaiting="question 1")
    refusals: list[str] = []
    page.on("console", lambda message: refusals.append(message.text))
    page.evaluate(
        """async (site) => {
            const image = new Image(); image.src = site + '/image'; document.body.append(image);
            const style = document.createElement('div');
            style.style.backgroundImage = `url(${site}/style)`; document.body.append(style);
            await fetch(site + '/fetch', {mode: 'no-cors'}).catch(() => null);
            navigator.sendBeacon(site + '/beacon');
            const frame = document.createElement('iframe'); frame.src = site + '/frame';
            document.body.append(frame);
        }""",
        listener,
    )
    expect(page.locator("#vqa-chat img[src^='http']")).to_have_count(0)
    page.wait_for_timeout(500)
    page.close()
    assert REQUESTS == []
    assert len([text for text in refusals if "Content Security Policy" in text]) >= 4
