from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("earlier", "answer", "text", "resolved"),
    [
        ("what color is the car", "red", "i think it's blue", "is the car blue?"),
        ("what color is the car", "red", "no its blue", "is the car blue?"),
        ("what color are his shoes", "red", "looks more like orange to me", "are the shoes orange?"),
        ("what is the man doing", "running", "it looks like jumping", "is the man jumping?"),
        ("what is the man doing", "running", "I thought he was dancing", "is the man dancing?"),
        ("where is the cat", "on the sofa", "no it's on the chair", "is the cat on the chair?"),
        ("what animal is it", "a cow", "I thought it was a horse", "is it a horse?"),
        ("what animal is it", "a cow", "it must be a horse", "is it a horse?"),
        ("what is he holding", "a bat", "looks like a stick to me", "is it a stick?"),
        ("what are they playing", "football", "looks like rugby", "is it rugby?"),
        ("what is on the plate", "potatoes", "looks more like carrots", "are there any carrots?"),
        ("where are they", "in a park", "looks more like a garden", "is it a garden?"),
        ("which leg is up", "right", "I think it is the front one", "is it the front leg?"),
        ("which leg is up", "right", "isn't it the left one", "is it the left leg?"),
        ("which dog is barking", "the brown one", "not the black one?", "is it the black dog?"),
    ],
)  # fmt: skip
def test_a_claim_of_another_answer_is_asked(
    earlier: str, answer: str, text: str, resolved: str
) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer))]
    assert parse(text, history, encoder=sentence_encoder()).resolved == resolved


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("a cow you say", "certainty"),
        ("no, it's a horse", "correction"),
        ("that's a funny animal", "acknowledge"),
        ("why a cow", "explain"),
        ("how can you tell it's a cow", "explain"),
    ],
)
def test_what_repeats_the_answer_is_no_other_claim(text: str, intent: str) -> None:
    history = [Turn(question="what animal is it", answer=Answer(text="a cow"))]
    assert parse(text, history, encoder=sentence_encoder()).intent == intent
