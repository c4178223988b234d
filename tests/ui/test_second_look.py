"""A box drawn on the picture, with a mouse, a finger and the keyboard; the one way to look closer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fakes import ColourModel
from tests.ui.conftest import DESKTOP, PHONE, Tab, another, ask, box_of, upload
from tests.ui.scripted_model import ScriptedModel
from vqa.types import Region
from vqa.ui import chat_handlers, handlers, second_look
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState

Videos = Mapping[str, Path]
ABOUT_BOX = "(This is about the box at"


def test_questions_are_about_the_box_until_it_is_forgotten(cuts: Path, videos: Videos) -> None:
    state, model = SessionState(model="colours"), ColourModel()
    pool = ModelPool(loader=lambda name, device, progress: model)
    list(handlers.watch(pool, state, str(cuts), ReadingOptions(), PRIVATE_LIMITS))
    box = Region(time_s=4.0, left=0.2, top=0.5, right=0.8, bottom=1.0)
    first, last = second_look.choose_region(state, box)
    assert "About the box at 0:04" in (first.region or "")
    assert "<img" in (last.region or "")
    chat_handlers.enqueue(state, "Which colours?")
    list(chat_handlers.answer_pending(state))
    assert state.turns[-1].answer.text == "green"
    assert ABOUT_BOX in state.turns[-1].answer.note
    assert [frame.time_s for frame in state.turns[-1].frames] == pytest.approx([4.0], abs=0.11)
    (forgotten,) = second_look.choose_region(state, None)
    assert forgotten.region == ""
    list(chat_handlers.ask(state, "Which colours?", keep=0))
    assert state.turns[-1].answer.text == "green", "asked again, it is about the same box"
    chat_handlers.enqueue(state, "Which colours?")
    list(chat_handlers.answer_pending(state))
    assert state.turns[-1].answer.text == "red then green then blue"
    list(second_look.choose_region(state, box))
    list(handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS))
    assert state.region is None


def picture_box(page: Page) -> dict[str, float]:
    box = box_of(page.locator(".vqa-draw-overlay"))
    return {side: float(box[side]) for side in ("x", "y", "width", "height")}


def draw(page: Page) -> None:
    page.click("#vqa-draw button")
    page.wait_for_selector(".vqa-draw-overlay")


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_box_is_drawn_asked_about_and_forgotten(
    tab: Tab, videos: Videos, size: tuple[int, int]
) -> None:
    page = tab(size)
    upload(page, videos["h264.mp4"])
    page.wait_for_function("document.querySelector('#vqa-player video').readyState >= 2")
    draw(page)
    area = picture_box(page)
    assert area["width"] / area["height"] == pytest.approx(192 / 128, rel=0.02), "the picture alone"
    page.keyboard.press("Escape")
    expect(page.locator(".vqa-draw-overlay")).to_have_count(0)
    expect(page.locator("#vqa-region .vqa-region")).to_have_count(0)
    draw(page)
    area = picture_box(page)
    points = [
        (area["x"] + area["width"] * x, area["y"] + area["height"] * y)
        for x, y in ((0.25, 0.3), (0.5, 0.6), (0.75, 0.8))
    ]
    if size == PHONE:
        cdp = page.context.new_cdp_session(page)
        for kind, (x, y) in zip(("touchStart", "touchMove", "touchMove"), points, strict=True):
            cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    else:
        page.mouse.move(*points[0])
        page.mouse.down()
        page.mouse.move(*points[1])
        page.mouse.move(*points[2])
        page.mouse.up()
    expect(page.locator(".vqa-draw-overlay")).to_have_count(0)
    expect(page.locator("#vqa-region")).to_contain_text("About the box at 0:00")
    expect(page.locator("#vqa-region img")).to_be_visible()
    ask(page, "What is it?", awaiting=ABOUT_BOX)
    page.click("#vqa-region .vqa-forget")
    expect(page.locator("#vqa-region .vqa-region")).to_have_count(0)
    ask(page, "And the whole?", awaiting="question 2.")
    assert page.inner_text("#vqa-chat").count(ABOUT_BOX) == 1
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, "the page scrolls sideways"


@pytest.mark.browser
def test_a_box_is_drawn_with_the_keyboard_and_leaves_with_its_video(
    tab: Tab, videos: Videos
) -> None:
    page = tab(locale="zh-CN")
    upload(page, videos["h264.mp4"])
    page.wait_for_function("document.querySelector('#vqa-player video').readyState >= 2")
    page.focus("#vqa-draw button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".vqa-draw-overlay")
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#vqa-region")).to_contain_text("关于 0:00 处的方框")
    another(page, videos["uneven.mp4"])
    expect(page.locator("#vqa-region .vqa-region")).to_have_count(0)


@pytest.mark.parametrize(
    ("last", "repeated"),
    [
        ("What colour is it?", True),
        ("How long is the video?", True),
        ("hello", False),
        ("thanks", False),
        ("what can you do?", False),
        ("hello. What colour is it?", True),
        ("What do you see between 0:00 and 0:01?", False),
        ("What colour is it in the second shot?", False),
    ],
)
def test_only_a_question_about_the_video_is_answered_again(
    videos: Videos, last: str, repeated: bool
) -> None:
    state, model = SessionState(model="scripted"), ScriptedModel()
    pool = ModelPool(loader=lambda name, device, progress: model)
    assert second_look.question_to_repeat(state) == ""
    list(handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS))
    assert second_look.question_to_repeat(state) == ""
    list(chat_handlers.ask(state, "What colour is it?"))
    list(chat_handlers.ask(state, last))
    assert second_look.question_to_repeat(state) == (last if repeated else "")
