"""Numbers that a question suggests."""

from __future__ import annotations

import pytest

from vqa.questions.nouns.number_questions import count_question, is_number_alone, number_range
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("text", "smallest", "largest"),
    [
        ("are there two dogs?", 2, 2),
        ("is there only one dog", 1, 1),
        ("is there more than one big dog in the water", 2, 999),
        ("can you see at least 3 people", 3, 999),
        ("are there fewer than five cars", 0, 4),
        ("are there no more than two birds", 0, 2),
        ("aren't there three cats", 3, 3),
        ("are there several boats", 3, 999),
        ("only two?", 2, 2),
        ("but I see three", 3, 3),
        ("isn't it four", 4, 4),
    ],
)
def test_the_numbers_that_a_question_suggests(text: str, smallest: int, largest: int) -> None:
    assert number_range(text) == (smallest, largest)


@pytest.mark.parametrize(
    "text",
    [
        "is there a dog?",
        "is there one on the left",
        "are there two or three people",
        "are there two men and a woman",
        "how many dogs are there?",
        "is the dog two years old",
    ],
)
def test_questions_that_suggest_no_number(text: str) -> None:
    assert number_range(text) is None
    assert count_question(text) == text


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("are there two dogs?", "how many dogs are there?"),
        ("is there more than one big dog in the water", "how many big dogs are in the water?"),
        ("are there two people fighting", "how many people are fighting?"),
        ("do you see three cups on the table?", "how many cups are on the table?"),
        ("is there really just one person", "how many people are there?"),
        ("there are three dogs, right?", "how many dogs are there?"),
        ("how many dogs are there, two?", "how many dogs are there?"),
    ],
)
def test_a_suggested_number_is_counted(text: str, rendered: str) -> None:
    question = parse(text)
    assert (question.intent, question.rendered) == ("count", rendered)


@pytest.mark.parametrize(
    "text",
    ["are there three?", "I think I see three", "i counted three", "aren't there three", "there are three, no?"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("earlier", "answer"), [("how many cats are there?", "two"), ("is there a cat?", "yes")]
)
def test_a_claim_of_another_number_is_counted_again(text: str, earlier: str, answer: str) -> None:
    assert is_number_alone(text)
    question = parse(text, [Turn(question=earlier, answer=Answer(text=answer))])
    assert (question.intent, question.subject) == ("count", "cat")
    assert question.form.number_range == (3, 3)
