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


@pytest.mark.parametrize(
    ("text", "answer", "reply"),
    [
        ("does someone else carry a bag?", "yes", "Yes, someone else carries a bag."),
        ("does anyone else carry many bags?", "no", "No, nobody else carries many bags."),
        ("did anyone else fall?", "no", "No, nobody else did."),
        ("does anyone in the room dance?", "no", "No, nobody in the room dances."),
        ("does somebody in red dance?", "yes", "Yes, somebody in red dances."),
        ("does everyone in red dance?", "no", "No, not everyone in red dances."),
    ],
)
def test_somebody_else_and_a_place_stay_in_the_subject(text: str, answer: str, reply: str) -> None:
    assert full_sentence(parse(text), answer) == reply


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("are the boys both smiling", "no", "No, not both of the boys are smiling."),
        ("are the boys all smiling", "no", "No, not all of the boys are smiling."),
        ("do the girls both wear hats", "no", "No, not both of the girls wear hats."),
        ("are the boys both smiling", "yes", "Yes, the boys are both smiling."),
    ],
)
def test_both_and_all_are_denied_of_the_subject(question: str, answer: str, reply: str) -> None:
    assert full_sentence(parse(question), answer) == reply


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        ("does that happen anywhere", "no", "No, that doesn't happen anywhere."),
        ("does this take place outside", "yes", "Yes, this takes place outside."),
        ("did that happen at the start", "yes", "Yes, that happens at the start."),
        ("does that dog bark", "yes", "Yes, that dog barks."),
        ("what is she holding", "50", "I can't tell what she is holding."),
        ("how many are there", "50", "50."),
    ],
)
def test_pronouns_as_subjects_and_numbers_as_answers(
    question: str, answer: str, reply: str
) -> None:
    assert full_sentence(parse(question), answer) == reply
