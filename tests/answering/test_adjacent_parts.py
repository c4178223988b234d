"""The part of a video before or after another, in a film of a red, a green and a blue shot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.answering.adjacent_parts import answer_nothing_beside, range_beside
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.types import Answer, TimeRange, Turn
from vqa.video.reader import read_clip

RED, GREEN, BLUE = (0.0, 3.0), (3.0, 6.0), (6.0, 9.0)


@pytest.fixture
def model() -> ColourModel:
    return ColourModel()


@pytest.fixture
def context(model: ColourModel, cuts: Path) -> VideoContext:
    return model.encode(read_clip(cuts, model.sampling))


def turn(text: str, answer: str, span: tuple[float, float] | None) -> Turn:
    time_range = None if span is None else TimeRange(start=span[0], end=span[1])
    return Turn(
        question=text,
        answer=Answer(text=answer),
        parsed=replace(parse(text), time_range=time_range),
    )


@pytest.mark.parametrize(
    ("question", "earlier", "span"),
    [
        ("what comes after the red?", None, GREEN),
        ("what do we see right after the green?", None, BLUE),
        ("what happens before the blue?", None, GREEN),
        ("what is shown before the green?", None, RED),
        ("what happens next?", ("what is in the first scene?", "red", RED), GREEN),
        ("and then?", ("what comes after the red?", "green", GREEN), BLUE),
        ("and before that?", ("what is in the last scene?", "blue", BLUE), GREEN),
        # Without a part that the conversation is about, "next" is not known.
        ("what happens next?", ("what color is it?", "red", None), None),
        ("what comes after that?", ("is there red?", "yes", None), GREEN),
        ("and after it what do we see", ("is there green?", "yes", None), BLUE),
        ("who is first?", ("what is in the first scene?", "red", RED), None),
        ("what comes after the zebra?", None, None),
        ("what comes after the blue?", None, None),
    ],
)
def test_the_shot_beside_a_thing_or_the_latest_part(
    model: ColourModel,
    context: VideoContext,
    question: str,
    earlier: tuple[str, str, tuple[float, float] | None] | None,
    span: tuple[float, float] | None,
) -> None:
    history = [turn(*earlier)] if earlier is not None else []
    time_range = range_beside(model, context, parse(question, history), history)
    seconds = None if time_range is None else (time_range.start, time_range.end)
    assert seconds == (None if span is None else pytest.approx(span, abs=0.1))


@pytest.mark.parametrize(
    ("question", "earlier", "reply"),
    [
        ("what comes after the blue?", None, "Nothing: that is the last scene of the video."),
        ("what happens before the red?", None, "Nothing: that is the first scene of the video."),
        ("and then?", ("what is in the last scene?", "blue", BLUE), "Nothing: that is the last scene of the video."),
        ("what comes after the red?", None, ""),
        ("what is in the last scene?", None, ""),
        ("what does the man do next?", ("what is in the last scene?", "blue", BLUE), ""),
    ],
)  # fmt: skip
def test_nothing_comes_after_the_last_shot(
    model: ColourModel,
    context: VideoContext,
    question: str,
    earlier: tuple[str, str, tuple[float, float] | None] | None,
    reply: str,
) -> None:
    history = [turn(*earlier)] if earlier is not None else []
    result = answer_nothing_beside(model, context, parse(question, history), history)
    assert (result.text if result is not None else "") == reply
