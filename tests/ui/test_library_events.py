"""The library panel, in headless Chromium: search, open, save, add, cancel and remove films."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Tab, serving
from tests.ui.scripted_model import ScriptedModel
from vqa.tasks.indexing import index_folder, open_library
from vqa.video.reader import probe

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]

ADDRESS = "http://192.168.1.5:7860"
QUERY = "#vqa-library_query input, #vqa-library_query textarea"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, videos: Videos) -> Iterator[str]:
    """The address of a page of one's own with a library of one film, and with a notice."""
    home, films = tmp_path_factory.mktemp("indexed"), tmp_path_factory.mktemp("films")
    _index(videos["h264.mp4"], films / "a walk.mp4", home)
    with serving(home, {"address": ADDRESS}) as url:
        yield url


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, videos: Videos) -> Iterator[str]:
    """The address of a shared page, whose host has a library of his own that he does not share."""
    home, films = tmp_path_factory.mktemp("shared"), tmp_path_factory.mktemp("host")
    _index(videos["h264.mp4"], films / "secret.mp4", home)
    with serving(home, {"library": "visitor", "limits": {"video_s": 60}}) as url:
        yield url


def _index(source: Path, film: Path, home: Path) -> None:
    shutil.copy(source, film)
    model = ScriptedModel()
    library = open_library(model, home / "library")
    assert [step.error for step in index_folder(library, model, film.parent)] == [""]
    library.close()


def open_panel(page: Page) -> None:
    page.click("#vqa-library > button")
    expect(page.locator(QUERY)).to_be_visible()


def search(page: Page, query: str) -> None:
    page.fill(QUERY, query)
    page.click("#vqa-library_find")


def add(page: Page, *paths: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("#vqa-add_videos")
    chooser.value.set_files(list(paths))


def test_a_film_is_opened_where_the_words_fit_and_the_moment_is_saved(
    tab: Tab, indexed: str
) -> None:
    page = tab(url=indexed)
    expect(page.locator(".vqa-notice svg")).to_be_visible()
    open_panel(page)
    expect(page.locator("#vqa-library_videos")).to_contain_text("a walk.mp4")
    search(page, "blue")
    expect(page.locator("#vqa-library_status")).to_contain_text("matches “blue”")
    search(page, "something red")
    match = page.locator("#vqa-matches li").nth(0)
    start_s = float(match.locator(".vqa-save").get_attribute("data-start") or "")
    match.locator("[data-action=save]").click()
    with page.expect_download() as download:
        page.click("#vqa-save_match")
    assert (probe(Path(download.value.path())).duration_s or 0) > 0.4
    match.locator("[data-action=open]").click()
    expect(page.locator("#vqa-status")).to_contain_text("I looked at 6 of 48 frames")
    assert "walk.mp4" in (page.locator("#vqa-player video").get_attribute("src") or "")
    page.wait_for_function(
        "([s]) => Math.abs(document.querySelector('#vqa-player video').currentTime - s) < 0.3",
        arg=[start_s],
    )


def test_films_are_added_searched_and_removed(
    tab: Tab, indexed: str, videos: Videos, tmp_path: Path
) -> None:
    page = tab(url=indexed)
    open_panel(page)
    folder = tmp_path / "holiday"
    folder.mkdir()
    shutil.copy(videos["uneven.mp4"], folder / "beach.mp4")
    (folder / "broken.mp4").write_text("no film", encoding="utf-8")
    page.fill("#vqa-add_folder input, #vqa-add_folder textarea", str(folder))
    page.click("#vqa-add_folder_go")
    status = page.locator("#vqa-library_status")
    expect(status).to_contain_text("Videos added to the library: 1.")
    expect(status).to_contain_text("broken.mp4: ")
    expect(page.locator("#vqa-library_videos")).to_contain_text("beach.mp4")
    expect(page.locator("#vqa-cancel_indexing")).to_be_hidden()
    add(page, videos["h264.mkv"])
    expect(page.locator("#vqa-library_videos")).to_contain_text("h264.mkv")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#vqa-library_videos li:has-text('beach.mp4') [data-action=remove]")
    expect(page.locator("#vqa-library_videos")).not_to_contain_text("beach.mp4")
    expect(page.locator("#vqa-library_videos")).to_contain_text("h264.mkv")
    assert (folder / "beach.mp4").is_file()


def test_a_visitor_of_a_shared_page_searches_in_his_own_films_alone(
    tab: Tab, shared: str, videos: Videos
) -> None:
    anna, bert = tab(url=shared), tab(url=shared, person=1)
    open_panel(anna)
    expect(anna.locator("#vqa-library_videos")).to_contain_text("Nobody else sees them")
    expect(anna.locator("#vqa-add_folder")).to_have_count(0)
    add(anna, videos["h264.mkv"])
    expect(anna.locator("#vqa-library_videos")).to_contain_text("h264.mkv")
    search(anna, "red")
    expect(anna.locator("#vqa-matches li")).to_have_count(1)
    expect(anna.locator("#vqa-matches")).not_to_contain_text("secret")
    anna.click("#vqa-matches [data-action=open]")
    expect(anna.locator("#vqa-status")).to_contain_text("I looked at 6 frames")
    open_panel(bert)
    expect(bert.locator("#vqa-library_videos")).to_contain_text("Nobody else sees them")
    search(bert, "red")
    expect(bert.locator("#vqa-library_status")).to_contain_text("Nothing in the library matches")
