from __future__ import annotations

import pytest

from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("text", "rendered", "intent"),
    [
        ("jacket color of the skier?", "what color is the skier's jacket", "color"),
        ("skier jacket colour", "what color is the skier's jacket", "color"),
        ("woman's hat color?", "what color is the woman's hat", "color"),
        ("colour jacket?", "what color is the jacket", "color"),
        ("wall colour there?", "what color is the wall", "color"),
        ("what color hat woman", "what color is the woman's hat", "color"),
        ("shirt color man", "what color is the man's shirt", "color"),
        ("eye color", "what color are the eyes", "color"),
        ("color of the wall behind him?", "what color is the wall behind him", "color"),
        ("location of the dog?", "where is the dog", "location"),
        ("dog position", "where is the dog", "location"),
        ("type of dog", "what kind of dog is it", "identify"),
        ("breed of the dog", "what breed is the dog", "identify"),
        ("name of the animal?", "what animal is it", "identify"),
        ("action of the man", "what is the man doing", "action"),
        ("clothes of the man", "what is the man wearing", "describe_part"),
        ("hair length?", "is the hair long or short", "choice"),
        ("time of the jump?", "when is the jump", "when"),
        ("dog count?", "how many dogs are there", "count"),
        ("total dogs?", "how many dogs are there", "count"),
        ("total number of dogs, whole clip.", "how many dogs are there", "count"),
        ("count of all of them", "how many are there", "count"),
    ],
)
def test_a_property_and_its_thing_make_a_question(text: str, rendered: str, intent: str) -> None:
    question = parse(text)
    assert (question.rendered.rstrip("?"), question.intent) == (rendered, intent)


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("main color?", "what is the main color"),
        ("main animal?", "what is the main animal"),
        ("animal in the middle?", "what animal is in the middle"),
        ("object on the table?", "what is the object on the table"),
        ("thing on his head?", "what is the thing on his head"),
        ("sport?", "what sport is it"),
        ("setting?", "what is the setting"),
        ("weather?", "what is the weather like"),
        ("dog running?", "is the dog running"),
        ("people sitting?", "are people sitting"),
        ("water boiling?", "is the water boiling"),
        ("cat sleeping on the couch?", "is the cat sleeping on the couch"),
        ("big dog?", "is there a big dog"),
        ("black cat?", "is there a black cat"),
        ("swimming pool?", "is there a swimming pool"),
        ("indoor outdoor", "is it indoor or outdoor"),
        ("indoors?", "is it indoors"),
        ("raining?", "is it raining"),
    ],
)
def test_a_noun_phrase_makes_a_question(text: str, rendered: str) -> None:
    assert parse(text).rendered.rstrip("?") == rendered


@pytest.mark.parametrize(
    ("text", "intent"),
    [("video length?", "duration"), ("number of frames", "file_info"), ("color?", "color")],
)
def test_properties_of_the_video_are_kept(text: str, intent: str) -> None:
    assert parse(text).intent == intent


@pytest.mark.parametrize("text", ["what color wins", "same color?"])
def test_other_phrases_with_a_property_are_kept(text: str) -> None:
    assert parse(text).rendered == text


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("goat jumps?", "does the goat jump"),
        ("truck turns left or right", "does the truck turn left or right"),
        ("girl opens the gate?", "does the girl open the gate"),
        ("kids wave?", "do the kids wave"),
        ("cat toys?", "is there a cat toy"),
        ("van seats?", "is there a van seat"),
    ],
)
def test_a_statement_without_article_is_a_question(text: str, rendered: str) -> None:
    assert parse(text).rendered.rstrip("?") == rendered
