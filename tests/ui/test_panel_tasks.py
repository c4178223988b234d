"""Tasks of the panels: progress, the time left, Cancel, and what stays after it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from tests.ui.scripted_model import ScriptedModel
from vqa.errors import VQAError
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.types import ProgressCallback, Question
from vqa.ui import handlers, panels
from vqa.ui.app_context import AppContext, PageOptions
from vqa.ui.components import Components
from vqa.ui.i18n import Language
from vqa.ui.limits import PRIVATE_LIMITS, RateLimiter
from vqa.ui.model_pool import ModelPool
from vqa.ui.panel_tasks import PanelTask
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState, SessionStates
from vqa.ui.visitors.quotas import SlidingSum
from vqa.ui.visitors.waiting_line import Services, WaitingLine

Videos = Mapping[str, Path]
Tab = tuple[AppContext, SessionState]


def app_of(model: VideoQAModel) -> AppContext:
    """A page without limits whose only model is `model`."""
    return AppContext(
        pool=ModelPool(loader=lambda name, device, progress: model),
        options=PageOptions(),
        states=SessionStates("scripted"),
        rate_limiter=RateLimiter(None),
        upload_bytes=SlidingSum(None, 3600.0),
        components=Components(),
    )


def watch(app: AppContext, state: SessionState, path: Path) -> None:
    list(handlers.watch(app.pool, state, str(path), ReadingOptions(), PRIVATE_LIMITS))


def tab_with(model: VideoQAModel, path: Path, language: Language = "en") -> Tab:
    """A page, and a tab whose current video is at `path`."""
    app, state = app_of(model), SessionState(model="scripted", language=language)
    watch(app, state, path)
    return app, state


def captioning(app: AppContext, state: SessionState) -> PanelTask[list[list[str]]]:
    work, label = partial(panels.caption_rows, state), partial(panels.caption_label, state)
    return PanelTask(app, state, "caption", work, label)


def summarizing(app: AppContext, state: SessionState) -> PanelTask[tuple[str, Path | None]]:
    work, label = partial(panels.summary_html, state), partial(panels.summary_label, state)
    return PanelTask(app, state, "summarize", work, label)


class GatedModel(ScriptedModel):
    """Captions nothing before its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.is_captioning = threading.Event(), threading.Event()
        self.num_captions = 0

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        self.is_captioning.set()
        assert self.gate.wait(20)
        self.num_captions += len(indices)
        return super().describe_frames(context, indices)


class WritingModel(EchoModel):
    """Describes no frames; writes word by word, without end."""

    def __init__(self) -> None:
        super().__init__()
        self.is_writing = threading.Event()

    def stream(self, context: VideoContext, question: Question, **_: Any) -> Iterator[str]:
        while True:
            yield "word "
            self.is_writing.set()
            time.sleep(0.001)


@pytest.mark.parametrize(
    ("language", "label", "cancelling", "cancelled"),
    [
        ("en", "Captioning the shots: 0%", "Stopping after", "I stopped, as you asked."),
        ("zh", "正在为各镜头生成字幕：0%", "完成这一步后停止", "已按你的要求停止。"),
    ],
)
@pytest.mark.parametrize("task_of", [captioning, summarizing])
def test_a_task_is_cancelled_within_a_step(
    videos: Videos,
    task_of: Callable[..., PanelTask[Any]],
    language: Language,
    label: str,
    cancelling: str,
    cancelled: str,
) -> None:
    model = GatedModel()
    app, state = tab_with(model, videos["h264.mp4"], language)
    task = task_of(app, state)
    updates = task.run()
    assert label in next(updates)
    assert label in next(updates)  # again, without progress
    state.panel_tasks.cancel(task.kind)
    assert cancelling in next(updates)
    model.gate.set()
    *_, last = updates
    assert cancelled in last
    assert task.result is None
    assert model.num_captions == 1
    assert not state.captions
    assert not state.summaries
    *_, last = task_of(app, state).run()
    assert "</progress>" in last  # a cancelled task can be started again
    assert state.services.answering.num_running == 0


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Summarizing the video: "), ("zh", "正在生成摘要：")]
)
def test_a_summary_that_is_written_is_cancelled_within_a_word(
    videos: Videos, language: Language, label: str
) -> None:
    model = WritingModel()
    app, state = tab_with(model, videos["h264.mp4"], language)
    task = summarizing(app, state)
    updates = task.run()
    next(updates)
    assert label in next(updates)
    assert model.is_writing.wait(20)
    state.panel_tasks.cancel("summarize")
    list(updates)
    assert task.result is None
    assert not state.summaries


