"""How long a color stays in a film of a red, a green and a blue shot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.answering.visible_times import answer_presence_time, answer_visible_time
from vqa.models.protocol import VideoContext
from vqa.question_parts import PresenceForm, PresenceTime
from vqa.questions.parse import parse
from vqa.types import Question
from vqa.video.reader import read_clip


class VisualModel(ColourModel):
    visual_only = True


@pytest.fixture
def model() -> VisualModel:
    return VisualModel()


@pytest.fixture
def context(model: VisualModel, cuts: Path) -> VideoContext:
    return model.encode(read_clip(cuts, model.sampling))


def question(thing: str, form: PresenceForm, *, offers_other: bool = False) -> Question:
    presence = PresenceTime(thing=thing, form=form, offers_other=offers_other)
    return Question(text="", resolved="", rendered="", intent="when", presence=presence)


@pytest.mark.parametrize(
    ("thing", "form", "reply"),
    [
        ("green", "whole", "No, I see the green only from 0:03 to 0:06."),
        ("red", "start", "Yes, the red is there from the start."),
        ("green", "start", "No, the green is first seen at 0:03."),
        ("blue", "end", "Yes, the blue is there until the end."),
        ("green", "later", "Yes, the green is first seen at 0:03."),
        ("red", "leaves", "Yes, the red is last seen at 0:03."),
        ("red", "returns", "No, I see the red only from 0:00 to 0:03."),
    ],
)
def test_the_shots_that_show_a_thing_decide(
    model: VisualModel, context: VideoContext, thing: str, form: PresenceForm, reply: str
) -> None:
    result = answer_presence_time(model, context, question(thing, form))
    assert result is not None
    assert result.reply == reply
    assert not result.text.startswith(("no", "yes"))


def test_one_of_two_possibilities_is_no_yes(model: VisualModel, context: VideoContext) -> None:
    result = answer_presence_time(model, context, question("blue", "whole", offers_other=True))
    assert result is not None
    assert result.reply == "I see the blue only from 0:06 to 0:09."


def test_other_questions_are_left_alone(model: VisualModel, context: VideoContext) -> None:
    assert answer_presence_time(model, context, parse("is there a dog?")) is None


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("how long is the green thing visible?", "in the picture for about 3 seconds."),
        ("how long does the green thing run?", "seconds; I can't time single actions."),
    ],
)
def test_the_length_of_an_action_is_unknown(
    model: VisualModel, context: VideoContext, text: str, reply: str
) -> None:
    request = replace(parse(text), intent="event_duration", subject="green")
    result = answer_visible_time(model, context, request)
    assert result is not None
    assert result.reply.endswith(reply)


def test_the_times_of_two_things_are_told_together(
    model: VisualModel, context: VideoContext
) -> None:
    parsed = parse("how long are the bus and the bike shown?")
    form = replace(parsed.form, nouns=("green", "blue"))
    result = answer_visible_time(model, context, replace(parsed, subject="green", form=form))
    assert result is not None
    assert result.reply.endswith("for about 3 seconds, the blue for about 3 seconds.")
