"""Captions and the choice of a model, in headless Chromium."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import DESKTOP, PHONE, Tab, another, ask, serving, upload
from tests.ui.test_accessibility import serious
from vqa.models.registry import is_on_disk, list_specs

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]


def cues(page: Page) -> list[str]:
    """The subtitles in the player."""
    lines: list[str] = page.evaluate(
        """[...document.querySelector('#vqa-player video').textTracks].flatMap(
            (track) => [...(track.cues || [])].map((cue) => cue.text))"""
    )
    return lines


def test_captions_are_edited_saved_and_shown_and_stay_with_their_video(
    tab: Tab, videos: Videos
) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    page.click("#vqa-tab-captions-button")
    page.click("#vqa-caption")
    expect(page.locator("#vqa-table")).to_contain_text("frame ")
    gap_px = page.evaluate(
        """document.querySelector('#vqa-table .table-wrap').getBoundingClientRect().right -
            document.querySelector('#vqa-table th:last-child').getBoundingClientRect().right"""
    )
    assert abs(gap_px) < 20  # the captions take the width that the times leave
    page.locator("#vqa-table [role=gridcell]:has-text('frame ')").first.dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("my own words")
    page.keyboard.press("Enter")
    page.wait_for_function(
        """[...(document.querySelector('#vqa-player video').textTracks[0]?.cues || [])].some(
            (cue) => cue.text === 'my own words')"""
    )
    page.evaluate("document.querySelector('#vqa-player video').play()")
    page.wait_for_function(
        "document.querySelector('#vqa-player video').textTracks[0].activeCues.length > 0"
    )
    with page.expect_download() as kept:
        page.click("#vqa-save_srt")
    assert "my own words" in Path(kept.value.path()).read_text(encoding="utf-8")
    another(page, videos["uneven.mp4"])
    expect(page.locator("#vqa-videos")).to_be_visible()
    expect(page.locator("#vqa-table")).to_be_hidden()
    page.wait_for_function(
        """[...document.querySelector('#vqa-player video').textTracks].every(
            (track) => !(track.cues || []).length)"""
    )
    page.click("#vqa-videos input")
    page.click("[role=option]:has-text('h264.mp4')")
    expect(page.locator("#vqa-table")).to_contain_text("my own words")


@pytest.fixture(scope="module")
def hold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A path; while a file is there, the model of `slow` captions nothing."""
    return tmp_path_factory.mktemp("hold") / "hold"


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory, hold: Path) -> Iterator[str]:
    """The address of a page whose model waits before it captions."""
    chosen = {"hold": str(hold), "strategy": "shots"}
    with serving(tmp_path_factory.mktemp("slow"), chosen) as url:
        yield url


@pytest.mark.parametrize(
    ("locale", "label", "cancelled"),
    [
        ("en-GB", "Captioning the shots: 0%", "I stopped, as you asked."),
        ("zh-CN", "正在为各镜头生成字幕：0%", "已按你的要求停止。"),
    ],
)
def test_captioning_shows_its_progress_and_is_cancelled(
    tab: Tab, slow: str, hold: Path, cuts: Path, locale: str, label: str, cancelled: str
) -> None:
    hold.touch()
    page = tab(PHONE if locale == "zh-CN" else DESKTOP, url=slow, locale=locale)
    button, cancel = page.locator("#vqa-caption"), page.locator("#vqa-cancel_captions")
    status, table = page.locator("#vqa-caption_status"), page.locator("#vqa-table")
    upload(page, cuts)
    page.click("#vqa-tab-captions-button")
    expect(cancel).to_be_hidden()
    button.click()
    expect(status).to_contain_text(label)
    expect(button).to_be_disabled()
    assert not serious(page)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    cancel.click()
    expect(cancel).to_be_disabled()
    hold.unlink()
    expect(status).to_contain_text(cancelled)
    expect(button).to_be_enabled()
    expect(cancel).to_be_hidden()
    expect(table).to_be_hidden()
    button.click()
    expect(table).to_contain_text("frame ")
    expect(button).to_be_enabled()
    expect(cancel).to_be_hidden()
    hold.touch()
    button.click()
    cancel.click()
    hold.unlink()
    expect(status).to_contain_text(cancelled)
    expect(table).to_contain_text("frame ")  # the earlier captions stay


def test_the_page_has_no_links_of_gradio(tab: Tab) -> None:
    page = tab()
    page.wait_for_timeout(300)
    assert page.locator("footer").all_inner_texts() in ([], [""])
    assert page.get_by_text("Built with Gradio").count() == 0


def test_a_download_tells_how_far_it_is_and_what_helps_when_it_breaks(
    tab: Tab, videos: Videos
) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    page.click("#vqa-settings > button")
    page.click("#vqa-model input")
    page.click("[role=option]:has-text('far')")
    page.wait_for_function(
        "document.querySelector('#vqa-status progress')?.value > 0.3", polling=50
    )
    expect(page.locator("#vqa-status")).to_contain_text(
        "The hub went away. Connect to the network."
    )
    if any(row.parameters_m and is_on_disk(row) for row in list_specs()):
        expect(page.locator("#vqa-remedy_1")).to_contain_text("Use the model ")
        page.click("#vqa-remedy_1")
        expect(page.locator("#vqa-status")).to_contain_text("I looked at 6 of 48 frames")
    else:
        page.click("#vqa-model input")
        page.click("[role=option]:has-text('scripted')")
    ask(page, "Still there?", awaiting="question 1.")
