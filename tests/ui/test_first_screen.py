"""What the page displays before the first video, in headless Chromium."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Tab, ask, box_of, upload

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]
PHONE, LAPTOP, WIDE = (390, 844), (1280, 800), (1920, 1080)
SIZES = pytest.mark.parametrize("size", [PHONE, LAPTOP, WIDE], ids=["phone", "laptop", "wide"])


def edge(page: Page, selector: str, side: str) -> float:
    script = "([s, side]) => document.querySelector(s).getBoundingClientRect()[side]"
    return float(page.evaluate(script, [selector, side]))


@SIZES
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_examples_and_suggested_questions_are_visible_without_scrolling(
    tab: Tab, size: tuple[int, int], locale: str
) -> None:
    page = tab(size, locale=locale)
    page.wait_for_selector("#vqa-chat .example")
    page.wait_for_timeout(300)
    buttons = page.locator("#vqa-chat .example, .vqa-examples button").all()
    assert len(buttons) == 6
    end = edge(page, "#vqa-ask", "top")
    assert end < size[1]
    for button in buttons:
        box = box_of(button)
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= size[0]
        is_beside = box["x"] + box["width"] <= edge(page, "#vqa-ask", "left")
        assert box["y"] + box["height"] <= (size[1] if is_beside else end)


@pytest.mark.parametrize("size", [LAPTOP, WIDE], ids=["laptop", "wide"])
def test_on_a_computer_the_first_screen_needs_no_scrolling(tab: Tab, size: tuple[int, int]) -> None:
    page = tab(size)
    page.wait_for_selector("#vqa-chat .example")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
    log = "document.querySelector('#vqa-chat .bubble-wrap')"
    assert page.evaluate(f"{log}.scrollHeight - {log}.clientHeight") <= 0


@SIZES
def test_an_alert_about_the_question_stands_beside_it(
    tab: Tab, videos: Videos, size: tuple[int, int]
) -> None:
    page = tab(size)
    page.fill("#vqa-question textarea", "What is in it?")
    page.press("#vqa-question textarea", "Enter")
    alert = "#vqa-question_alert .vqa-alert"
    expect(page.locator(alert)).to_contain_text("Please choose a video first.")
    gap_px = edge(page, "#vqa-question textarea", "top") - edge(page, alert, "bottom")
    assert 0 <= gap_px <= 40
    assert edge(page, "#vqa-ask", "bottom") <= size[1]
    upload(page, videos["h264.mp4"])
    expect(page.locator(alert)).to_have_count(0)
    page.fill("#vqa-question textarea", "")
    page.click("#vqa-send")
    expect(page.locator(alert)).to_contain_text("Please type a question first.")
    ask(page, "What is it?", awaiting="question 1.")
    expect(page.locator(alert)).to_have_count(0)


def test_an_empty_chat_cannot_be_cleared_or_answered_again(tab: Tab, videos: Videos) -> None:
    page = tab()
    buttons = [page.locator(f"#vqa-{name}") for name in ("retry", "clear", "export", "export_json")]
    for button in buttons:
        expect(button).to_be_disabled()
    upload(page, videos["h264.mp4"])
    for button in buttons:
        expect(button).to_be_disabled()
    ask(page, "What is it?", awaiting="question 1.")
    for button in buttons:
        expect(button).to_be_enabled()
    page.click("#vqa-clear")
    for button in buttons:
        expect(button).to_be_disabled()
    page.click("#vqa-undo")
    for button in buttons:
        expect(button).to_be_enabled()


def test_the_place_for_a_video_is_named_in_sentence_case(tab: Tab) -> None:
    page = tab()
    expect(page.locator("#vqa-player")).to_contain_text("Drop a video here")
    expect(page.locator("#vqa-player")).to_contain_text("click to choose a file")
