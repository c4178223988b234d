"""The page, served for a test, and headless Chromium to use it with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.ui.knowing import KnowingModel
from vqa.models.base import VideoQAModel
from vqa.models.echo import EchoModel
from vqa.ui.limits import PRIVATE, Limits
from vqa.ui.page import Page as VideoPage
from vqa.ui.page import PageOptions
from vqa.ui.visit import Shelf

DESKTOP, PHONE = (1280, 900), (360, 740)
WAIT_MS = 30_000


@dataclass(frozen=True)
class Served:
    """A page that is being served."""

    url: str
    page: VideoPage
    model: KnowingModel


@contextmanager
def serve(limits: Limits = PRIVATE, **how: Any) -> Iterator[Served]:
    """The page with a model that knows everything and one that knows nothing."""
    model = KnowingModel()

    def load(name: str, *, device: str) -> VideoQAModel:
        return EchoModel() if name == "echo" else model

    options = PageOptions(model="knowing", models=("knowing", "echo"), limits=limits)
    page = VideoPage(Shelf(loader=load), options)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **how)
    try:
        yield Served(url, page, model)
    finally:
        page.blocks.close(verbose=False)


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    with serve() as page:
        yield page


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium; on Debian: apt-get install chromium")
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    yield browser
    browser.close()


Tab = Callable[..., Page]


@pytest.fixture
def tab(chromium: Browser, served: Served) -> Iterator[Tab]:
    """Opens the page in a browser of its own, with nothing reachable but this machine."""
    contexts = []

    def open_tab(
        size: tuple[int, int] = DESKTOP,
        *,
        url: str = served.url,
        locale: str = "en-GB",
        dark: bool = False,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=locale,
            color_scheme="dark" if dark else "light",
            offline=False,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(url)
        page.wait_for_selector("#vqa-question textarea")
        page.wait_for_selector("#vqa-powers", state="attached")
        return page

    yield open_tab
    for context in contexts:
        context.close()


def upload(page: Page, path: Path) -> None:
    """Choose a video and wait until its frames are shown."""
    page.set_input_files("#vqa-player input[type=file]", path)
    page.wait_for_selector("#vqa-frames a.vqa-frame")


def ask(page: Page, question: str, *, awaiting: str | None = None) -> None:
    """Type a question, send it with Enter, wait for the words of the answer."""
    page.fill("#vqa-question textarea", question)
    page.press("#vqa-question textarea", "Enter")
    if awaiting is not None:
        page.wait_for_function(
            "([words]) => document.querySelector('#vqa-chat').innerText.includes(words)",
            arg=[awaiting],
        )


def texts(page: Page, selector: str) -> Sequence[str]:
    """The words of every part that a selector finds."""
    return [str(part) for part in page.locator(selector).all_inner_texts()]
