"""The overview that follows the reading of a video: its progress, Cancel, and what displays it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import DESKTOP, PHONE, Tab, box_of, serving, upload
from tests.ui.scripted_model import ScriptedModel
from tests.ui.test_panel_tasks import GatedModel, tab_with, watch
from vqa.models.protocol import VideoContext
from vqa.types import Judgement, Question
from vqa.ui.i18n import Language, translate
from vqa.ui.overview import describe
from vqa.ui.session_state import SessionState
from vqa.ui.updates import PageUpdate

Videos = Mapping[str, Path]


class UnsureModel(ScriptedModel):
    """Is sure of no answer, so that every question is tried."""

    def __init__(self) -> None:
        super().__init__(strategy="shots")
        self.is_asked, self.gate, self.num_questions = threading.Event(), threading.Event(), 0

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        self.is_asked.set()
        assert self.gate.wait(20)
        self.num_questions += 1
        return Judgement(confidence=0.2, answerable=True)


def bars(updates: list[PageUpdate]) -> list[str]:
    overviews = [update.overview or "" for update in updates]
    return [overview for overview in overviews if "<progress" in overview]


@pytest.mark.parametrize(
    ("language", "text", "time_left"),
    [
        ("en", "I am finding out what this video shows: ", "about 5 s left"),
        ("zh", "正在了解视频内容：", "约剩 5 秒"),
    ],
)
def test_the_overview_says_how_far_it_is_and_how_long_it_still_takes(
    cuts: Path, monkeypatch: pytest.MonkeyPatch, language: Language, text: str, time_left: str
) -> None:
    monkeypatch.setattr("vqa.ui.progress._MIN_ELAPSED_S", 0.0)
    model = UnsureModel()
    model.gate.set()
    _, state = tab_with(model, cuts, language)
    *updates, last = describe(state)
    progress = bars(updates)
    assert text in progress[0]
    assert any(text in bar and time_left in bar for bar in progress)
    assert all(update.is_describing for update in updates)
    assert (last.is_describing, "<progress" in (last.overview or "")) == (False, False)
    assert len([update for update in updates if update.suggestions is not None]) == 1
    assert state.path in state.summaries


@pytest.mark.parametrize(
    ("language", "cancelling", "cancelled"),
    [
        ("en", "Stopping after this step", "I stopped, as you asked."),
        ("zh", "将在完成这一步后停止", "已按你的要求停止。"),
    ],
)
@pytest.mark.parametrize("is_asking", [True, False], ids=["questions", "captions"])
def test_the_overview_is_cancelled_within_a_step_and_can_be_made_again(
    videos: Videos, language: Language, cancelling: str, cancelled: str, is_asking: bool
) -> None:
    model = UnsureModel() if is_asking else GatedModel()
    _, state = tab_with(model, videos["h264.mp4"], language)
    updates = describe(state)
    next(updates)
    next(updates)
    has_begun = model.is_asked if isinstance(model, UnsureModel) else model.is_captioning
    assert has_begun.wait(20)
    assert list(describe(state)) == []  # one overview of a video at a time
    state.overview_tasks.cancel("overview")
    assert any(cancelling in (update.overview or "") for update in updates)
    model.gate.set()
    *_, last = updates
    assert cancelled in (last.overview or "")
    assert last.is_describing is False
    assert not state.summaries
    if isinstance(model, UnsureModel):
        assert model.num_questions == 1
    *_, last = describe(state)
    assert state.path in state.summaries
    assert state.services.reading.num_running == 0


def test_another_video_ends_the_overview_and_the_same_one_does_not(videos: Videos) -> None:
    model = GatedModel()
    app, state = tab_with(model, videos["h264.mp4"])
    first = state.path
    updates = describe(state)
    next(updates)
    next(updates)
    assert model.is_captioning.wait(20)
    state.cancel_tasks(keep_path=str(first))
    assert state.overview_tasks.is_running("overview", videos["h264.mp4"].resolve())
    watch(app, state, videos["uneven.mp4"])
    model.gate.set()
    assert all(update.overview is None for update in updates)
    assert first not in state.summaries


def test_who_has_left_computes_nothing_more(videos: Videos) -> None:
    model = UnsureModel()
    _, state = tab_with(model, videos["h264.mp4"])
    updates = describe(state)
    next(updates)
    next(updates)
    assert model.is_asked.wait(20)
    assert isinstance(updates, Iterator)
    updates.close()  # type: ignore[attr-defined]
    assert not state.overview_tasks.is_running("overview", videos["h264.mp4"].resolve())


def test_a_summary_that_exists_is_not_made_again(videos: Videos) -> None:
    _, state = tab_with(ScriptedModel(), videos["h264.mp4"])
    list(describe(state))
    (again,) = describe(state)
    assert again.overview
    assert list(describe(SessionState())) == []


@pytest.fixture(scope="module")
def hold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A path; while a file is there, the model of `slow` captions nothing."""
    return tmp_path_factory.mktemp("hold") / "hold"


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory, hold: Path) -> Iterator[str]:
    """The address of a page whose model waits before it captions."""
    with serving(tmp_path_factory.mktemp("slow"), {"hold": str(hold), "strategy": "shots"}) as url:
        yield url


@pytest.mark.browser
@pytest.mark.parametrize(
    ("size", "locale", "text", "cancelled"),
    [
        (DESKTOP, "en-GB", "I am finding out what this video shows: ", "I stopped, as you asked."),
        (PHONE, "en-GB", "I am finding out what this video shows: ", "I stopped, as you asked."),
        (PHONE, "zh-CN", "正在了解视频内容：", "已按你的要求停止。"),
    ],
)
def test_the_overview_has_a_cancel_button_and_moves_nothing(
    tab: Tab,
    slow: str,
    hold: Path,
    cuts: Path,
    size: tuple[int, int],
    locale: str,
    text: str,
    cancelled: str,
) -> None:
    hold.touch()
    page = tab(size, url=slow, locale=locale)
    overview, cancel = page.locator("#vqa-overview"), page.locator("#vqa-cancel_overview")
    upload(page, cuts)
    expect(overview).to_contain_text(text)
    timeline = page.locator(".vqa-timeline")
    first = box_of(timeline)["y"]
    expect(cancel).to_be_visible()
    assert box_of(timeline)["y"] == first
    assert box_of(cancel)["x"] + box_of(cancel)["width"] <= size[0]
    cancel.click()
    expect(overview).to_contain_text(translate("cancelling", "zh" if "zh" in locale else "en"))
    hold.unlink()
    expect(overview).to_contain_text(cancelled)
    expect(cancel).to_be_hidden()
    assert box_of(timeline)["y"] == first
