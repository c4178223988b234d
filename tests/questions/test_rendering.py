from __future__ import annotations

import pytest

from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize("text", ["the man looks tired", "so the woman is cooking", "it is heavy?"])
def test_a_claim_is_answered_by_yes_or_no(text: str) -> None:
    assert parse(text).answer_kind == "yes_no"


def test_a_question_of_who_is_open() -> None:
    assert parse("who is wearing white").answer_kind == "open"


@pytest.mark.parametrize(
    "text",
    ["who comes after the dog?", "who comes before the zebras", "who appears after the cat?"],
)
def test_who_comes_before_or_after_asks_for_a_person(text: str) -> None:
    question = parse(text)
    assert (question.intent, question.rendered) == ("order", "who is there?")
    assert not question.form.asks_action


def test_who_acts_first_is_asked_itself() -> None:
    assert parse("who crosses the line first?").rendered == "who crosses the line first?"


@pytest.mark.parametrize(
    "text", ["Was it sunny there", "is it day or night there", "is it true or only shadow"]
)
def test_an_expletive_needs_no_context(text: str) -> None:
    history = [Turn(question="what is the man doing", answer=Answer(text="walking"))]
    assert parse(text, history).rendered == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("whats in this clip", "description"),
        ("what is in the video?", "description"),
        ("what is in the first scene?", "open"),
        ("what's in the dog part", "open"),
    ],
)
def test_contents_of_the_whole_video_are_described(text: str, kind: str) -> None:
    assert parse(text).answer_kind == kind
