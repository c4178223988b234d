"""What moves, what covers something and what is cut, in headless Chromium."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import DESKTOP, Tab, another, ask, box_of, upload

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]
PHONE = (390, 844)
# The ratio of the contrast of an element's text with its own or its parent's background, after WCAG 2.
_CONTRAST = """(element) => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => numbers(color).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const text = luminance(getComputedStyle(element).color);
  const back = luminance(getComputedStyle(element.parentElement).backgroundColor);
  return (Math.max(text, back) + .05) / (Math.min(text, back) + .05);
}"""


def top(page: Page, selector: str) -> float:
    """The distance of an element from the top of the document, in pixels."""
    script = "(s) => document.querySelector(s).getBoundingClientRect().top + window.scrollY"
    return float(page.evaluate(script, selector))


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_timeline_stays_where_it_is(tab: Tab, videos: Videos, size: tuple[int, int]) -> None:
    page = tab(size)
    upload(page, videos["h264.mp4"])
    first = top(page, ".vqa-timeline")
    expect(page.locator("#vqa-overview")).to_contain_text("Frame ")  # its sentence
    assert top(page, ".vqa-timeline") == first
    another(page, videos["uneven.mp4"])
    expect(page.locator("#vqa-videos")).to_be_visible()
    assert top(page, ".vqa-timeline") == first


def test_what_is_below_the_panels_stays_where_it_is(tab: Tab) -> None:
    page = tab((1280, 800))
    tops = set()
    for name in ("moments", "captions", "summary", "details", "chat"):
        page.click(f"#vqa-tab-{name}-button")
        expect(page.locator(f"#vqa-tab-{name}")).to_be_visible()
        tops.add(round(top(page, "#vqa-settings")))
    assert len(tops) == 1


def test_on_a_phone_nothing_covers_the_player(tab: Tab, videos: Videos) -> None:
    page = tab(PHONE)
    upload(page, videos["h264.mp4"])
    another(page, videos["uneven.mp4"])
    expect(page.locator("#vqa-videos")).to_be_visible()
    covers = page.evaluate(
        """async () => {
          const player = document.querySelector('#vqa-player'), covers = [];
          for (let y = 0; y < document.documentElement.scrollHeight; y += 60) {
            window.scrollTo(0, y);
            await new Promise(requestAnimationFrame);
            const box = player.getBoundingClientRect();
            for (const share of [.2, .5, .9]) {
              const at = box.top + share * box.height;
              const found = at < 0 ? null : document.elementFromPoint(box.left + box.width / 2, at);
              if (found && !player.contains(found)) covers.push([y, share, found.id || found.className]);
            }
          }
          return covers;
        }"""
    )
    assert covers == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_labels_on_the_timeline_are_readable(tab: Tab, videos: Videos, *, dark: bool) -> None:
    page = tab(dark=dark)
    upload(page, videos["h264.mp4"])
    page.click("#vqa-tab-moments-button")
    page.fill("#vqa-query input, #vqa-query textarea", "something red")
    page.click("#vqa-find")
    label = page.locator(".vqa-lane-hits .vqa-item span").first
    expect(label).to_be_visible()
    assert label.evaluate(_CONTRAST) >= 4.5
    # A label that has no room is hidden rather than cut: half a letter reads as another one.
    label.evaluate("(span) => { span.parentElement.style.width = '16px'; }")
    expect(label).to_be_hidden()


def test_the_buttons_of_the_panels_are_no_wider_than_needed(tab: Tab) -> None:
    page = tab((1920, 1080))
    for panel, button in (("captions", "caption"), ("summary", "summarize")):
        page.click(f"#vqa-tab-{panel}-button")
        box = box_of(page.locator(f"#vqa-{button}"))
        assert box["width"] < 300


def test_after_clear_the_buttons_of_a_phone_need_one_line(tab: Tab, videos: Videos) -> None:
    page = tab(PHONE)
    upload(page, videos["h264.mp4"])
    ask(page, "First?", awaiting="question 1.")
    page.click("#vqa-clear")
    expect(page.locator("#vqa-undo")).to_be_visible()
    page.wait_for_function(
        "['retry', 'clear', 'undo', 'export', 'export_json']"
        ".every((name) => document.querySelector(`#vqa-${name}`).offsetHeight < 34)",
        timeout=5000,
    )


def test_on_a_phone_the_buttons_below_the_timeline_stand_two_by_two(
    tab: Tab, videos: Videos
) -> None:
    page = tab(PHONE)
    upload(page, videos["h264.mp4"])
    boxes = [box_of(page.locator(f"#vqa-{name}")) for name in ("look", "draw", "another", "moment")]
    assert len({round(box["x"]) for box in boxes}) == len({round(box["y"]) for box in boxes}) == 2
    assert len({round(box["width"]) for box in boxes}) == 1


def test_on_a_phone_suggestions_stand_above_the_question(tab: Tab, videos: Videos) -> None:
    page = tab(PHONE)
    upload(page, videos["h264.mp4"])
    expect(page.locator("#vqa-overview")).to_contain_text("Frame ")
    buttons = page.locator("#vqa-chat .example").all()
    assert len(buttons) == 3
    for button in buttons:
        box = box_of(button)
        assert box["y"] + box["height"] <= box_of(page.locator("#vqa-ask"))["y"]


def test_on_a_phone_the_player_cuts_nothing_after_an_answer(tab: Tab, videos: Videos) -> None:
    page = tab(PHONE)
    upload(page, videos["h264.mp4"])
    ask(page, "First?", awaiting="question 1.")
    page.wait_for_timeout(500)
    player = box_of(page.locator("#vqa-player"))
    end = player["y"] + player["height"]
    assert player["y"] == 0, "the conversation is in view"
    for selector in (".vqa-timeline", "#vqa-tools", "#vqa-tabs"):
        box = box_of(page.locator(selector))
        assert box["y"] >= end - 1 or box["y"] + box["height"] <= end + 1, selector
