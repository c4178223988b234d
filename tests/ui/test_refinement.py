"""More frames of a long video in the background: priority of questions, stop, resume, reload."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fakes import PatientColourModel
from tests.ui.conftest import Tab, ask, serving, upload
from tests.ui.scripted_model import ScriptedModel
from tests.videos import BLUE, GREEN, RED, write_clip
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.storage.contexts import ContextStore
from vqa.tasks import dense_encoding
from vqa.types import Clip, TimedText
from vqa.ui import chat_handlers, handlers, refinement
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.ui.updates import PageUpdate


class SlowColourModel(PatientColourModel):
    """Encodes a frame in 20 ms."""

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        time.sleep(0.02 * len(clip.times_s))
        return super().encode(clip, text=text)


def watched(
    path: Path, model: VideoQAModel, store: ContextStore | None = None
) -> tuple[SessionState, PageUpdate]:
    """The state of a tab after the first look at a video, and the last view."""
    state = SessionState(model=model.name)
    pool = ModelPool(loader=lambda name, device, progress: model, store=store)
    *_, view = handlers.watch(pool, state, str(path), ReadingOptions(), PRIVATE_LIMITS)
    return state, view


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_later_answers_use_the_refined_video(cuts: Path) -> None:
    state, view = watched(cuts, PatientColourModel())
    assert "I looked at 6 of" in (view.status or "")
    first, *_, last = refinement.refine(state)
    assert "I am looking at more of the video" in (first.refining or "")
    assert first.refining_action == "stop"
    assert state.context is not None
    count = len(state.context.clip.times_s)
    assert count > 12
    assert f"I looked at {count} of" in (last.status or "")
    assert (last.refining, last.refining_action) == ("", "none")
    list(chat_handlers.ask(state, "Which colours?"))
    assert state.turns[0].num_frames == count
    assert list(refinement.refine(state)) == []


def test_answers_meanwhile_use_what_is_refined_so_far(
    cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense_encoding, "_FRAMES_PER_WINDOW", 6)
    gate = threading.Event()

    class GatedModel(PatientColourModel):
        """Encodes the last of three windows when the gate is open."""

        def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
            assert clip.plan.start_s < 5 or gate.wait(20)
            return super().encode(clip, text=text)

    state, _ = watched(cuts, GatedModel())
    for view in refinement.refine(state):
        if view.frames is not None and not gate.is_set():
            assert not (view.status or "").startswith("I looked at 6 of")
            list(chat_handlers.ask(state, "Which colours?"))
            gate.set()
    list(chat_handlers.ask(state, "Which colours?"))
    first, second = (turn.num_frames for turn in state.turns)
    assert 6 < first < second


def test_a_short_video_is_not_refined(cuts: Path) -> None:
    state, _ = watched(cuts, ScriptedModel())
    assert list(refinement.refine(state)) == []


@pytest.mark.parametrize("line", ["answering", "reading"])
def test_nothing_is_encoded_while_a_question_is_answered(cuts: Path, line: str) -> None:
    model = SlowColourModel()
    state, _ = watched(cuts, model)
    thread = threading.Thread(target=lambda: list(refinement.refine(state)))
    thread.start()
    wait_for(lambda: model.num_encoded > 1)
    with getattr(state.services, line).turn("somebody"):
        time.sleep(0.2)  # the slice that had begun
        encoded = model.num_encoded
        time.sleep(0.3)
        assert model.num_encoded == encoded
    thread.join(20)
    assert state.context is not None
    assert len(state.context.clip.times_s) > 12


def test_a_refinement_is_stopped_and_resumed_where_it_was(
    cuts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense_encoding, "_FRAMES_PER_WINDOW", 6)
    model = SlowColourModel()
    state, _ = watched(cuts, model, ContextStore(tmp_path))
    views: list[PageUpdate] = []
    thread = threading.Thread(target=lambda: views.extend(refinement.refine(state)))
    thread.start()
    wait_for(lambda: len(list(tmp_path.glob("*.safetensors"))) == 2)  # of the video, of a window
    refinement.stop_refining(state)
    thread.join(20)
    assert views[-1].refining_action == "resume"
    assert list(refinement.refine(state))[-1].refining_action == "resume"
    num_windows = len(list(tmp_path.glob("*.safetensors"))) - 1
    encoded = model.num_encoded
    assert list(refinement.resume_refining(state))[-1].refining_action == "none"
    assert model.num_encoded - encoded == (3 - num_windows) * 2, (
        "two slices for each missing window"
    )


def test_another_video_or_a_visitor_who_leaves_ends_it(cuts: Path, tmp_path: Path) -> None:
    model = SlowColourModel()
    state, _ = watched(cuts, model)
    views = refinement.refine(state)
    next(views)
    running = state.refinement
    assert running is not None
    other = write_clip(tmp_path / "other.mp4", [(RED, 9.0)])
    pool = ModelPool(loader=lambda name, device, progress: model)
    list(handlers.watch(pool, state, str(other), ReadingOptions(), PRIVATE_LIMITS))
    assert running.cancel.is_set()
    assert all(view.frames is None for view in views)
    current = handlers.current_view(state)
    assert (current.refining, current.refining_action) == ("", "none"), "nothing of the other video"
    second = refinement.refine(state)
    next(second)
    running = state.refinement
    assert running is not None
    assert running.path == other
    second.close()  # type: ignore[attr-defined]
    assert running.cancel.is_set()
    assert state.refinement is None


@pytest.fixture(scope="module")
def hold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A path; while a file is there, the model of `slow_page` refines nothing."""
    return tmp_path_factory.mktemp("hold") / "hold"


