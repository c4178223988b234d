"""Language and direction of texts, in headless Chromium."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.ui.conftest import Tab, ask, upload

pytestmark = pytest.mark.browser
# How far the text is from the left and from the right edge of its block, in pixels.
_GAPS = """(element) => {
  element.style.width = '2000px';
  const range = document.createRange();
  range.selectNodeContents(element);
  const text = range.getBoundingClientRect(), box = element.getBoundingClientRect();
  return [text.left - box.left, box.right - text.right];
}"""


def bidi(element: Locator) -> str:
    value: str = element.evaluate("(element) => getComputedStyle(element).unicodeBidi")
    return value


@pytest.mark.parametrize(
    ("locale", "language"), [("de-DE", "en"), ("ar-EG", "en"), ("zh-CN", "zh")]
)
def test_the_page_names_the_language_of_its_texts(tab: Tab, locale: str, language: str) -> None:
    page = tab(locale=locale)
    page.wait_for_function("([l]) => document.documentElement.lang === l", arg=[language])
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"


def test_arabic_starts_at_the_right_and_english_at_the_left(
    tab: Tab, videos: Mapping[str, Path]
) -> None:
    page = tab(locale="ar-EG")
    assert bidi(page.locator("#vqa-question textarea")) == "plaintext"
    upload(page, videos["h264.mp4"])
    ask(page, "ماذا يحدث هنا في هذا الفيديو؟", awaiting="question 1.")
    question = page.locator("#vqa-chat .message.user p").first
    answer = page.locator("#vqa-chat .message.bot p").first
    assert bidi(question) == bidi(answer) == "plaintext"
    left, right = question.evaluate(_GAPS)
    assert right < 2 < left
    left, right = answer.evaluate(_GAPS)
    assert left < 2 < right
