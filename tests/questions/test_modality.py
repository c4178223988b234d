from __future__ import annotations

import pytest

from vqa.questions.interpretation.modality import (
    asks_for_sound,
    asks_for_speech,
    asks_on_screen_text,
    asks_to_read,
)
from vqa.questions.normalization.normalize import normalized_wording


@pytest.mark.parametrize(
    "question",
    [
        "What does the sign say?",
        "What does it say?",
        "what is written on the wall",
        "What's written on the sign?",
        "Can you read the sign?",
        "What can be read on the sign?",
        "Which words are on the screen?",
        "What's on the sign?",
    ],
)
def test_what_the_words_on_the_screen_answer(question: str) -> None:
    assert asks_to_read(normalized_wording(question))
    assert not asks_for_speech(normalized_wording(question))


@pytest.mark.parametrize(
    "question",
    [
        "What time is it?",
        "What time does the clock show?",
        "What number is on the shirt?",
        "Which number is on the shirt?",
        "What is the number on the bus?",
        "What's the name of the street?",
        "What brand of computer is shown?",
        "What's the dog's name?",
    ],
)
def test_what_one_must_read_to_answer(question: str) -> None:
    assert asks_to_read(normalized_wording(question))


@pytest.mark.parametrize(
    "question", ["What does the man say?", "What is she saying?", "what did they talk about"]
)
def test_what_one_must_hear(question: str) -> None:
    assert asks_for_speech(normalized_wording(question))
    assert not asks_to_read(normalized_wording(question))


@pytest.mark.parametrize(
    "question",
    ["Can you hear a dog?", "Is there music?", "Is there a voice?", "What sound does it make?", "What language is it?", "What can you hear?"],
)  # fmt: skip
def test_what_is_heard_and_is_no_word(question: str) -> None:
    assert asks_for_sound(normalized_wording(question))
    assert not asks_for_speech(normalized_wording(question))
    assert not asks_to_read(normalized_wording(question))


@pytest.mark.parametrize(
    "question",
    [
        "Is the man playing music?",
        "What instrument is it?",
        "What time of day is it?",
        "What is the time of day?",
        "What is the man reading?",
        "What number of dogs are there?",
        "What is the name of the animal?",
        "What is the dog doing?",
        "Is there a sign?",
        "What word describes the mood?",
        "What color is the number?",
        "Who is talking?",
    ],
)
def test_what_can_be_seen_is_not_taken_for_it(question: str) -> None:
    assert not asks_to_read(normalized_wording(question))
    assert not asks_for_speech(normalized_wording(question))
    assert not asks_for_sound(normalized_wording(question))


@pytest.mark.parametrize("intent_before", ["", "read_text", "has_text", "color"])
@pytest.mark.parametrize(
    "query",
    ["does it say what year this is?", "does the sign say the name?", "did it say who it is"],
)
def test_whether_a_text_says_something_is_read_after_any_question(
    query: str, intent_before: str
) -> None:
    assert asks_on_screen_text("verify", query, intent_before)


def test_the_part_of_a_text_is_read_after_a_question_about_the_text() -> None:
    assert asks_on_screen_text("identify", "what is the first word?", "read_text")
    assert not asks_on_screen_text("identify", "what is the first word?", "color")