@pytest.fixture(scope="module")
def slow_page(tmp_path_factory: pytest.TempPathFactory, hold: Path) -> Iterator[str]:
    """The address of a page whose model takes 0.15 s for a frame."""
    with serving(tmp_path_factory.mktemp("slow"), {"frame_s": 0.15, "hold": str(hold)}) as url:
        yield url


@pytest.fixture(scope="module")
def minute(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of a minute in three colours."""
    path = tmp_path_factory.mktemp("minute") / "minute.mp4"
    return write_clip(path, [(RED, 20.0), (GREEN, 20.0), (BLUE, 20.0)], fps=4)


@pytest.mark.browser
def test_a_question_is_answered_meanwhile_and_the_person_may_stop(
    tab: Tab, slow_page: str, minute: Path
) -> None:
    page = tab(url=slow_page)
    upload(page, minute)
    expect(page.locator("#vqa-refining")).to_contain_text("I am looking at more of the video")
    ask(page, "What colour is it?", awaiting="question 1.")
    page.click("#vqa-refine_stop")
    expect(page.locator("#vqa-refining")).to_contain_text("I stopped looking at more")
    expect(page.locator("#vqa-status")).to_contain_text("I looked at 6 of")
    expect(page.locator("#vqa-refine_stop")).to_be_hidden()
    page.click("#vqa-refine_resume")
    expect(page.locator("#vqa-status")).to_contain_text("I looked at 30 of")
    expect(page.locator("#vqa-refining_row")).to_be_hidden()
    expect(page.locator("#vqa-frames a.vqa-frame")).to_have_count(24)


@pytest.mark.browser
def test_a_reloaded_page_goes_on(tab: Tab, slow_page: str, minute: Path, hold: Path) -> None:
    hold.touch()
    page = tab(url=slow_page, locale="zh-CN")
    upload(page, minute)
    expect(page.locator("#vqa-refining")).to_contain_text("正在查看视频的更多画面")
    page.reload()
    expect(page.locator("#vqa-frames a.vqa-frame")).to_have_count(6)
    expect(page.locator("#vqa-refining")).to_contain_text("正在查看视频的更多画面")
    hold.unlink()
    expect(page.locator("#vqa-status")).to_contain_text("帧中的 30 帧")
    expect(page.locator("#vqa-frames a.vqa-frame")).to_have_count(24)
