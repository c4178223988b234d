"""Films made of the library and notes of a video, in headless Chromium."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import DESKTOP, PHONE, Tab, another, serving, upload
from tests.ui.scripted_model import ScriptedModel
from tests.ui.test_accessibility import serious
from tests.ui.test_library_events import open_panel, search
from vqa.tasks.indexing import index_folder, open_library
from vqa.video.reader import probe

pytestmark = pytest.mark.browser
Videos = Mapping[str, Path]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, cuts: Path) -> Iterator[str]:
    """The address of a page with a library of one film: red, green, blue."""
    home = tmp_path_factory.mktemp("films")
    library = open_library(ScriptedModel(), home / "library")
    assert [step.error for step in index_folder(library, ScriptedModel(), cuts.parent)] == [""]
    library.close()
    with serving(home, {}) as url:
        yield url


def download(page: Page, selector: str) -> Path:
    with page.expect_download() as file:
        page.click(selector)
    return Path(file.value.path())


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_story_and_search_results_become_films(
    tab: Tab, indexed: str, size: tuple[int, int]
) -> None:
    page = tab(size, url=indexed)
    open_panel(page)
    status, shots = page.locator("#vqa-save_film_status"), page.locator("#vqa-film_shots li")
    expect(page.locator("#vqa-make_reel")).to_be_hidden()
    page.click("#vqa-make_film")
    expect(status).to_contain_text("The story has no sentence.")
    page.fill("#vqa-story textarea", "Something red begins. A train leaves.")
    page.click("#vqa-make_film")
    expect(shots).to_have_count(2)
    expect(shots.nth(0)).to_contain_text("cuts.mp4")
    expect(shots.nth(1)).to_contain_text("title card")
    film = probe(download(page, "#vqa-save_film"))
    assert film.duration_s == pytest.approx(4.0, abs=0.3)
    violations = serious(page)
    search(page, "red")
    page.click("#vqa-make_reel")
    expect(shots).to_have_count(1)
    reel = probe(download(page, "#vqa-save_film"))
    assert reel.duration_s == pytest.approx(3.0, abs=1.6)
    search(page, "blue")
    expect(page.locator("#vqa-make_reel")).to_be_hidden()
    assert not violations
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page whose library has no films."""
    with serving(tmp_path_factory.mktemp("empty"), {}) as url:
        yield url


def test_a_page_without_videos_in_its_library_says_so(tab: Tab, empty: str) -> None:
    page = tab(url=empty)
    open_panel(page)
    page.fill("#vqa-story textarea", "Something red.")
    page.click("#vqa-make_film")
    expect(page.locator("#vqa-save_film_status")).to_contain_text(
        "There is no video in the library"
    )
    expect(page.locator("#vqa-save_film")).to_be_hidden()


def test_notes_of_a_video_are_saved_and_gone_with_it(tab: Tab, cuts: Path, videos: Videos) -> None:
    page = tab()
    upload(page, cuts)
    page.click("#vqa-tab-summary-button")
    page.click("#vqa-make_notes")
    status = page.locator("#vqa-notes_status")
    expect(status).to_contain_text("The notes have the slides: 3.")
    text = download(page, "#vqa-save_notes_html").read_text(encoding="utf-8")
    assert text.count("data:image/jpeg;base64,") == 3
    assert download(page, "#vqa-save_notes_pdf").read_bytes().startswith(b"%PDF")
    another(page, videos["h264.mp4"])
    expect(page.locator("#vqa-save_notes_html")).to_be_hidden()
    expect(status).to_have_text("")
