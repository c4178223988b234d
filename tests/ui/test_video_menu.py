"""The menu of the videos of a tab, and readings that replace each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.ui.conftest import Tab, another, ask, upload
from tests.ui.scripted_model import ScriptedModel
from vqa.ui import chat_handlers, handlers
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.ui.updates import PageUpdate
from vqa.ui.video_preview import file_after_change

Videos = Mapping[str, Path]


@pytest.mark.parametrize("next_video", ["h264.mp4", "mpeg4.avi"])
def test_a_reading_that_another_one_replaces_leaves_the_page_to_it(
    videos: Videos, next_video: str
) -> None:
    model = ScriptedModel()
    pool = ModelPool(loader=lambda name, device, progress: model)
    state = SessionState(model="scripted")

    def watch(name: str) -> Iterator[PageUpdate]:
        return handlers.watch(pool, state, str(videos[name]), ReadingOptions(), PRIVATE_LIMITS)

    list(watch("uneven.mp4"))
    list(chat_handlers.ask(state, "What colour is it?"))
    replaced = watch("h264.mp4")
    next(replaced)
    cancelled = state.cancel_reading
    with ThreadPoolExecutor() as threads:
        replacing = threads.submit(lambda: list(watch(next_video)))
        assert cancelled.wait(10)
        *_, last = replaced
        assert (last.player, last.chat, last.videos) == (None, None, None)
        last = replacing.result(30)[-1]
    assert last.videos is not None
    assert last.videos[1] == str(state.path) == str(videos[next_video].resolve())


def test_going_back_to_the_current_video_while_another_is_decoded(videos: Videos) -> None:
    state = SessionState(model="scripted")
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    first, second = str(videos["uneven.mp4"]), str(videos["h264.mp4"])
    list(handlers.watch(pool, state, first, ReadingOptions(), PRIVATE_LIMITS))
    assert file_after_change(state, first) == Path(first)
    reading = handlers.watch(pool, state, second, ReadingOptions(), PRIVATE_LIMITS)
    next(reading)
    assert file_after_change(state, first) is None  # to be opened, which ends the other reading
    state.cancel_reading.set()
    *_, last = reading
    assert last.player == state.playable_file
    # The player that this view fills is no choice of the person.
    assert file_after_change(state, str(last.player)) == last.player


@pytest.mark.browser
def test_an_empty_player_offers_the_earlier_videos(tab: Tab, videos: Videos) -> None:
    page = tab()
    upload(page, videos["h264.mp4"])
    page.click("#vqa-player button[aria-label=Clear]")
    expect(page.locator("#vqa-videos")).to_contain_text("Go back to one of your videos")
    choose(page, "h264.mp4")
    expect(page.locator("#vqa-player video")).to_be_visible()


def choose(page: Page, name: str) -> None:
    page.click("#vqa-videos input")
    page.click(f"[role=option]:has-text('{name}')")


def file_in_player(page: Page) -> str:
    source: str = page.evaluate("document.querySelector('#vqa-player video').currentSrc")
    return source.rsplit("/", 1)[-1]


@pytest.fixture
def two(tab: Tab, videos: Videos) -> Page:
    """A page with a conversation about the first of two videos, and the second in the player."""
    page = tab()
    upload(page, videos["h264.mp4"])
    ask(page, "About the first?", awaiting="question 1.")
    another(page, videos["uneven.mp4"])
    expect(page.locator("#vqa-chat")).not_to_contain_text("About the first?")
    expect(page.locator("#vqa-videos")).to_be_visible()
    expect(page.locator("#vqa-cancel")).to_be_hidden()
    return page


def requests_of(page: Page) -> list[str]:
    """The bodies of the events that the page sends from now on."""
    bodies: list[str] = []

    def note(request: Request) -> None:
        if "queue/join" in request.url:
            bodies.append(request.post_data or "")

    page.on("request", note)
    return bodies


@pytest.mark.browser
def test_a_choice_by_pointer_or_keyboard_opens_the_video_once(two: Page) -> None:
    choose(two, "h264.mp4")
    expect(two.locator("#vqa-chat")).to_contain_text("About the first?")
    two.fill("#vqa-question textarea", "And here?")
    two.wait_for_timeout(1500)
    expect(two.locator("#vqa-chat")).to_contain_text("About the first?")
    assert file_in_player(two) == "h264.mp4"
    two.focus("#vqa-videos input")
    two.keyboard.press("ArrowDown")
    two.keyboard.press("Enter")
    two.wait_for_function("document.querySelector('#vqa-videos input').value === 'uneven.mp4'")
    expect(two.locator("#vqa-chat")).not_to_contain_text("About the first?")
    assert file_in_player(two) == "uneven.mp4"


@pytest.mark.browser
def test_a_menu_closed_without_a_choice_opens_nothing(two: Page) -> None:
    bodies = requests_of(two)
    two.click("#vqa-videos input")
    two.wait_for_selector("#vqa-videos [role=option]")
    two.focus("#vqa-question textarea")
    two.wait_for_timeout(1500)
    # The event itself is sent; the change of the player, which would follow, has the file's data.
    assert not [body for body in bodies if '"orig_name"' in body]
    assert file_in_player(two) == "uneven.mp4"
