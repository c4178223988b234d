"""Questions for the name of a thing of a given kind."""

from __future__ import annotations

import pytest

from vqa.models.fused.kind_names import read_kind_names
from vqa.questions.nouns.name_questions import (
    KIND_WORDS,
    as_question_about_box,
    kind_of_name,
    kind_of_thing,
)
from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What animal is it?", "animal"),
        ("Which animal can be seen?", "animal"),
        ("What kind of animal is on the left?", "animal"),
        ("What is the animal in the garden?", "animal"),
        ("Name the animal.", "animal"),
        ("What type of vehicle do you see?", "vehicle"),
        ("What musical instrument is he playing?", "instrument"),
        ("What's the sport?", "sport"),
        ("What piece of clothing is it?", "clothing"),
        ("Which food is on the plate?", "food"),
        ("What tool is she using?", "tool"),
    ],
)
def test_the_kind_of_the_name(question: str, kind: str) -> None:
    assert parse(question).name_kind == kind


@pytest.mark.parametrize(
    "question",
    [
        "What is the animal doing with the ball?",
        "What is next to the animal?",
        "What color is the vehicle?",
        "What animal comes after the dog?",
        "What animal shelter is it?",
        "Which tool box is open?",
        "Is the animal a dog or a cat?",
        "What part of the animal is visible?",
        "How many animals are there?",
        "What animals are in the video?",
        "Where is the vehicle?",
        "What is it?",
    ],
)
def test_other_questions_ask_for_no_name_of_a_kind(question: str) -> None:
    assert parse(question).name_kind == ""


def test_every_kind_has_names() -> None:
    assert {*KIND_WORDS.values(), "person"} == set(read_kind_names())
    assert all(kind_of_name(f"What {kind} is it?") == kind for kind in KIND_WORDS.values())
    assert kind_of_name("who is near the door?") == "person"
    assert kind_of_name("whose hat is it?") == ""


@pytest.mark.parametrize("text", ["What is this?", "whats that here", "and what's in the box?"])
def test_a_question_about_a_box_asks_for_a_name(text: str) -> None:
    assert as_question_about_box(text) == "What thing is this?"


def test_another_question_about_a_box_stays_as_it_is() -> None:
    assert as_question_about_box("What is this man doing?") == "What is this man doing?"


@pytest.mark.parametrize(
    "question",
    [
        "What is the animal doing?",
        "whats he doing",
        "What does the man do at the end?",
        "What did she do after that?",
        "What activity is this?",
    ],
)
def test_questions_for_an_action_ask_for_its_name(question: str) -> None:
    assert parse(question).name_kind == "action"


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("What breed is the dog?", "breed"),
        ("What kind of red flowers are these?", "flower"),
        ("what pots and dishes do you see?", "pot"),
        ("Which car wins?", "car"),
        ("which event comes last", "event"),
        ("what season might it be", "season"),
        ("what is this trick called", "trick"),
        ("what comes next", ""),
        ("what about her shoes", ""),
        ("which of them is bigger", ""),
        ("what the nurse tells the patient", ""),
        ("what should i do", ""),
    ],
)
def test_the_kind_of_thing_behind_a_question_word(question: str, noun: str) -> None:
    assert kind_of_thing(question) == noun
