"""The conversation as people have it, in headless Chromium."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import PHONE, Tab, another, ask, upload
from tests.ui.scripted_model import LONG, MAX_FRAMES

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]


def places(page: Page) -> object:
    """Where the parts stand that must not move, with the page scrolled to its top."""
    # In one step: a word that streams in scrolls the page to the answer again.
    return page.evaluate(
        """window.scrollTo({top: 0, behavior: 'instant'}),
        ['#vqa-player', '#vqa-status', '#vqa-frames', '#vqa-chat', '#vqa-question', '#vqa-retry'].map(
            (part) => { const box = document.querySelector(part).getBoundingClientRect();
                        return [part, box.left, box.top, box.width, box.height]; })"""
    )


def test_a_question_is_edited_and_asked_again(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    for number, question in enumerate(("First?", "Second?", "Third?"), 1):
        ask(page, question, awaiting=f"question {number}.")
    chat = page.locator("#vqa-chat")
    # What an answer rests on comes after its words, and draws the conversation anew.
    expect(chat.locator("img[alt^=Frame]")).to_have_count(3)
    page.locator("#vqa-chat button[aria-label=Edit]").nth(1).click()
    page.fill("#vqa-chat textarea", "Another second?")
    page.click("#vqa-chat button[aria-label=Submit]")
    expect(chat).not_to_contain_text("Third?")
    expect(chat).to_contain_text("Another second?")
    expect(chat.locator(".vqa-badge")).to_have_count(2)
    expect(chat).to_contain_text("question 1.")
    expect(chat).to_contain_text("question 2.")


def test_copying_an_answer_copies_its_words(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    ask(page, "What colour is it?", awaiting="Based on this frame")
    page.locator("#vqa-chat button[aria-label='Copy message']").last.click()
    page.wait_for_selector("#vqa-chat button[aria-label='Copied message']")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "It is red at [0:01](#t=1), question 1."


@pytest.mark.parametrize("size", [(1280, 900), PHONE])
def test_nothing_moves_while_an_answer_streams(
    tab: Tab, videos: Videos, size: tuple[int, int]
) -> None:
    page = tab(size)
    upload(page, videos["h264.mp4"])
    ask(page, "First?", awaiting="Based on this frame")
    expect(page.locator("#vqa-overview p")).to_be_visible()
    page.evaluate("document.querySelector('#vqa-chat .vqa-strip').marked = true")
    before = places(page)
    ask(page, LONG, awaiting="word20")
    assert places(page) == before
    page.click("#vqa-stop")
    expect(page.locator("#vqa-chat")).to_contain_text("stopped")
    assert places(page) == before
    assert page.evaluate("document.querySelector('#vqa-chat .vqa-strip').marked"), "made anew"


def test_a_failure_offers_its_cure_as_a_click(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    ask(page, "too much", awaiting="Use fewer frames.")
    page.click(f"button:has-text('Use {MAX_FRAMES} frames')")
    expect(page.locator("#vqa-status")).to_contain_text(f"I looked at {MAX_FRAMES} of 48 frames")
    expect(page.locator("#vqa-chat")).to_contain_text("It is red")
    expect(page.locator("#vqa-remedy_1")).to_be_hidden()
    another(page, videos["uneven.mp4"])
    expect(page.locator("#vqa-status")).to_contain_text(f"I looked at {MAX_FRAMES} of ")
    expect(page.locator("#vqa-chat")).to_contain_text("How long is the video?")


def test_looking_closer_asks_the_last_question_again(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["uneven.mp4"])
    ask(page, "What is it?", awaiting="question 1.")
    page.click("#vqa-look")
    expect(page.locator("#vqa-chat")).to_contain_text("question 2.")
    expect(page.locator("#vqa-status")).to_contain_text(
        "I only looked at the part from 0:00 to 0:02."
    )
