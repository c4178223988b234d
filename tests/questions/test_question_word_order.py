"""Questions with the question word where the answer would stand."""

from __future__ import annotations

import pytest

from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("he is holding what", "what is he holding"),
        ("the dog is lying where?", "where is the dog lying?"),
        ("there is a man wearing what?", "what is the man wearing?"),
        ("there are how many people?", "how many people are there?"),
        ("the car is what color", "what color is the car"),
        ("it is what kind of dog", "what kind of dog is it"),
        ("the baby holds what up to its ear", "what does the baby hold up to its ear"),
        ("the man riding what down the slope?", "what is the man riding down the slope?"),
        ("two bears climbing up what?", "what are two bears climbing up?"),
        ("the woman wears what and is on the phone?", "what does the woman wear?"),
        ("the dog looks at who", "who does the dog look at"),
        ("they go where?", "where do they go?"),
        ("she is with who", "who is she with"),
    ],
)
def test_the_question_word_comes_first(text: str, rendered: str) -> None:
    question = parse(text)
    assert question.rendered.rstrip("?") == rendered.rstrip("?")
    assert question.answer_kind == "open"


@pytest.mark.parametrize(
    "text",
    [
        "tell me what he is holding",
        "does she see what he does",
        "i know what you mean",
        "not sure what it is",
        "what he is holding",
        "that is what he does",
        "and where",
        "is that what it looks like?",
    ],
)
def test_clauses_with_a_question_word_are_kept(text: str) -> None:
    assert not parse(text).rendered.startswith(("what is not", "what does i", "what do i", "who"))


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("What is it that he holds?", "What does he hold?"),
        ("what is it that the girl wears on her head?", "what does the girl wear on her head?"),
        ("who is it that she talks to", "who does she talk to"),
        ("where is it that they go", "where do they go"),
        ("what is it that's on the table", "what is on the table"),
        ("what is it that is falling", "what is falling"),
    ],
)
def test_a_cleft_is_a_plain_question(text: str, question: str) -> None:
    assert normalized_wording(text) == question
