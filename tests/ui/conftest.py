"""The page, served for a test, and headless Chromium to use it with."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FloatRect,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
DESKTOP, PHONE = (1280, 900), (360, 740)
WAIT_MS = 60_000
# What Gradio itself says when a page is left while an answer streams.
_LEFT = ("AbortError: signal is aborted", "Unexpected error Connection errored out")

Tab = Callable[..., Page]
Serve = Callable[..., str]


@contextmanager
def serving(home: Path, chosen: dict[str, Any]) -> Iterator[str]:
    """The address of a page served in a process of its own; afterwards its log must hold no traceback."""
    log = home / "page.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.page_server", json.dumps(chosen)],
            cwd=ROOT,
            env=os.environ | {"VQA_HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, log.read_text()
            yield url
        finally:
            process.terminate()
            process.communicate(timeout=60)
    assert "Traceback" not in log.read_text(), log.read_text()


@contextmanager
def started(model: str, home: Path) -> Iterator[str]:
    """The address of the page as a user starts it: `python app.py`."""
    process = subprocess.Popen(
        [sys.executable, "-u", "app.py", "--model", model],
        cwd=ROOT,
        env=os.environ | {"VQA_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        match = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)))
        yield match[0]
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page without limits, whose model knows everything."""
    with serving(tmp_path_factory.mktemp("served"), {}) as url:
        yield url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium; on Debian: apt-get install chromium")
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def contexts(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser context of each kind, kept: what it has read of the page once it need not read again."""
    kept: dict[tuple[str, bool, int], BrowserContext] = {}

    def context(locale: str, dark: bool, person: int) -> BrowserContext:
        if (locale, dark, person) not in kept:
            kept[locale, dark, person] = chromium.new_context(
                locale=locale,
                color_scheme="dark" if dark else "light",
                permissions=["clipboard-read", "clipboard-write"],
            )
        return kept[locale, dark, person]

    yield context
    for one in kept.values():
        one.close()


@pytest.fixture
def tab(contexts: Callable[..., BrowserContext], served: str) -> Iterator[Tab]:
    """Opens the page; each `person` has a browser session of their own. No tab may log an error."""
    pages = []
    errors: list[str] = []

    def open_tab(
        size: tuple[int, int] = DESKTOP,
        *,
        url: str = served,
        locale: str = "en-GB",
        dark: bool = False,
        person: int = 0,
    ) -> Page:
        page = contexts(locale, dark, person).new_page()
        pages.append(page)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                errors.append(message.text)
                if message.type == "error" and not message.text.startswith(_LEFT)
                else None
            ),
        )
        page.goto(url)
        page.wait_for_selector("#vqa-question textarea")
        return page

    yield open_tab
    for page in pages:
        page.close()
    assert errors == []


def upload(page: Page, path: Path) -> None:
    """Choose a video and wait until its frames are shown."""
    page.set_input_files("#vqa-player input[type=file]", path)
    page.wait_for_selector("#vqa-frames a.vqa-frame")


def another(page: Page, path: Path) -> None:
    """Choose one more video while there is one."""
    with page.expect_file_chooser() as chooser:
        page.click("#vqa-another")
    chooser.value.set_files(path)


def ask(page: Page, question: str, *, awaiting: str) -> None:
    """Type a question, send it with Enter, wait for the words of the answer."""
    page.fill("#vqa-question textarea", question)
    page.press("#vqa-question textarea", "Enter")
    page.wait_for_function(
        "([words]) => document.querySelector('#vqa-chat').innerText.includes(words)", arg=[awaiting]
    )


def box_of(element: Locator) -> FloatRect:
    """Return where an element is on the page, in pixels, once it is visible."""
    expect(element).to_be_visible()
    box = element.bounding_box()
    assert box is not None
    return box
