"""Saving a clip: progress, Cancel, and what another video does to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.ui.conftest import DESKTOP, PHONE, Tab, ask, upload
from tests.ui.scripted_model import ScriptedModel
from tests.ui.test_panel_tasks import Tab as PageTab
from tests.ui.test_panel_tasks import tab_with, watch
from tests.videos import write_clip
from vqa.models.protocol import VideoContext
from vqa.timecode import format_time
from vqa.types import Clip, SamplingPlan, Shot, VideoInfo
from vqa.ui.clip_saving import save_clip
from vqa.ui.frames import link_times
from vqa.ui.i18n import Language
from vqa.ui.panels import moment_at
from vqa.ui.visitors.waiting_line import Services, WaitingLine
from vqa.video.reader import probe

Videos = Mapping[str, Path]
LANGUAGES = [
    ("en", "Cutting the video: ", "about 5 s left", "I stopped, as you asked."),
    ("zh", "正在剪辑视频：", "约剩 5 秒", "已按你的要求停止。"),
]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of 90 seconds whose pictures are so noisy that encoding them takes seconds."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    noise = np.random.default_rng(0).integers(0, 256, (192, 256, 3), np.uint8)
    pictures = [np.roll(noise, 32 * number, axis=1) for number in range(8)]
    return write_clip(path, [], pictures=[pictures[number % 8] for number in range(900)])


def statuses(updates: Iterator[list[Any]]) -> list[str]:
    return [status for status, *_ in updates if isinstance(status, str)]


def folder_files(tab: PageTab) -> list[str]:
    return [file.name for file in tab[1].folder.glob("film*")]


@pytest.mark.parametrize(("language", "label", "time_left", "cancelled"), LANGUAGES)
@pytest.mark.parametrize("length_s", [5.0, 80.0], ids=["encoded", "copied"])
def test_a_clip_is_cut_with_progress(
    film: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: Language,
    label: str,
    time_left: str,
    cancelled: str,
    length_s: float,
) -> None:
    del cancelled
    monkeypatch.setenv("VQA_SANDBOX", "off")  # a worker reports at most 20 times a second
    monkeypatch.setattr("vqa.ui.progress._MIN_ELAPSED_S", 0.0)
    app, state = tab_with(ScriptedModel(), film, language)
    *updates, last = save_clip(app, state, "save_moment", 1.0, 1.0 + length_s)
    lines = statuses(iter(updates))
    assert any(label in line and time_left in line for line in lines), lines
    assert all(cancel["visible"] is True for *_, cancel in updates)
    status, button, cancel = last
    assert (status, button["visible"], cancel["visible"]) == ("", True, "hidden")
    assert probe(Path(button["value"])).duration_s == pytest.approx(length_s, abs=1.1)


@pytest.mark.parametrize(("language", "label", "time_left", "cancelled"), LANGUAGES)
@pytest.mark.parametrize("is_of_library", [False, True], ids=["moment", "library"])
def test_cutting_is_cancelled_and_leaves_no_file(
    film: Path,
    videos: Videos,
    language: Language,
    label: str,
    time_left: str,
    cancelled: str,
    is_of_library: bool,
) -> None:
    del time_left
    tab = app, state = tab_with(
        ScriptedModel(), videos["h264.mp4"] if is_of_library else film, language
    )
    video, tasks = (film, state.library.tasks) if is_of_library else (None, state.panel_tasks)
    updates = save_clip(app, state, "save_match", 0.0, 60.0, video=video)
    assert label in next(updates)[0]
    next(updates)
    tasks.cancel("cut save_match")
    *_, (status, _, _), last = updates
    assert cancelled in status
    assert last[1:] == [gr.skip(), gr.update(visible="hidden")]
    assert folder_files(tab) == []
    assert state.services.reading.num_running == 0


def test_another_video_ends_the_cutting_of_a_moment_and_not_that_of_the_library(
    film: Path, videos: Videos
) -> None:
    app, state = tab_with(ScriptedModel(), film)
    moment = save_clip(app, state, "save_moment", 0.0, 60.0)
    match = save_clip(app, state, "save_match", 0.0, 3.0, video=film)
    for updates in (moment, match):
        next(updates)
    watch(app, state, videos["h264.mp4"])
    assert statuses(moment) == []
    *_, (_, button, _) = match
    assert Path(button["value"]).is_file()


def test_a_cut_that_waits_for_its_turn_is_cancelled(film: Path) -> None:
    app, state = tab_with(ScriptedModel(), film)
    state.services = Services(reading=WaitingLine(1))
    with state.services.reading.ticket("another"):
        updates = save_clip(app, state, "save_moment", 0.0, 1.0)
        next(updates)
        assert "Waiting for other requests" in next(updates)[0]
        threading.Timer(0.1, state.panel_tasks.cancel, ["cut save_moment"]).start()
        assert "I stopped" in statuses(updates)[-1]


@pytest.mark.browser
def test_cutting_has_a_cancel_button(tab: Tab, film: Path) -> None:
    page = tab()
    upload(page, film)
    page.click("#vqa-tab-summary-button")
    page.click("#vqa-summarize")
    save = page.locator("#vqa-summary .vqa-save").first
    status, cancel = (
        page.locator("#vqa-save_chapter_status"),
        page.locator("#vqa-cancel_save_chapter"),
    )
    expect(save).to_be_visible()
    expect(cancel).to_be_hidden()
    save.evaluate("(button) => { button.dataset.start = 0; button.dataset.end = 60; }")
    save.click()
    expect(status).to_contain_text("Cutting the video: ")
    cancel.click()
    expect(status).to_contain_text("I stopped, as you asked.")
    expect(cancel).to_be_hidden()
    expect(page.locator("#vqa-save_chapter")).to_be_hidden()
    save.evaluate("(button) => { button.dataset.end = 1; }")
    save.click()
    expect(page.locator("#vqa-save_chapter")).to_contain_text("0:00 – 0:01")
    expect(cancel).to_be_hidden()
    expect(status).to_have_text("")


@pytest.mark.parametrize(
    ("time_s", "shots", "expected"),
    [
        (2.0, (3.0, 9.0), (0.0, 3.0)),
        (3.0, (3.0, 9.0), (3.0, 9.0)),
        (9.0, (3.0, 9.0), (3.0, 9.0)),
        (30.0, (60.0,), (25.0, 40.0)),
        (2.0, (60.0,), (0.0, 12.0)),
        (58.0, (60.0,), (53.0, 60.0)),
        (30.0, (), (25.0, 40.0)),
    ],
)
def test_the_moment_of_a_time_is_its_shot(
    time_s: float, shots: tuple[float, ...], expected: tuple[float, float]
) -> None:
    edges = (0.0, *shots)
    info = VideoInfo(
        path=Path("film.mp4"), size_bytes=1, width=8, height=8, duration_s=edges[-1] or 60.0,
        num_frames=None, fps=None, codec="h264", decoder="pyav",
    )  # fmt: skip
    clip = Clip(
        info=info,
        plan=SamplingPlan(num_frames=1),
        frames=np.zeros((1, 8, 8, 3), np.uint8),
        times_s=(0.0,),
        indices=(0,),
        shots=tuple(Shot(start_s=a, end_s=b) for a, b in pairwise(edges)),
    )
    context = VideoContext(clip=clip, model="echo", state=None)
    assert moment_at(context, time_s) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("It runs from 0:03 to 0:07.", "It runs from [0:03](#t=3,7) to [0:07](#t=7)."),
        ("0:03 – 1:00:07, a cat", "[0:03](#t=3,3607) – [1:00:07](#t=3607), a cat"),
        ("At 0:03, 0:07 and 0:09.", "At [0:03](#t=3), [0:07](#t=7) and [0:09](#t=9)."),
        ("From 0:03 to 0:07: a cat", "From [0:03](#t=3,7) to [0:07](#t=7): a cat"),
        ("a ratio of 3:20:5", "a ratio of 3:20:5"),
        ("It was 0:07 to 0:03.", "It was [0:07](#t=7) to [0:03](#t=3)."),
    ],
)
def test_a_range_in_an_answer_is_that_of_its_link(text: str, linked: str) -> None:
    assert link_times(text) == linked


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_moment_of_every_time_link_is_saved(
    tab: Tab, cuts: Path, size: tuple[int, int]
) -> None:
    page = tab(size)
    upload(page, cuts)
    page.click("#vqa-tab-summary-button")
    page.click("#vqa-summarize")
    chapter = page.locator("#vqa-summary a[href*=',']").last
    chapter.click()
    start_s, end_s = map(float, (chapter.get_attribute("href") or "")[3:].split(","))
    save, file = page.locator("#vqa-moment button"), page.locator("#vqa-save_displayed")
    save.click()
    expect(file).to_contain_text(f"{format_time(start_s)} – {format_time(end_s)}")
    with page.expect_download() as download:
        file.click()
    assert probe(Path(download.value.path())).duration_s == pytest.approx(end_s - start_s, abs=0.1)
    page.click("#vqa-tab-chat-button")
    ask(page, "What is it?", awaiting="red at 0:01")
    page.evaluate("document.querySelector('#vqa-player video').currentTime = 5")
    page.locator("#vqa-chat a[href='#t=1']").first.click()
    page.wait_for_function("document.querySelector('#vqa-player video').currentTime === 1")
    save.click()
    expect(file).to_contain_text("0:00 – 0:09")  # the model's plan has no shots: all of the video
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
