"""Language and direction of texts, and the layout on a phone, in headless Chromium."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.conftest import DESKTOP, PHONE, Tab, ask, upload

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
    ("locale", "language", "hint"),
    [
        ("de-DE", "en", "Video hier ablegen"),
        ("ar-EG", "en", "أسقط الفيديو هنا"),
        ("zh-CN", "zh", "将视频拖放到此处"),
    ],
)
def test_the_page_names_the_language_of_its_texts(
    tab: Tab, locale: str, language: str, hint: str
) -> None:
    page = tab(locale=locale)
    # Gradio's own texts are in the language of the browser.
    expect(page.locator("#vqa-player .upload-container").first).to_contain_text(hint)
    page.wait_for_function("([l]) => document.documentElement.lang === l", arg=[language])
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"


def test_arabic_starts_at_the_right_and_english_at_the_left(
    tab: Tab, videos: Mapping[str, Path]
) -> None:
    page = tab(locale="ar-EG")
    assert bidi(page.locator("#vqa-question textarea")) == "plaintext"
    upload(page, videos["h264.mp4"])
    ask(page, "ماذا يحدث هنا في هذا الفيديو؟", awaiting="question 1.")
    page.wait_for_selector("#vqa-chat .vqa-badge")  # the last change of the conversation
    question = page.locator("#vqa-chat .message.user p").first
    answer = page.locator("#vqa-chat .message.bot p").first
    assert bidi(question) == bidi(answer) == "plaintext"
    left, right = question.evaluate(_GAPS)
    assert right < 2 < left
    left, right = answer.evaluate(_GAPS)
    assert left < 2 < right


def _boxes(page: Page, selector: str) -> list[dict[str, float]]:
    """The sides of all visible elements of a selector, in CSS pixels."""
    boxes: list[dict[str, float]] = page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)].map((e) => e.getBoundingClientRect())
            .filter((r) => r.width).map(({left, right, top, bottom}) => ({left, right, top, bottom}))""",
        selector,
    )
    assert boxes, selector
    return boxes


def test_nothing_is_cut_on_a_phone(tab: Tab) -> None:
    page = tab(PHONE)
    (player,) = _boxes(page, "#vqa-player")
    for icon in _boxes(page, "#vqa-player .source-selection .icon"):
        assert icon["bottom"] <= player["bottom"]
        assert icon["right"] - icon["left"] >= 24
    tabs = _boxes(page, "#vqa-tabs [role=tab]")
    assert len(tabs) == 5
    assert tabs[-1]["right"] <= PHONE[0]


def test_buttons_and_tabs_of_a_phone_are_large_enough_to_touch(
    tab: Tab, videos: Mapping[str, Path]
) -> None:
    page = tab(PHONE)
    upload(page, videos["h264.mp4"])
    ask(page, "What happens?", awaiting="question 1.")
    page.wait_for_selector("#vqa-chat .vqa-badge")
    for box in _boxes(page, "button:not(.visually-hidden *)"):
        assert min(box["right"] - box["left"], box["bottom"] - box["top"]) >= 24, box


@pytest.mark.parametrize("width", [390, 820])
def test_tabs_and_buttons_of_a_narrow_screen_stand_in_straight_lines(
    tab: Tab, videos: Mapping[str, Path], width: int
) -> None:
    page = tab((width, 900))
    upload(page, videos["h264.mp4"])
    assert len(_boxes(page, "#vqa-tabs [role=tab]")) == 5
    for selector, lines in (
        ("#vqa-look, #vqa-draw, #vqa-another, #vqa-moment", 2),
        ("#vqa-retry, #vqa-clear, #vqa-export", 1),
    ):
        boxes = _boxes(page, selector)
        assert len({round(box["top"]) for box in boxes}) == lines, selector
        assert max(box["bottom"] - box["top"] for box in boxes) < 34, "no label is wrapped"


def test_a_large_screen_is_used_and_its_room_goes_to_the_fields(tab: Tab) -> None:
    page = tab((1920, 1080))
    (columns,) = _boxes(page, "#vqa-columns")
    assert columns["right"] - columns["left"] > 1700
    (button,), (field,) = _boxes(page, "#vqa-send"), _boxes(page, "#vqa-question")
    assert button["right"] - button["left"] < 150 < field["right"] - field["left"]
    page.click("#vqa-tab-moments-button")
    expect(page.locator("#vqa-find")).to_be_visible()
    (button,), (field,) = _boxes(page, "#vqa-find"), _boxes(page, "#vqa-query")
    assert button["right"] - button["left"] < 150 < field["right"] - field["left"]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_buttons_are_of_one_height_and_cover_no_answer(
    tab: Tab, videos: Mapping[str, Path], size: tuple[int, int]
) -> None:
    page = tab(size)
    upload(page, videos["h264.mp4"])
    ask(page, "What is it?", awaiting="Based on this frame")
    heights = {
        round(box["bottom"] - box["top"])
        for box in _boxes(page, "#vqa-look, .vqa-draw, #vqa-another")
    }
    assert len(heights) == 1
    buttons = _boxes(page, "#vqa-chat .message-buttons-left button")
    assert len(buttons) == 3
    (answer,) = _boxes(page, "#vqa-chat .message.bot:not(.component)")
    (badge,) = _boxes(page, "#vqa-chat .vqa-badge")
    for button in buttons:
        assert button["right"] <= size[0]
        for text in (answer, badge):
            is_apart = button["left"] >= text["right"] or button["top"] >= text["bottom"]
            assert is_apart, (button, text)
