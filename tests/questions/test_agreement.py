from __future__ import annotations

import pytest

from vqa.questions.normalization.agreement import with_agreement


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("is the shoes black?", "are the shoes black?"),
        ("the boys is in the river?", "the boys are in the river?"),
        ("they has hats?", "they have hats?"),
        ("do the dog run", "does the dog run"),
        ("there is many people?", "there are many people?"),
        ("are there a car in the street?", "is there a car in the street?"),
        ("what color is his eyes", "what color are his eyes"),
        ("how many people has a hat", "how many people have a hat"),
        ("where are the car parked", "where is the car parked"),
        ("Is the kids playing?", "Are the kids playing?"),
        ("how does the two cars differ", "how do the two cars differ"),
        ("what are this dogs doing", "what are these dogs doing"),
        ("This people is happy?", "These people are happy?"),
        ("is that scissors sharp", "are those scissors sharp"),
        ("who is these man?", "who are these men?"),
        ("what color are those boy in the corner", "what color are those boys in the corner"),
        ("do these dog bark?", "do these dogs bark?"),
    ],
)
def test_the_verb_agrees_with_its_subject(question: str, right: str) -> None:
    assert with_agreement(question) == right


@pytest.mark.parametrize(
    "question",
    [
        "are the man and the woman tall",
        "are the team happy",
        "are the sheep in the barn?",
        "is there a man and a woman",
        "does one of the boys have a hat",
        "is the dog in the boxes",
        "are her sleeves rolled up",
        "that sounds odd, is it true",
        "this costs a lot",
        "i see that people like it",
        "what are these car keys for",
    ],
)
def test_a_verb_that_agrees_stays(question: str) -> None:
    assert with_agreement(question) == question
