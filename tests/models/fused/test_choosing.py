from __future__ import annotations

from pathlib import Path

import pytest

from vqa.models.fused.asking import is_yes_no
from vqa.models.fused.choosing import options_of
from vqa.models.fused.runtime import FusedRuntime
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("Is it a dog or a cat?", ("dog", "cat")),
        ("cat or dog", ("cat", "dog")),
        ("Is there a person or an animal in the video?", ("person", "animal")),
        ("Is the plane landing or taking off?", ("landing", "taking off")),
        ("Is the man sitting on a chair or standing?", ("sitting on a chair", "standing")),
        ("is he riding a horse or walking on the beach?", ("riding a horse", "walking on the beach")),
        ("What color is it, red or blue?", ("red", "blue")),
        ("Is the wing red or blue?", ("red", "blue")),
        ("Is the video in color or black and white?", ("color", "black and white")),
        ("Is this in color or in black and white?", ("color", "black and white")),
        ("Are there two or three people?", ("two", "three")),
        ("Is the cup on the table or on the floor?", ("table", "floor")),
        ("Is the cup on the table or under the table?", ("on the table", "under the table")),
        ("does the boy run or walk?", ("run", "walk")),
    ],
)  # fmt: skip
def test_two_answers_are_read_from_the_question(question: str, offered: tuple[str, str]) -> None:
    assert options_of(question) == offered


@pytest.mark.parametrize(
    "question",
    [
        "What is the dog doing?",
        "Is it raining or not?",
        "Is it red, green or blue?",
        "What color is it, red, green or blue?",
        "a dog or a cat or a horse?",
        "Are there one or more dogs?",
        "What is the man or woman doing?",
        "or",
        "",
    ],
)
def test_what_offers_no_two_answers_is_left_alone(question: str) -> None:
    assert options_of(question) is None


def test_or_not_is_answered_with_yes_or_no() -> None:
    assert is_yes_no("Is it raining or not?")
    assert not is_yes_no("Is it raining or snowing?")


def test_one_of_the_two_is_the_answer_and_the_likelier_one(
    runtime: FusedRuntime, cuts: Path
) -> None:
    seen = runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))
    for question in ("Is it red or blue?", "Is it blue or red?"):
        answer = "".join(runtime.stream(seen, question))
        other = {"red": "blue", "blue": "red"}[answer]
        assert runtime.score(seen, question, answer) >= runtime.score(seen, question, other)
        assert 0.5 <= runtime.judge(seen, question, answer).confidence <= 1
        assert runtime.judge(seen, question, "a house").confidence < 0.5, "not one of the two"
