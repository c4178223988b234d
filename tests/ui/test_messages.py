"""Badges and sentences about an answer and the frames that were sampled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from tests.ui.scripted_model import ScriptedModel
from vqa.models.protocol import VideoContext
from vqa.types import Answer, Evidence, Question, SamplingPlan
from vqa.ui import chat_handlers, handlers
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.messages import confidence_badge, coverage_text, html_messages
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.video.reader import read_clip


@pytest.mark.parametrize(
    ("answer", "badge"),
    [
        (Answer(text="Hello!", answerable=False), ""),
        (Answer(text="I can't tell.", answerable=False), ""),
        (Answer(text="no", confidence=0.9, answerable=False), "not seen in the 6 frames"),
        (Answer(text="a cat", confidence=0.9, answerable=True), "sure"),
        (Answer(text="a cat"), ""),
    ],
)
def test_a_badge_claims_absence_only_if_it_was_measured(answer: Answer, badge: str) -> None:
    markup = confidence_badge(answer, "en", num_frames=6)
    assert badge in markup
    assert bool(markup) == bool(badge)


@pytest.mark.parametrize(
    ("question", "badge"),
    [
        ("Is there a dog?", "not seen in the 6 frames I looked at"),
        ("Are there any dogs?", "not seen in the 6 frames I looked at"),
        ("Are there no cats?", "not seen in the 6 frames I looked at"),  # "Right, I don't see any."
        ("Is there a cat?", "sure"),
        ("Is there a dog at 0:01?", "sure"),  # not a statement about all frames
        ("What colour is it?", "sure"),
    ],
)
def test_a_denial_states_how_much_of_the_video_was_looked_at(
    videos: Mapping[str, Path], question: str, badge: str
) -> None:
    state, model = SessionState(model="scripted"), ScriptedModel(sees_cats=True)
    pool = ModelPool(loader=lambda name, device, progress: model)
    list(handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS))
    *_, last = chat_handlers.ask(state, question)
    footer = str(getattr((last.chat or [])[-1]["content"], "value", ""))
    assert f">{badge}</span>" in footer
    assert last.export is not None
    assert f"({badge})" in last.export.read_text("utf-8")


def test_gaps_between_frames_are_mentioned_only_if_something_may_be_missed(
    videos: Mapping[str, Path], cuts: Path
) -> None:
    dense = read_clip(videos["h264.mp4"], SamplingPlan(num_frames=6))
    assert coverage_text(dense, "en") == "I looked at 6 of 48 frames."
    sparse = read_clip(cuts, SamplingPlan(num_frames=2, strategy="uniform"))
    assert "missed what is seen for less than" in coverage_text(sparse, "en")


def test_details_name_no_time_that_was_not_needed(videos: Mapping[str, Path]) -> None:
    state, model = SessionState(model="scripted"), ScriptedModel(frame_s=0.01)
    pool = ModelPool(loader=lambda name, device, progress: model)
    list(handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS))
    *_, first = chat_handlers.ask(state, "What is it?")
    assert "Time to encode the frames" in (first.details or "")
    *_, second = chat_handlers.ask(state, "And now?")
    assert "| Where it runs | the processor (cpu) |" in (second.details or "")
    assert "Length" in (second.details or "")
    assert "0.00 seconds" not in (second.details or "")


class Thorough(ScriptedModel):
    """Explains each answer with all frames."""

    def explain(
        self, context: VideoContext, question: Question, answer: str
    ) -> tuple[Evidence, ...]:
        clip = context.clip
        return tuple(
            Evidence(index=index, time_s=time_s, weight=0.1)
            for index, time_s in zip(clip.indices, clip.times_s, strict=True)
        )


def test_the_timeline_marks_the_evidence_frames_below_the_answer(
    videos: Mapping[str, Path],
) -> None:
    state, model = SessionState(model="scripted"), Thorough()
    pool = ModelPool(loader=lambda name, device, progress: model)
    video = str(videos["h264.mp4"])
    list(handlers.watch(pool, state, video, ReadingOptions(), PRIVATE_LIMITS))
    *_, last = chat_handlers.ask(state, "What is it?")
    (turn,) = state.turns
    assert len(turn.answer.evidence) > len(turn.frames) == 3
    footer = str(getattr((last.chat or [])[-1]["content"], "value", ""))
    lane = (last.frames or "").split("vqa-lane-evidence")[1].split('class="vqa-overlay"')[0]
    links = re.compile(r'href="(#t=[\d.]+)"')
    assert links.findall(lane) == links.findall(footer)
    assert len(links.findall(lane)) == 3


def test_html_is_displayed_as_a_component_of_gradio() -> None:
    chat = gr.Chatbot(render=False)
    message: Any = html_messages("<b>sure</b>")[0]
    component = message | {"content": gr.HTML("<b>sure</b>", render=False)}
    assert chat._postprocess(message) == chat._postprocess(component)
    assert html_messages("") == []
