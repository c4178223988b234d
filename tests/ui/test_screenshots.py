"""The pictures of the README, taken of the real page with the real model.

SCREENSHOTS=fused python -m pytest tests/ui/test_screenshots.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.ui.conftest import DESKTOP, ROOT, Tab, started

FOLDER = ROOT / "docs" / "screenshots"
MAX_BYTES = 300_000
QUESTIONS = ("What animal is this?", "When do you see a cup?", "Is there a horse?")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.optional,
    pytest.mark.skipif(
        "SCREENSHOTS" not in os.environ, reason="set SCREENSHOTS to the name of a model"
    ),
]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page as a user starts it."""
    with started(os.environ["SCREENSHOTS"], tmp_path_factory.mktemp("real")) as url:
        yield url


@pytest.mark.parametrize(("name", "size"), [("desktop", DESKTOP), ("phone", (390, 844))])
def test_take(tab: Tab, real: str, name: str, size: tuple[int, int]) -> None:
    page = tab(size, url=real)
    page.click("#vqa-example_shots")
    page.wait_for_selector("#vqa-frames a.vqa-frame")
    questions = QUESTIONS if name == "desktop" else QUESTIONS[:1]
    for number, question in enumerate(questions, start=1):
        page.fill("#vqa-question textarea", question)
        page.press("#vqa-question textarea", "Enter")
        page.wait_for_function(
            "([n]) => document.querySelectorAll('#vqa-chat .vqa-badge').length >= n", arg=[number]
        )
    page.evaluate("document.querySelector('#vqa-player video').currentTime = 5")
    page.mouse.move(0, 0)
    # The overview comes in the background, after the answers.
    page.wait_for_selector("#vqa-overview p")
    page.wait_for_timeout(1500)
    file = FOLDER / f"{name}.png"
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=file)
    _shrink(file)
    assert file.stat().st_size < MAX_BYTES


def _shrink(file: Path) -> None:
    """Keep 256 colours: a third of the bytes, and no eye sees it."""
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT).save(
            file, optimize=True
        )
