from __future__ import annotations

import pytest

from tests.questions.test_antecedents import ask
from vqa.questions.conversation.doubts import claim_of_doubt


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("r u sure it wasnt a fight", "was it a fight?"),
        ("so you're certain that nobody is there?", "is anybody there?"),
        ("really sure the dog doesnt have a collar", "does the dog have a collar?"),
        ("are you sure about the dog being wet?", "is the dog wet?"),
        ("ok but u sure theres only one", "only one?"),
        ("are you sure?", ""),
        ("are you sure about that?", ""),
        ("is the man sure of it?", ""),
    ],
)
def test_a_doubt_asks_its_claim(text: str, question: str) -> None:
    assert claim_of_doubt(text) == question


@pytest.mark.parametrize(
    ("exchanges", "intent"),
    [
        (["Are they fighting?", "no", "what happens next?", "a dog runs", "r u sure it wasnt a fight"], "presence"),
        (["Is the dog running?", "yes", "what color is it?", "brown", "are you sure its running"], "verify"),
        (["What animal is it?", "a dog", "are you sure it's a dog?"], "certainty"),
        (["Is the dog wet?", "yes", "are you sure the dog is wet?"], "certainty"),
    ],
)  # fmt: skip
def test_a_doubt_about_the_latest_answer_rates_it(exchanges: list[str], intent: str) -> None:
    assert ask(*exchanges).intent == intent
