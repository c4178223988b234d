"""The newest answer stays on the screen above the question line, in headless Chromium."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Tab, ask, box_of, upload
from tests.ui.scripted_model import LONG

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]
PHONE, LOW = (390, 844), (1280, 600)

# How far the end of the newest answer is outside the visible part of the conversation, in pixels.
_HIDDEN_PX = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const rows = [...document.querySelectorAll('#vqa-chat .bot-row')];
  const answer = rows.at(-1).getBoundingClientRect(), log = box('#vqa-chat .bubble-wrap');
  const player = box('#vqa-player'), isStacked = Math.abs(player.left - log.left) < 50;
  const top = Math.max(log.top, 0, isStacked ? player.bottom : 0);
  const bottom = Math.min(log.bottom, box('#vqa-ask').top, innerHeight);
  return Math.max(answer.bottom - bottom, top - answer.bottom);
}"""


def hidden_px(page: Page) -> float:
    return float(page.evaluate(_HIDDEN_PX))


def is_at_end(page: Page) -> None:
    """Wait until the newest answer is displayed, as all updates of the page have been."""
    page.wait_for_timeout(300)
    assert hidden_px(page) <= 1


@pytest.mark.parametrize("size", [PHONE, LOW], ids=["phone", "low"])
def test_each_answer_is_visible_while_it_streams_and_afterwards(
    tab: Tab, videos: Videos, size: tuple[int, int]
) -> None:
    page = tab(size)
    upload(page, videos["h264.mp4"])
    for number in (1, 2, 3):
        ask(page, f"What colour is it, {number}?", awaiting=f"question {number}.")
        expect(page.locator("#vqa-chat a.vqa-frame img")).to_have_count(number)
        is_at_end(page)
    ask(page, LONG, awaiting="word20")
    for word in ("word60", "word120"):
        assert hidden_px(page) <= 30  # a line may have been added since
        page.wait_for_function(
            "([w]) => document.querySelector('#vqa-chat').innerText.includes(w)", arg=[word]
        )
    page.click("#vqa-stop")
    expect(page.locator("#vqa-chat")).to_contain_text("stopped")
    is_at_end(page)


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_who_scrolls_up_stays_there_until_the_next_question(
    tab: Tab, videos: Videos, size: tuple[int, int]
) -> None:
    page = tab(size)
    upload(page, videos["h264.mp4"])
    ask(page, LONG, awaiting="word150")
    box = box_of(page.locator("#vqa-chat"))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 150)
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(300)
    positions = "[document.querySelector('#vqa-chat .bubble-wrap').scrollTop, window.scrollY]"
    before = page.evaluate(positions)
    ask_count = page.inner_text("#vqa-chat").count("word")
    page.wait_for_timeout(1500)
    assert page.inner_text("#vqa-chat").count("word") > ask_count
    assert page.evaluate(positions) == before
    page.click("#vqa-stop")
    expect(page.locator("#vqa-chat")).to_contain_text("stopped")
    ask(page, "And the colour?", awaiting="question 2.")
    is_at_end(page)


def test_an_unfinished_answer_cannot_be_copied_or_judged(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    buttons = page.locator("#vqa-chat .message-buttons-left:visible")
    ask(page, LONG, awaiting="word3")
    expect(page.locator("#vqa-chat .vqa-busy")).to_have_count(1)
    expect(buttons).to_have_count(0)
    page.click("#vqa-stop")
    expect(page.locator("#vqa-chat .vqa-busy")).to_have_count(0)
    expect(buttons).to_have_count(1)
