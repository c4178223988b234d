"""Tests of bare answers as statements, in a message with several questions."""

from dataclasses import replace

import pytest

from vqa.answering.replies import full_sentence
from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("text", "answer", "reply"),
    [
        ("What is the man holding?", "camera", "The man is holding a camera."),
        ("What is behind the girl?", "trees", "There are trees behind the girl."),
        ("Who is lying on the floor?", "man", "A man is lying on the floor."),
        ("Where is the dog looking?", "camera", "The dog is looking at the camera."),
        ("Which way is the car facing?", "right", "The car is facing to the right."),
        ("How many stand around the table?", "four", "Four stand around the table."),
        ("Is the collar purple or blue?", "blue", "The collar is blue."),
        ("Is he in the kitchen or in the garden?", "kitchen", "He is in the kitchen."),
        ("Is the woman holding a cup or a phone?", "phone", "The woman is holding a phone."),
        ("What kind of animal is it?", "dog", "It is a dog."),
        ("What is she holding in her hand?", "cup", "She is holding a cup in her hand."),
        ("Is it flowers or stripes?", "flowers", "They are flowers."),
        ("What animal is it really?", "dog", "It is a dog."),
        ("Who stands on the left?", "woman", "A woman stands on the left."),
        ("Which parts of it are visible?", "hand", "A hand is visible."),
    ],
)
def test_a_bare_answer_of_several_names_what_it_answers(text: str, answer: str, reply: str) -> None:
    question = parse(text)
    of_several = replace(question, form=replace(question.form, number_in_message=2))
    assert full_sentence(of_several, answer) == reply
