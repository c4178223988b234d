"""Captions, the library, the choice of a model and the notice of a shared page, in headless Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Tab, another, ask, serving, upload
from tests.ui.scripted_model import ScriptedModel
from vqa.models.registry import is_on_disk, list_specs
from vqa.tasks.indexing import index_folder, open_library

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]

ADDRESS = "http://192.168.1.5:7860"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, videos: Videos) -> Iterator[str]:
    """The address of a page with a library of one video, and with a notice."""
    home, films = tmp_path_factory.mktemp("indexed"), tmp_path_factory.mktemp("films")
    shutil.copy(videos["h264.mp4"], films / "a walk.mp4")
    model = ScriptedModel()
    library = open_library(model, home / "library")
    assert [step.error for step in index_folder(library, model, films)] == [""]
    library.close()
    with serving(home, {"library": True, "address": ADDRESS}) as url:
        yield url


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


def test_the_library_opens_a_video_where_the_words_fit(tab: Tab, indexed: str) -> None:
    page = tab(url=indexed)
    expect(page.locator(".vqa-notice")).to_contain_text(ADDRESS)
    expect(page.locator(".vqa-notice svg")).to_be_visible()
    page.click("#vqa-tab-moments-button")
    page.fill("#vqa-library_query input, #vqa-library_query textarea", "blue")
    page.press("#vqa-library_query input, #vqa-library_query textarea", "Enter")
    expect(page.locator("#vqa-library_status")).to_contain_text("matches “blue”")
    page.fill("#vqa-library_query input, #vqa-library_query textarea", "something red")
    page.click("#vqa-library_find")
    page.click("#vqa-library_hits button:has(img)")
    expect(page.locator("#vqa-status")).to_contain_text("I looked at 6 of 48 frames")
    assert "walk.mp4" in (page.locator("#vqa-player video").get_attribute("src") or "")


def test_without_a_library_there_is_no_panel_for_it(tab: Tab) -> None:
    page = tab()
    page.click("#vqa-tab-moments-button")
    expect(page.locator("#vqa-query")).to_be_visible()
    assert page.locator("#vqa-library").count() == 0


def test_a_download_tells_how_far_it_is_and_what_helps_when_it_breaks(
    tab: Tab, videos: Videos
) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    page.click("text=Settings: model and frames")
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
