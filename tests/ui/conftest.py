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
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
DESKTOP, PHONE = (1280, 900), (360, 740)
WAIT_MS = 60_000

Tab = Callable[..., Page]
Serve = Callable[..., str]


@contextmanager
def serving(home: Path, chosen: dict[str, Any]) -> Iterator[str]:
    """The address of a page served in a process of its own; afterwards its log must hold no traceback."""
    log = home / "page.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.serving", json.dumps(chosen)],
            cwd=ROOT,
            env=os.environ | {"VQA_HOME": str(home), "GRADIO_TEMP_DIR": str(home / "uploads")},
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
        env=os.environ | {"VQA_HOME": str(home), "GRADIO_TEMP_DIR": str(home / "uploads")},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)))
        yield found[0]
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


@pytest.fixture
def tab(chromium: Browser, served: str) -> Iterator[Tab]:
    """Opens the page in a browser session of its own."""
    contexts = []

    def open_tab(
        size: tuple[int, int] = DESKTOP,
        *,
        url: str = served,
        locale: str = "en-GB",
        dark: bool = False,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=locale,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(url)
        page.wait_for_selector("#vqa-question textarea")
        return page

    yield open_tab
    for context in contexts:
        context.close()


def upload(page: Page, path: Path) -> None:
    """Choose a video and wait until its frames are shown."""
    page.set_input_files("#vqa-player input[type=file]", path)
    page.wait_for_selector("#vqa-frames a.vqa-frame")


def ask(page: Page, question: str, *, awaiting: str) -> None:
    """Type a question, send it with Enter, wait for the words of the answer."""
    page.fill("#vqa-question textarea", question)
    page.press("#vqa-question textarea", "Enter")
    page.wait_for_function(
        "([words]) => document.querySelector('#vqa-chat').innerText.includes(words)", arg=[awaiting]
    )
