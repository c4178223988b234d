"""Questions with the question word where the answer would stand."""

from __future__ import annotations

import pytest

from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("he is holding what", "what is he holding"),
        ("the train comes back when", "when does the train come back"),
        ("she hangs it where", "where does she hang it"),
        ("the hat what color is", "what color is the hat"),
        ("the shirt what color has", "what color is the shirt"),
        ("the dog what doing", "what is the dog doing"),
        ("left one is what color", "what color is the left one"),
        ("on the table what is there", "what is on the table"),
        ("on table what", "what is on the table"),
        ("behind him who is there", "who is behind him"),
        ("left side who is", "who is on the left side"),
        ("eyes what color?", "what color are the eyes"),
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
        ("the van turns into which street", "into which street does the van turn"),
        ("the old lady is talking to whom", "who is the old lady talking to"),
        ("the bus arrives when", "when does the bus arrive"),
        ("the boy throws it how far?", "how far does the boy throw it?"),
        ("he stands on which side of the car?", "on which side of the car does he stand?"),
        ("you can count how many kinds of birds?", "how many kinds of birds can you count?"),
        ("it was what before that", "what was it before that"),
        ("the man puts his hat where", "where does the man put his hat"),
        ("he sings about what", "what does he sing about"),
        ("the girl feeds the goat what?", "what does the girl feed the goat?"),
        ("the boat goes how fast", "how fast does the boat go"),
        ("they do it how", "how do they do it"),
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
        "that is how",
        "what about what he wears",
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


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("on those shelves there are books?", "are there books on those shelves?"),
        ("in the kitchen somebody is cooking?", "is somebody cooking in the kitchen?"),
        ("on the wall something is hanging?", "is something hanging on the wall?"),
        ("in the bathroom there is somebody?", "is there somebody in the bathroom?"),
        ("on the wall there is a picture?", "is there a picture on the wall?"),
    ],
)
def test_a_place_goes_behind_its_statement(text: str, rendered: str) -> None:
    assert parse(text).rendered == rendered
