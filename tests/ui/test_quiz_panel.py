"""The quiz panel, in headless Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import DESKTOP, PHONE, Tab, ask, serving, upload
from tests.ui.test_accessibility import serious

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]


def make_quiz(page: Page) -> None:
    page.click("#vqa-quiz_panel > button")
    page.click("#vqa-make_quiz")


@pytest.fixture(scope="module")
def hold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A path; while a file is there, the model of `cats` captions nothing."""
    return tmp_path_factory.mktemp("hold") / "hold"


@pytest.fixture(scope="module")
def cats(tmp_path_factory: pytest.TempPathFactory, hold: Path) -> Iterator[str]:
    """The address of a page whose model sees cats."""
    chosen = {"sees_cats": True, "hold": str(hold)}
    with serving(tmp_path_factory.mktemp("cats"), chosen) as url:
        yield url


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_quiz_is_played_scored_and_saved(
    tab: Tab, cats: str, videos: Videos, size: tuple[int, int]
) -> None:
    page = tab(size, url=cats, dark=size == PHONE)
    upload(page, videos["h264.mp4"])
    make_quiz(page)
    quiz = page.locator("#vqa-quiz")
    expect(quiz).to_contain_text("Question 1 of 2 · 0 right")
    violations = serious(page)
    choices = quiz.locator(".vqa-choice").all()
    assert len({choice.evaluate("(choice) => choice.offsetHeight") for choice in choices}) == 1
    wrong = quiz.locator(".vqa-choice").filter(has_not_text="cat").first
    wrong.focus()
    page.keyboard.press("Enter")
    expect(quiz).to_contain_text("Wrong: the answer is “cat”.")
    violations += serious(page)
    page.evaluate("document.querySelector('#vqa-player video').currentTime = 1.5")
    quiz.locator("a:has-text('See it at')").click()
    page.wait_for_function("document.querySelector('#vqa-player video').currentTime < 1")
    quiz.locator("button:has-text('Next question')").click()
    expect(quiz.locator("input")).to_be_focused()
    quiz.locator("input").fill("1")
    page.keyboard.press("Enter")
    expect(quiz).to_contain_text("Right.")
    expect(quiz.locator("button:has-text('See the score')")).to_be_focused()
    page.keyboard.press("Enter")
    expect(quiz).to_contain_text("You got 1 of 2 right.")
    violations += serious(page)
    assert not violations
    with page.expect_download() as file:
        page.click("#vqa-save_quiz_json")
    questions = json.loads(Path(file.value.path()).read_text(encoding="utf-8"))["questions"]
    assert [question["answer"] for question in questions] == ["cat", "one"]
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]
    ask(page, "What is it?", awaiting="question 1.")  # the quiz left no turns in the chat


def test_making_a_quiz_is_cancelled(tab: Tab, cats: str, hold: Path, videos: Videos) -> None:
    page = tab(url=cats, locale="zh-CN", person=1)
    upload(page, videos["h264.mp4"])
    hold.touch()
    make_quiz(page)
    expect(page.locator("#vqa-make_quiz")).to_be_disabled()
    page.click("#vqa-cancel_quiz")
    hold.unlink()
    expect(page.locator("#vqa-make_quiz")).to_be_enabled()
    expect(page.locator("#vqa-quiz_status")).to_contain_text("已按你的要求停止")
    expect(page.locator("#vqa-quiz")).to_contain_text("你会得到关于此视频的问题")


def test_a_model_that_knows_nothing_makes_no_quiz(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    make_quiz(page)
    expect(page.locator("#vqa-quiz_status")).to_contain_text("I know no question")
