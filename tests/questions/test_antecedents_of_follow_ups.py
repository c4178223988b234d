from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("earlier", "answer", "text", "resolved"),
    [
        # The option that a sentence chooses
        ("is she reading a book or is that a tablet", "the girl is reading a book", "what color is it", "what color is the book"),
        ("is he eating an apple or is that a pear", "he is eating an apple", "is it red", "is the apple red"),
        # The thing whose place was asked, before what it is at
        ("what is the bicycle leaning against", "a pole", "does it have a basket", "does the bicycle have a basket"),
        ("what is the car parked next to", "a tree", "does it have a roof", "does the car have a roof"),
        ("what is the cup next to", "a plate", "is it full", "is the cup full"),
        ("what is she holding", "a toy", "what color is it", "what color is the toy"),
        ("what is the dog holding", "a ball", "is it red", "is the ball red"),
        # Nobody throws what somebody wears.
        ("what is the pitcher wearing", "a white uniform", "does he throw it", "does he throw it"),
        ("what is the man wearing", "a hat", "does he catch it", "does the man catch it"),
        ("what is he throwing", "a ball", "does he catch it", "does the man catch the ball"),
        # The text on a thing
        ("is there text on the poster", "yes", "is it in French", "is the text in French"),
        ("are there words on the bag", "yes", "what color are they", "what color are the words"),
        ("are there any lamps", "yes", "do they flicker", "do the lamps flicker"),
        # What somebody does to a thing
        ("what is the squirrel eating", "a nut", "how does it open it", "how does the squirrel open the nut"),
        ("what is the cat chasing", "a mouse", "did it catch it", "did the cat catch the mouse"),
        ("what is the dog playing with", "a stick", "where did it get that", "where did the dog get that"),
        ("are there any boxes", "yes", "are they open", "are the boxes open"),
        ("do the dogs have collars", "yes", "where are they, a beach?", "where are the dogs?"),
        ("is it a dog", "no", "what then", "what is it?"),
        ("is she a nurse", "no", "what then", "what is she?"),
        ("is the car red", "no", "what then", "what color is the car?"),
        ("how many dogs are there", "two", "is the black one a dog or a wolf", "is the black dog a dog or a wolf"),
    ],
)  # fmt: skip
def test_pronouns_after_a_choice_and_a_place(
    earlier: str, answer: str, text: str, resolved: str
) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer))]
    assert parse(text, history, encoder=sentence_encoder()).resolved == resolved


@pytest.mark.parametrize("text", ["which one wears glasses", "which one has a hat"])
def test_which_one_asks_who_it_is(text: str) -> None:
    history = [Turn(question="how many people are there", answer=Answer(text="three"))]
    assert parse(text, history, encoder=sentence_encoder()).intent == "identify"
