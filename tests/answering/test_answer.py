from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.answering.answer import QuestionTurn, strongest_frames
from vqa.answering.parts import with_shot
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.types import Evidence, Judgement, Question, Shot
from vqa.video.reader import read_clip


def used_weights(*weights: float) -> list[float]:
    frames = [Evidence(index=row, time_s=row, weight=w) for row, w in enumerate(weights)]
    return [frame.weight for frame in strongest_frames(frames)]


def test_frames_that_carry_next_to_nothing_are_not_shown() -> None:
    assert used_weights(0.7, 0.005, 0.3) == [0.7, 0.3]
    assert used_weights(0.02, 0.6) == [0.6]
    assert used_weights(0.0) == [0.0]
    assert used_weights() == []


def test_four_frames_are_enough() -> None:
    assert used_weights(0.5, 0.4, 0.4, 0.3, 0.3, 0.2) == [0.5, 0.4, 0.4, 0.3]


@pytest.mark.parametrize(
    ("text", "time_range"),
    [
        ("What is in the second scene?", (3.0, 6.0)),
        ("what color is it in the 3rd shot", (6.0, 9.0)),
        ("Describe what happens in the last shot.", (6.0, 9.0)),
        ("describe the last scene", (6.0, 9.0)),
        ("What is in the ninth scene?", None),
        ("How many shots are there?", None),
    ],
)
def test_a_shot_that_is_named_by_its_number(
    text: str, time_range: tuple[float, float] | None
) -> None:
    shots = [Shot(start_s=3.0 * n, end_s=3.0 * n + 3.0) for n in range(3)]
    resolved = with_shot(parse(text), shots).time_range
    assert (resolved and (resolved.start, resolved.end)) == time_range


class DescribingModel(ColourModel):
    """Describes every video by one sentence, of which it is not sure."""

    visual_only = True

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence

    def prepare(self, context: VideoContext, question: Question) -> DescribingModel:
        return self

    def stream(self, *_: object, **__: object) -> Iterator[str]:
        yield self.sentence

    def judge(self, *_: object) -> Judgement:
        return Judgement(confidence=0.01, answerable=True)

    def explain(self, *_: object) -> tuple[Evidence, ...]:
        return ()


@pytest.mark.parametrize(
    ("sentence", "reply"),
    [
        ("a dog runs", "I'm not sure, but at the end, it looks like a dog runs."),
        (
            "something in a red shirt is picking flowers",
            "I can't make out what is seen there. Ask about ",
        ),
    ],
)
def test_a_guess_without_a_subject_is_not_told(sentence: str, reply: str, cuts: Path) -> None:
    model = DescribingModel(sentence)
    context = model.encode(read_clip(cuts, model.sampling))
    turn = QuestionTurn(model, context, "What happens at the end?")
    answer = turn.judge("".join(turn.stream()))
    assert answer.reply.startswith(reply)
    assert ("looks like" in answer.reply) == ("looks like" in reply)


@pytest.mark.parametrize(
    ("question", "text", "reply"),
    [
        ("are there three dogs?", "no", "No, I count two dogs."),
        ("is there more than one dog", "yes", "Yes, I count two dogs."),
        ("is there only one dog?", "no", "No, I count two dogs."),
        ("how many dogs are there?", "two", "I count two dogs."),
    ],
)
def test_a_suggested_number_is_compared_with_the_count(
    question: str, text: str, reply: str, cuts: Path
) -> None:
    model = DescribingModel("two")
    turn = QuestionTurn(model, model.encode(read_clip(cuts, model.sampling)), question)
    assert "".join(turn.stream()) == text
    assert turn.judge(text).reply == reply
