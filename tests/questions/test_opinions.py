"""Tests of "who is right?" after two opinions."""

import pytest

from vqa.questions.messages.opinions import with_decision


@pytest.mark.parametrize(
    ("claims", "question"),
    [
        ("he shouted seal, seal, but I think it is only a wet dog. ", "is it a seal or a wet dog"),
        ("my dad said it was a fridge, i said a printer. ", "is it a fridge or a printer"),
        ("To me it looks like a sheep but my son insists that it is a goat, so ", "is it a sheep or a goat"),
        ("she says that there are four parts but I counted only three, so ", "how many scenes are there"),
        ("she counts two dogs but I say there is only one. ", "how many dogs are there"),
        ("my dad says it's blue but i see green, ", "is it blue or green"),
        ("one says there are three people and the other says five. ", "how many people are there"),
        ("he thought the driver was asleep, I said he was looking down. ", "was the driver asleep or was he looking down"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("request_words", ["who is right", "which one of us two is right"])
def test_two_opinions_are_decided_by_a_question(
    claims: str, question: str, request_words: str
) -> None:
    assert with_decision(f"{claims}{request_words}?") == f"{claims}{question}?"


@pytest.mark.parametrize(
    "text", ["My son likes it a lot. Who is right?", "He is on the right.", "is the sign right?"]
)
def test_a_text_without_two_opinions_is_unchanged(text: str) -> None:
    assert with_decision(text) == text
