"""Suggested questions are about what is seen in the video."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.ui.scripted_model import ScriptedModel
from vqa.models.protocol import VideoContext
from vqa.types import AnswerOptions, Judgement, Question, Strategy, Turn
from vqa.ui.question_suggestions import name_things, suggest_questions
from vqa.video.reader import read_clip

Videos = Mapping[str, Path]


class Sure(ScriptedModel):
    """Gives each question an answer of its own, or that of a list, and is sure of it."""

    def __init__(
        self,
        answers: Mapping[str, str] | None = None,
        *,
        unsure: str = "unsure",
        strategy: Strategy = "uniform",
    ) -> None:
        super().__init__(strategy=strategy)
        self.answers, self.unsure = answers or {}, unsure

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        yield self.answers.get(question.text, f"answer to {question.text}")

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        return Judgement(confidence=0.2 if self.unsure in question.text else 0.9, answerable=True)


def suggestions(video: Path, things: Sequence[str], model: Sure) -> tuple[str, ...]:
    return suggest_questions(model.encode(read_clip(video, model.sampling)), model, things)


@pytest.mark.parametrize(
    ("things", "questions"),
    [
        (["a flower"], ("Where is the flower?", "What color is the flower?", "What is happening?")),
        (["a car"], ("What vehicle is this?", "Where is the car?", "What color is the car?")),
        (["a dog"], ("What animal is this?", "What is the dog doing?", "Where is the dog?")),
        (["sunglasses", "a lake"], ("Where are the sunglasses?", "What color is the lake?", "What color are the sunglasses?")),
        (["a red rose", "a lake", "a hill"], ("Where is the red rose?", "What color is the lake?", "Where is the hill?")),
        (["a woman"], ("What is the woman doing?", "What is the woman wearing?", "What is happening?")),
        ([], ("What is happening?", "Where is this?", "How many people are there?")),
    ],
)  # fmt: skip
def test_a_thing_of_a_single_shot_is_asked_about(
    videos: Videos, things: list[str], questions: tuple[str, ...]
) -> None:
    assert suggestions(videos["h264.mp4"], things, Sure()) == questions


def test_things_of_several_shots_are_asked_about_in_different_ways(cuts: Path) -> None:
    things = ["a red flower", "a red mountain", "a red bicycle"]
    questions = suggestions(cuts, things, Sure(strategy="shots"))
    assert questions == (
        "What vehicle is this?",
        "When do you see a red flower?",
        "Where is the red mountain?",
    )


def test_what_is_answered_alike_or_by_the_thing_itself_is_not_suggested(videos: Videos) -> None:
    answers = {
        "Where is the boat?": "in the boat",
        "What color is the boat?": "blue",
        "What is happening?": "blue",
        "Where is this?": "boat",
    }
    questions = suggestions(videos["h264.mp4"], ["a boat"], Sure(answers))
    assert questions == (
        "What vehicle is this?",
        "What color is the boat?",
        "How many people are there?",
    )


def test_without_confident_answers_the_file_is_asked_about(videos: Videos, cuts: Path) -> None:
    facts = ("How long is the video?", "How many shots are there?", "Does the video have sound?")
    assert suggestions(videos["h264.mp4"], ["a flower"], Sure(unsure="")) == (facts[0], facts[2])
    assert suggestions(cuts, ["a flower"], Sure(unsure="", strategy="shots")) == facts


def test_each_thing_is_named_once(cuts: Path) -> None:
    answers = {"What vehicle is this?": "car", "What is the main object?": "car"}
    model = Sure(answers, strategy="shots")
    context = model.encode(read_clip(cuts, model.sampling))
    assert name_things(context, model) == ("a car",)
