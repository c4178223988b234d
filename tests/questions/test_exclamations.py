from __future__ import annotations

import pytest

from tests.questions.test_antecedents import ask
from vqa.questions.exclamations import exclamation_noun, is_exclamation
from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("what a cute pup", "pup"),
        ("omg what a lovely little dog!", "dog"),
        ("such a pretty garden", "garden"),
        ("what a mess", "mess"),
        ("beautiful birds!", "bird"),
        ("love this kitchen", "kitchen"),
        ("poor thing", ""),
        ("how cute", ""),
        ("aww so sweet :)", ""),
        ("this is hilarious lol", ""),
        ("looks delicious", ""),
    ],
)
def test_exclamations_ask_nothing(text: str, noun: str) -> None:
    assert is_exclamation(text)
    assert exclamation_noun(text) == noun
    assert parse(text).intent == "acknowledge"


@pytest.mark.parametrize(
    "text",
    ["cute dog?", "what a man does", "what a woman in red holds", "how cute is it", "a cat", "", "strange sound"],
)  # fmt: skip
def test_questions_are_no_exclamations(text: str) -> None:
    assert not is_exclamation(text)
    assert exclamation_noun(text) == ""


def test_an_animal_of_an_exclamation_is_what_it_refers_to() -> None:
    history = ["What a cute pup", "All right.", "is it asleep?"]
    assert ask(*history).resolved == "is the pup asleep?"
    assert (
        ask("Is there a man?", "yes", "cute dog!", "ok", "is it wet?").resolved == "is the dog wet?"
    )
