"""The timeline, the queue of questions and undo, in headless Chromium."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import DESKTOP, PHONE, Tab, another, ask, box_of, upload
from tests.ui.scripted_model import LONG

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]


def send(page: Page, question: str) -> None:
    page.fill("#vqa-question textarea", question)
    page.press("#vqa-question textarea", "Enter")


def test_a_second_question_appears_at_once_waits_and_is_answered(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    ask(page, LONG, awaiting="word3")
    send(page, "And the colour?")
    expect(page.locator("#vqa-chat")).to_contain_text("And the colour?", timeout=5000)
    page.fill("#vqa-question textarea", "half a thought")
    page.click("#vqa-stop")
    expect(page.locator("#vqa-chat")).to_contain_text("It is red at 0:01, question 2.")
    assert page.input_value("#vqa-question textarea") == "half a thought"


def test_a_cleared_chat_is_restored(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    ask(page, "First?", awaiting="question 1.")
    page.click("#vqa-clear")
    expect(page.locator("#vqa-chat")).not_to_contain_text("question 1.")
    boxes = [box_of(page.locator(f"#vqa-{name}")) for name in ("clear", "undo", "export_json")]
    assert len({box["y"] for box in boxes}) == 1, "Undo breaks no line"
    page.click("#vqa-undo")
    expect(page.locator("#vqa-chat")).to_contain_text("question 1.")
    ask(page, "Second?", awaiting="question 2.")


def test_a_broken_file_takes_nothing_away(tab: Tab, videos: Videos, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("no video")
    page = tab()
    page.set_input_files("#vqa-player input[type=file]", broken)
    expect(page.locator("#vqa-status [role=alert]")).to_contain_text("broken.mp4")
    expect(page.locator("#vqa-player video")).to_have_count(0)  # not a black player
    upload(page, videos["h264.mp4"])
    ask(page, "First?", awaiting="question 1.")
    another(page, broken)
    expect(page.locator("#vqa-status [role=alert]")).to_contain_text("broken.mp4")
    expect(page.locator("#vqa-chat")).to_contain_text("question 1.")
    page.wait_for_function(
        "document.querySelector('#vqa-player video').currentSrc.includes('h264')"
    )
    ask(page, "Second?", awaiting="question 2.")
    page.reload()
    expect(page.locator("#vqa-chat")).to_contain_text("question 2.")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_click_on_the_timeline_seeks_and_a_drag_reads_a_part(
    tab: Tab, videos: Videos, size: tuple[int, int]
) -> None:
    page = tab(size)
    upload(page, videos["h264.mp4"])
    ask(page, "Evidence?", awaiting="question 1.")
    expect(page.locator(".vqa-lane-evidence a")).to_have_count(1)
    track = page.locator(".vqa-lane-evidence .vqa-track")
    track.evaluate("(track) => track.scrollIntoView({block: 'center'})")  # not below the player
    box = box_of(track)
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.wait_for_function(
        "Math.abs(document.querySelector('#vqa-player video').currentTime - 1) < 0.1"
    )
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 5, steps=4)
    page.mouse.up()
    expect(page.locator("#vqa-status")).to_contain_text("I only looked at the part from 0:00")
    expect(page.locator("#vqa-whole")).to_be_visible()
    part = box_of(page.locator(".vqa-selection"))
    assert part["width"] == pytest.approx(box["width"] / 2, abs=12)
    for frame in page.locator(".vqa-lane-frames a.vqa-frame").all():
        picture = box_of(frame)
        assert picture["x"] >= part["x"] - 8, "the frames stand in the part that they are of"
        assert picture["x"] + picture["width"] <= part["x"] + part["width"] + 8
    playhead = box_of(page.locator(".vqa-playhead"))
    assert playhead["x"] == pytest.approx(box["x"] + box["width"] / 2, abs=8), "still at 1 s"


def test_on_a_phone_player_and_question_stay_on_the_screen(tab: Tab, videos: Videos) -> None:
    page = tab(PHONE)
    bottom = "document.querySelector('#vqa-ask').getBoundingClientRect().bottom"
    assert page.evaluate(bottom) <= PHONE[1]
    upload(page, videos["h264.mp4"])
    ask(page, "First?", awaiting="question 1.")
    for scroll in (0, 250):
        page.evaluate("(y) => window.scrollTo(0, y)", scroll)
        page.wait_for_timeout(100)
        assert page.evaluate(bottom) <= PHONE[1], scroll
    top = page.evaluate("document.querySelector('#vqa-player').getBoundingClientRect().top")
    assert top == pytest.approx(0, abs=1)
    page.click("#vqa-send")  # not covered


def test_arrow_keys_move_along_a_lane_of_the_timeline(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    page.wait_for_function("document.querySelector('#vqa-player video').readyState >= 2")
    frames = page.locator(".vqa-lane-frames a.vqa-frame")
    frames.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(frames.nth(2)).to_be_focused()
    assert page.locator(".vqa-lane-frames a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#vqa-player video').currentTime > 0.5")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('.vqa-lane-frames a')")


def test_a_suggested_question_appears_before_its_example_is_read(tab: Tab) -> None:
    page = tab()
    page.evaluate(
        """() => new MutationObserver(() => {
          if (window.hasFrames === undefined && document.querySelector('#vqa-chat .message.user'))
            window.hasFrames = Boolean(document.querySelector('#vqa-frames a.vqa-frame'));
        }).observe(document.body, {childList: true, subtree: true})"""
    )
    page.locator("#vqa-chat .example").first.click()
    expect(page.locator("#vqa-chat")).to_contain_text("question 1.")
    assert page.evaluate("window.hasFrames") is False


def test_the_player_displays_the_time_of_the_frames(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    display = page.locator("#vqa-player .controls .time")
    # Gradio rounds: 0:01 for both, and so for the second time alone.
    for time_s, text in ((0.97, "0:00 / 0:02"), (1.2, "0:01 / 0:02")):
        page.evaluate(f"document.querySelector('#vqa-player video').currentTime = {time_s}")
        expect(display).to_have_attribute("data-time", text)
    content = display.evaluate("(span) => getComputedStyle(span, '::after').content")
    assert content == '"0:01 / 0:02"'


def test_the_player_is_operated_with_the_keyboard(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    controls, is_paused = (
        page.locator("#vqa-player .controls").first,
        "document.querySelector('video').paused",
    )
    page.focus("#vqa-player .controls [role=button]")
    expect(controls).to_have_css("opacity", "1")
    for key in ("Shift", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
        assert page.evaluate(is_paused), "keys that move the focus start nothing"
    assert page.evaluate("document.fullscreenElement") is None
    page.focus("#vqa-player .controls [role=button]")
    page.keyboard.press("Enter")
    page.wait_for_function(f"!{is_paused} || document.querySelector('video').ended")
