"""Descriptions that are composed of the answers to single questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.answering.descriptions import answer_description, is_no_garment
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.types import AnswerOptions, Evidence, Judgement, Question
from vqa.video.reader import read_clip

_ANSWERS = {
    "what is the man wearing": "red shirt",
    "what is the man doing": "running",
    "where is the man": "on the beach",
    "what color is the dog": "brown",
    "what is the dog doing": "running",
    "where is the dog": "dog",
    "what color is the man's hat": "green",
    "what is in the background": "tree",
    "where is it": "beach",
    "what is the weather like": "sunny",
    "is it day or night": "day",
    "what are the men wearing": "boat",
    "describe the video": "a dog runs",
}


class _Prepared:
    def __init__(self, answers: Mapping[str, str], question: Question) -> None:
        self._answer = answers.get(question.text.lower().strip(" ?."), "")

    def stream(self, options: AnswerOptions | None = None) -> Iterator[str]:
        yield self._answer

    def judge(self, text: str) -> Judgement:
        return Judgement(confidence=0.6, answerable=bool(self._answer))

    def explain(self, text: str) -> tuple[Evidence, ...]:
        return (Evidence(index=0, time_s=0.0, weight=1.0),)


class DescribingModel(ColourModel):
    def prepare(self, context: VideoContext, question: Question) -> _Prepared:
        return _Prepared(_ANSWERS, question)


@pytest.fixture
def model() -> DescribingModel:
    return DescribingModel()


@pytest.fixture
def context(model: DescribingModel, cuts: Path) -> VideoContext:
    return model.encode(read_clip(cuts, model.sampling))


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("describe the man", "The man is wearing a red shirt. The man is running. The man is on the beach."),
        ("tell me about the dog", "The dog is brown. The dog is running."),
        ("describe the man's hat", "The man's hat is green."),
        ("describe the background", "I see a tree in the background. The place looks like this: beach."),
        ("describe the weather", "The weather looks sunny."),
        ("describe the mood", "It is day. The place looks like this: beach."),
        ("what are the men wearing, describe their clothes", "I can't describe that part by itself. On the whole: a dog runs."),
    ],
)  # fmt: skip
def test_a_description_joins_single_answers(
    model: DescribingModel, context: VideoContext, text: str, description: str
) -> None:
    result = answer_description(model, context, parse(text))
    assert result is not None
    assert result.text == description


def test_what_is_not_seen_is_not_described(model: DescribingModel, context: VideoContext) -> None:
    result = answer_description(model, context, parse("describe the horse"))
    assert result is not None
    assert result.answerable is False
    assert result.reply == "I don't see a horse in this video."


def test_other_questions_are_not_described(model: DescribingModel, context: VideoContext) -> None:
    assert answer_description(model, context, parse("is there a dog?")) is None


def test_animals_and_vehicles_are_no_garments() -> None:
    assert [is_no_garment(one) for one in ("boat", "a dog", "hat")] == [True, True, False]
