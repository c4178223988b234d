from __future__ import annotations

import pytest

from vqa.answering.asked_kind import reply_to_other_kind
from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("what breed is the dog", "dog", "I can't tell the breed, only that I see a dog."),
        ("what breed is the dog", "golden retriever", ""),
        ("what kind of flowers are these", "applying makeup", "I can't tell the kind of flower."),
        ("what kind of shoes does he have?", "shirt", "I can't tell the kind of shoe."),
        ("what kind of hair does the woman have?", "brown", "Brown hair."),
        ("what is next to the mirror", "mirror", "I can't tell anything else there than the mirror."),
        ("what animal is it", "dog", ""),
        ("what sport is this", "playing tennis", ""),
        ("what is the man holding", "guitar", ""),
        ("which one is red", "car", "I can't tell which one."),
        ("what game is she playing", "pink", "I can't tell the kind of game."),
        ("what is behind the woman", "applying makeup", "I can't tell what is behind the woman."),
        ("what is she coloring her eye with", "coloring her eye", "I can't tell what she is coloring her eye with."),
        ("which country is this", "stage", "I can't tell the country, only that I see a stage."),
        ("what exercise is this", "mat", "I can't tell the kind of exercise."),
        ("what exercise is this", "kicking", ""),
        ("which one came first, the car or the bus", "surfer", "I can't tell which one."),
        ("which one is on the left", "on the left", "I can't tell which one."),
        ("what breed is the dog", "brown and white", "I can't tell the breed."),
        ("which cup is it under", "left", "The left one."),
        ("who hits the man", "rope", "I can't tell who hits the man."),
        ("who hits the man", "another boy", ""),
        ("which one is getting the makeup", "applying makeup", "I can't tell which one."),
        ("which of them have glasses", "glasses", "I can't tell which one."),
        ("what does the dog have in its mouth", "brown and white", "I can't tell, only that it is brown and white."),
        ("what kind of dog is it", "golden retriever", ""),
        ("what kind of dog is it", "dog", "I can't tell the kind of dog."),
        ("what trick is this", "yard", "I can't tell the kind of trick."),
        ("which one has jeans", "black", "The black one."),
        ("which one has a hat", "hat", "I can't tell which one."),
        ("what bird is that", "black", "Black bird."),
        ("what is the man wearing on his head", "shirt", "I can't tell what is on the head."),
        ("what is the man wearing on his head", "hat", ""),
        ("what is behind", "girl", ""),
    ],
)  # fmt: skip
def test_an_answer_of_another_kind_is_not_given_for_the_kind(
    question: str, answer: str, reply: str
) -> None:
    assert reply_to_other_kind(parse(question), answer) == reply
