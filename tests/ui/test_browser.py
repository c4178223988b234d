"""The page as people use it, in headless Chromium."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import DESKTOP, PHONE, Tab, another, ask, upload
from tests.ui.scripted_model import LONG
from vqa.video.reader import probe

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]


def seconds(page: Page) -> float:
    return float(page.evaluate("document.querySelector('#vqa-player video').currentTime"))


def at(page: Page, time_s: float) -> None:
    page.wait_for_function(
        "([t]) => Math.abs(document.querySelector('#vqa-player video').currentTime - t) < 0.05",
        arg=[time_s],
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (1600, 1000)])
def test_upload_ask_and_click_a_time(tab: Tab, videos: Videos, size: tuple[int, int]) -> None:
    page = tab(size)
    upload(page, videos["h264.mp4"])
    assert page.locator("#vqa-frames a.vqa-frame").count() == 6
    expect(page.locator("#vqa-status")).to_contain_text("I looked at 6 of 48 frames")
    ask(page, "What colour is it?", awaiting="Based on this frame")
    expect(page.locator("#vqa-chat")).to_contain_text("It is red at 0:01, question 1.")
    expect(page.locator("#vqa-chat .vqa-badge")).to_have_attribute("title", "Confidence 90%")
    assert page.locator("#vqa-chat a.vqa-frame img").count() == 1
    page.click("#vqa-chat a:has-text('0:01')")
    at(page, 1.0)
    last = page.locator("#vqa-frames a.vqa-frame").last
    last.click()
    at(page, float((last.get_attribute("href") or "").split("=")[1]))
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, "the page scrolls sideways"


def test_streaming_grows_and_stops(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    ask(page, LONG, awaiting="word3")
    page.click("#vqa-stop")
    expect(page.locator("#vqa-chat")).to_contain_text("stopped")
    assert "word599" not in page.inner_text("#vqa-chat")
    ask(page, "And now?", awaiting="question 2.")


def test_again_edit_clear_and_save(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    ask(page, "First?", awaiting="question 1.")
    ask(page, "Second?", awaiting="question 2.")
    page.click("#vqa-retry")
    expect(page.locator("#vqa-send")).to_be_visible()
    expect(page.locator("#vqa-chat")).to_contain_text("question 2.")
    with page.expect_download() as kept:
        page.click("#vqa-export")
    text = Path(kept.value.path()).read_text(encoding="utf-8")
    assert "Second?" in text
    assert "data:image/jpeg;base64," in text
    page.click("#vqa-clear")
    expect(page.locator("#vqa-chat")).not_to_contain_text("question 1.")
    ask(page, "Anew?", awaiting="question 1.")


def test_a_wrong_file_is_told_and_the_page_lives_on(
    tab: Tab, videos: Videos, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("this is no video")
    page = tab()
    page.set_input_files("#vqa-player input[type=file]", broken)
    expect(page.locator("#vqa-status [role=alert]")).to_be_visible()
    page.fill("#vqa-question textarea", "What is in it?")
    page.press("#vqa-question textarea", "Enter")
    expect(page.locator("#vqa-question_alert")).to_contain_text("Please choose a video first.")
    upload(page, videos["h264.mp4"])  # the player is empty
    ask(page, "And this one?", awaiting="question 1.")


def test_examples_teach(tab: Tab, videos: Videos) -> None:
    page = tab()
    page.click("text=When do you see a cup?")
    expect(page.locator("#vqa-chat")).to_contain_text("I don't find a cup in this video.")
    assert "cup" in (page.locator("#vqa-player video").get_attribute("src") or "")
    expect(page.locator("#vqa-frames a.vqa-frame")).to_have_count(6)
    another(page, videos["h264.mp4"])
    expect(page.locator("#vqa-chat")).to_contain_text("How long is the video?")
    expect(page.locator("#vqa-chat")).not_to_contain_text("I don't find a cup")


def test_moments_and_chapters(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    page.click("#vqa-tab-moments-button")
    page.fill("#vqa-query input, #vqa-query textarea", "something red")
    page.click("#vqa-find")
    page.wait_for_selector("#vqa-moments a.vqa-moment")
    page.click("#vqa-moments .vqa-save")
    expect(page.locator("#vqa-save_moment")).to_contain_text("0:00 – 0:01")
    with page.expect_download() as film:
        page.click("#vqa-save_moment")
    assert film.value.suggested_filename.endswith(".mp4")
    assert probe(film.value.path()).duration_s == pytest.approx(1.0, abs=0.1)
    page.click("#vqa-tab-summary-button")
    page.click("#vqa-summarize")
    page.wait_for_selector("#vqa-summary a[href*='#t=']")
    page.click("#vqa-summary .vqa-save")
    expect(page.locator("#vqa-save_chapter")).to_contain_text("Download 0:00")
    with page.expect_download() as kept:
        page.click("#vqa-save_chapters")
    assert Path(kept.value.path()).read_text(encoding="utf-8").startswith("0:00 ")


def test_several_videos_look_closer_and_ask_about_a_moment(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    ask(page, "About the first?", awaiting="question 1.")
    page.click("#vqa-player button[aria-label=Clear]")
    upload(page, videos["uneven.mp4"])
    expect(page.locator("#vqa-chat")).not_to_contain_text("About the first?")
    expect(page.locator("#vqa-videos")).to_be_visible()
    page.click("#vqa-look")
    expect(page.locator("#vqa-status")).to_contain_text("I only looked at")
    page.click("#vqa-whole")
    expect(page.locator("#vqa-status")).not_to_contain_text("I only looked at")
    page.click("#vqa-videos input")
    page.click("[role=option]:has-text('h264.mp4')")
    expect(page.locator("#vqa-chat")).to_contain_text("About the first?")
    page.fill("#vqa-question textarea", "And here?")
    page.click("#vqa-look")
    expect(page.locator("#vqa-chat")).to_contain_text("And here?")
    expect(page.locator("#vqa-chat")).to_contain_text("question 2.")
    assert page.input_value("#vqa-question textarea") == ""


def test_another_model_hides_what_it_cannot(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    ask(page, "First?", awaiting="question 1.")
    page.click("#vqa-settings > button")
    page.click("#vqa-model input")
    page.click("[role=option]:has-text('echo')")
    expect(page.locator("#vqa-tab-moments-button")).to_be_hidden()
    expect(page.locator("#vqa-chat")).to_contain_text("First?")
    ask(page, "Second?", awaiting="heard 1 earlier questions")


def test_chinese_by_the_browser_and_by_the_switch(tab: Tab) -> None:
    page = tab(locale="zh-CN")
    expect(page.locator("#vqa-send")).to_have_text("提问")
    expect(page.locator("#vqa-title")).to_contain_text("问视频")
    page = tab()
    expect(page.locator("#vqa-send")).to_have_text("Ask")
    page.click("#vqa-language input")
    page.click("[role=option]:has-text('中文')")
    expect(page.locator("#vqa-send")).to_have_text("提问")


def test_slash_goes_to_the_question(tab: Tab) -> None:
    page = tab()
    page.keyboard.press("/")
    focused = page.evaluate("document.activeElement.closest('#vqa-question') !== null")
    assert focused
    page.keyboard.type("a")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("b")
    assert page.input_value("#vqa-question textarea") == "a\nb"


def test_reload_in_the_middle_of_an_answer_and_back(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    ask(page, LONG, awaiting="word3")
    page.reload()
    page.wait_for_selector("#vqa-question textarea")
    page.goto("about:blank")
    page.go_back()
    page.wait_for_selector("#vqa-question textarea")
    expect(page.locator("#vqa-chat")).to_contain_text("word3")
    expect(page.locator("#vqa-player video")).to_be_visible()
    expect(page.locator("#vqa-frames a.vqa-frame")).to_have_count(6)
    ask(page, "Still there?", awaiting="question 2.")


def test_two_people_see_nothing_of_each_other(tab: Tab, videos: Videos) -> None:
    anna, ben = tab(person=1), tab(person=2)
    upload(anna, videos["h264.mp4"])
    upload(ben, videos["uneven.mp4"])
    ask(anna, LONG, awaiting="word3")
    ask(ben, "Ben's secret?", awaiting="question 1.")
    assert "Ben's secret" not in anna.inner_text("body")
    assert "word3" not in ben.inner_text("body")
    anna.click("#vqa-stop")


def test_nothing_is_fetched_from_elsewhere(tab: Tab, videos: Videos, served: str) -> None:
    page = tab()
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.reload()
    page.wait_for_selector("#vqa-question textarea")
    upload(page, videos["h264.mp4"])
    ask(page, "Offline?", awaiting="question 1.")
    here = (served, "data:", "blob:")
    assert urls
    assert [url for url in urls if not url.startswith(here)] == []
