from __future__ import annotations

import pytest

from vqa.questions.parse import parse
from vqa.questions.rendering import as_question


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("i think the dog is asleep", "is the dog asleep?"),
        ("he looks angry", "does he look angry?"),
        ("she has a long coat", "does she have a long coat?"),
        ("it was on the ground, right?", "was it on the ground?"),
        ("someone falls at the end", "does someone fall at the end?"),
        ("the boy watches tv", "does the boy watch tv?"),
        ("is the dog asleep", "is the dog asleep"),
        ("what is it", "what is it"),
    ],
)
def test_a_claim_becomes_a_question(claim: str, question: str) -> None:
    assert as_question(claim) == question


@pytest.mark.parametrize("text", ["the man looks tired", "so the woman is cooking", "it is heavy?"])
def test_a_claim_is_answered_by_yes_or_no(text: str) -> None:
    assert parse(text).answer_kind == "yes_no"


def test_a_question_of_who_is_open() -> None:
    assert parse("who is wearing white").answer_kind == "open"
