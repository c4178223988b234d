"""Comparisons of the scenes of a film of a red, a green and a blue shot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.answering.scene_comparison import answer_scene_comparison
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.types import AnswerOptions, Evidence, Judgement, Question
from vqa.video.reader import read_clip

_COUNTS = {
    "dog": ("3", "no dogs", "none"),
    "cat": ("two", "2", "two cats"),
    "bird": ("many", "some", "a flock"),
}


class _Prepared:
    """Answers by the time range of the question alone."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def stream(self, options: AnswerOptions | None = None) -> Iterator[str]:
        time_range = self._question.time_range
        assert time_range is not None
        number = round(time_range.start / 3)
        if self._question.intent == "count":
            yield _COUNTS.get(self._question.subject, ("two", "five", "five"))[number]
        elif self._question.options:
            yield self._question.options[number % 2]
        else:
            yield "no" if number == 1 and "outdoors" in self._question.rendered else "yes"

    def judge(self, text: str) -> Judgement:
        return Judgement(confidence=0.6, answerable=True)

    def explain(self, text: str) -> tuple[Evidence, ...]:
        return ()


class SceneModel(ColourModel):
    def prepare(self, context: VideoContext, question: Question) -> _Prepared:
        return _Prepared(question)


@pytest.fixture
def model() -> SceneModel:
    return SceneModel()


@pytest.fixture
def context(model: SceneModel, cuts: Path) -> VideoContext:
    return model.encode(read_clip(cuts, model.sampling))


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("which scenes are outdoors?", "The first scene (0:00) and the third scene (0:06)."),
        ("are all scenes outdoors?", "No, only in the first scene (0:00) and the third scene (0:06)."),
        ("is there snow in every scene?", "Yes, in all three scenes."),
        ("how many scenes are outdoors?", "Two: the first scene (0:00) and the third scene (0:06)."),
        ("which scenes do not have outdoors?", "The second scene (0:03)."),
        ("which scene has the most people?", "The second scene (0:03) and the third scene (0:06): I count five people."),
        ("which scene has the fewest people?", "The first scene (0:00): I count two people."),
        ("which scene has the fewest dogs?", "The second scene (0:03) and the third scene (0:06): I see none there."),
        ("which scene has the most cats?", "They have the same number: two each."),
        ("which part is inside and which outside?", "The first scene (0:00): inside. The second scene (0:03): outside. The third scene (0:06): inside."),
    ],
)  # fmt: skip
def test_the_answers_of_the_scenes_are_combined(
    model: SceneModel, context: VideoContext, text: str, reply: str
) -> None:
    result = answer_scene_comparison(model, context, parse(text))
    assert result is not None
    assert result.text == reply
    assert result.confidence == pytest.approx(0.6)
    assert result.evidence


def test_a_single_scene_is_said(model: SceneModel, context: VideoContext) -> None:
    clip = replace(context.clip, shots=context.clip.shots[:1])
    result = answer_scene_comparison(
        model, replace(context, clip=clip), parse("which scene is outdoors?")
    )
    assert result is not None
    assert result.text == "The video has a single scene."


def test_other_questions_compare_no_scenes(model: SceneModel, context: VideoContext) -> None:
    assert answer_scene_comparison(model, context, parse("is it outdoors?")) is None


def test_scenes_without_numbers_are_not_compared(model: SceneModel, context: VideoContext) -> None:
    result = answer_scene_comparison(model, context, parse("which scene has the most birds?"))
    assert result is not None
    assert result.text == "I can't tell which one."
