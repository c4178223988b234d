from __future__ import annotations

import pytest

from vqa.answering.conversation import answer_conversation
from vqa.answering.recall import answer_recall, answer_shorter
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


def turn_of(text: str, answer: str, reply: str = "") -> Turn:
    return Turn(question=text, answer=Answer(text=answer, reply=reply), parsed=parse(text))


CAPTION = "a brown dog is jumping into the water"


@pytest.mark.parametrize(
    ("turn", "text", "reply"),
    [
        (turn_of("describe it", CAPTION), "make it shorter", "A brown dog is jumping."),
        (turn_of("describe it", CAPTION), "say it in one word", "Dog."),
        (turn_of("how many dogs?", "two", "I count two dogs."), "in one word please", "Two."),
        (turn_of("how many dogs?", "two", "I count two dogs."), "even shorter", "Two."),
        (turn_of("what is he doing?", "riding a bike", "The man is riding a bike."), "just one word", "Riding."),
        (turn_of("is it red?", "yes", "Yes, it is red."), "shorter", "Yes."),
        (turn_of("what color is the dog?", "red"), "shorter", "I can't say that in fewer words: red"),
    ],
)  # fmt: skip
def test_an_answer_is_given_in_fewer_words(turn: Turn, text: str, reply: str) -> None:
    question = parse(text, [turn])
    assert question.intent == "shorten"
    result = answer_shorter(question, [turn])
    assert result is not None
    assert result.reply == reply


def test_a_list_of_scenes_is_shortened_by_a_summary() -> None:
    turn = turn_of("list the scenes", "0:00 a dog\n0:03 a cat")
    assert answer_shorter(parse("make it shorter", [turn]), [turn]) is None


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what did i ask first", "You asked: “is there a dog?”"),
        ("what was my last question?", "You asked: “and a cat?”"),
        ("what did I just ask", "You asked: “and a cat?”"),
        ("what did i ask you at the start", "You asked: “is there a dog?”"),
    ],
)
def test_own_questions_are_repeated(text: str, reply: str) -> None:
    turns = [turn_of("is there a dog?", "yes"), turn_of("and a cat?", "no")]
    question = parse(text, turns)
    assert question.intent == "recall"
    assert answer_recall(question, turns).text == reply


_TURNS = [
    turn_of("how many men are there?", "two", "I count two men."),
    turn_of("what color is the hat of the man?", "red", "The hat is red."),
    turn_of("where is the man?", "on the left", "The man is on the left."),
]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("are you sure about the number of men?", "two"),
        ("are you sure about the hat?", "red"),
        ("are you certain about the color?", "red"),
        ("are you sure about the place of the man?", "on the left"),
        ("are you sure?", "on the left"),
        ("are you sure about the zebra?", "on the left"),
    ],
)
def test_a_doubt_is_on_the_answer_that_it_names(text: str, answer: str) -> None:
    question = parse(text, _TURNS)
    assert question.intent == "certainty"
    result = answer_conversation(question, _TURNS)
    turn = next(one for one in _TURNS if one.answer.text == answer)
    assert result is not None
    assert turn.answer.reply in result.text