def test_after_a_cancellation_the_earlier_captions_stay(videos: Videos) -> None:
    model = GatedModel()
    model.gate.set()
    app, state = tab_with(model, videos["h264.mp4"])
    first = captioning(app, state)
    list(first.run())
    assert first.result
    panels.write_caption_files(state, first.result)
    model.gate.clear()
    second = captioning(app, state)
    updates = second.run()
    next(updates)
    state.panel_tasks.cancel("caption")
    model.gate.set()
    list(updates)
    assert state.path is not None
    assert state.captions[state.path] == first.result


def test_captions_of_another_video_are_not_displayed(videos: Videos) -> None:
    model = GatedModel()
    app, state = tab_with(model, videos["h264.mp4"])
    task = captioning(app, state)
    updates = task.run()
    next(updates)
    assert next(updates)
    assert model.is_captioning.wait(20)
    watch(app, state, videos["uneven.mp4"])  # cancels it
    assert next(updates) == gr.skip()
    model.gate.set()
    assert all(update == gr.skip() for update in updates)
    assert task.result is None


def test_a_task_that_waits_for_its_turn_says_so_and_is_cancelled(videos: Videos) -> None:
    app, state = tab_with(ScriptedModel(), videos["h264.mp4"])
    state.services = Services(answering=WaitingLine(1))
    with state.services.answering.ticket("another"):
        updates = captioning(app, state).run()
        next(updates)
        assert "Waiting for other requests" in next(updates)
        state.panel_tasks.cancel("caption")
        *_, last = updates
    assert "I stopped" in last
    assert state.services.answering.num_waiting == 0
    metrics = state.services.telemetry.text().decode()
    assert 'vqa_requests_total{kind="caption",outcome="cancelled"} 1.0' in metrics


def test_a_new_task_of_a_kind_cancels_the_earlier_one(videos: Videos) -> None:
    model = GatedModel()
    app, state = tab_with(model, videos["h264.mp4"])
    first, second = captioning(app, state), captioning(app, state)
    first_updates, second_updates = first.run(), second.run()
    next(first_updates)
    next(second_updates)
    model.gate.set()
    list(second_updates)
    *_, last = first_updates
    assert "I stopped" in last
    assert first.result is None
    assert second.result


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (VQAError("No memory.", cure="Close something."), "<b>No memory.</b> Close something."),
        (ZeroDivisionError("of nothing"), "something went wrong"),
    ],
)
def test_a_failure_is_displayed(videos: Videos, error: Exception, message: str) -> None:
    app, state = tab_with(ScriptedModel(), videos["h264.mp4"])

    def fail(_: ProgressCallback) -> None:
        raise error

    *_, last = PanelTask(app, state, "caption", fail, lambda _: "…").run()
    assert message in last
    assert 'role="alert"' in last


def test_without_a_video_the_task_asks_for_one() -> None:
    app, state = app_of(ScriptedModel()), SessionState()
    (update,) = captioning(app, state).run()
    assert "Please choose a video first." in update


def test_the_label_has_the_share_and_ends_with_the_summary(cuts: Path) -> None:
    _, state = tab_with(ScriptedModel(strategy="shots"), cuts)
    labels = [panels.summary_label(state, share) for share in (0.0, 0.34, 0.99, 1.0)]
    assert labels == [
        "Captioning the shots: 0%",
        "Captioning the shots: 34%",
        "Captioning the shots: 99%",
        "Writing the summary",
    ]
    assert panels.caption_label(state, 1.0) == "Captioning the shots: 100%"
