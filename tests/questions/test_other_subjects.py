from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("earlier", "answer", "text", "rendered"),
    [
        ("what is the man doing", "running", "does the dog too", "is the dog running?"),
        ("what is the man doing", "running", "and does the dog", "is the dog running?"),
        ("what is the man doing", "running", "is the other man doing the same", "is the other man running?"),
        ("is the man running", "yes", "do the kids also", "are the kids running?"),
        ("what is the man wearing", "a hat", "does the woman do that too", "is the woman wearing a hat?"),
        ("what is the man doing", "running", "is the dog asleep", "is the dog asleep"),
        ("what is the man doing", "running", "anyone else?", "is anyone else running?"),
        ("what is the man doing", "running", "who else", "who else is running?"),
        ("who is holding the ball", "the girl", "anyone else?", "is anyone else holding the ball?"),
        ("who holds the ball", "the girl", "anybody else?", "does anyone else hold the ball?"),
        ("where is the man", "in the kitchen", "who else", "who else is in the kitchen?"),
        ("what is he wearing", "a hat", "someone else?", "is anyone else wearing a hat?"),
        ("is there a man", "yes", "who else?", "who else is there?"),
        ("is there a dog", "yes", "anyone else", "is there anyone else?"),
        ("what is the man doing", "running", "still?", "is the man still running?"),
        ("who plays the drum", "nobody", "the girl on the left doesn't?", "does the girl on the left play the drum?"),
        ("is the horse eating", "no", "the brown horse is?", "is the brown horse eating?"),
        ("who plays the drum", "the man", "and the girl?", "does the girl play the drum?"),
        ("who has a kite", "the man", "and the girl?", "does the girl have a kite?"),
        ("is anyone singing", "no", "the man in the back?", "is the man in the back singing?"),
        ("where is the cat", "on the sofa", "still?", "is the cat still on the sofa?"),
    ],
)  # fmt: skip
def test_the_predicate_is_repeated_for_another_subject(
    earlier: str, answer: str, text: str, rendered: str
) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer))]
    assert parse(text, history, encoder=sentence_encoder()).rendered == rendered
