from __future__ import annotations

import pytest

from vqa.questions.corrected_nouns import corrected_noun
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("its a cat not a dog", "cat"),
        ("no, that's a fox", "fox"),
        ("wrong, it is actually a van, not a car", "van"),
        ("no thats wrong", ""),
        ("it's a cat in a box", ""),
        ("is it a cat", ""),
        ("", ""),
    ],
)
def test_a_correction_names_a_noun(text: str, noun: str) -> None:
    assert corrected_noun(text) == noun


def test_it_refers_to_what_a_correction_names() -> None:
    texts = ("what animal is this", "what is it doing", "no, that's a fox")
    history: list[Turn] = []
    for text, answer in zip(
        texts, ("dog", "playing", "Thank you for the correction."), strict=True
    ):
        parsed = parse(text, history)
        history.append(Turn(question=text, answer=Answer(text=answer), parsed=parsed))
    assert parse("what color is it", history).resolved == "what color is the fox"
