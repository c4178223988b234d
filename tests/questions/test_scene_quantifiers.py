"""Questions that compare scenes."""

from __future__ import annotations

import pytest

from vqa.questions.parse import parse
from vqa.questions.times.scene_quantifiers import split_scene_quantifier
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("text", "quantifier", "question"),
    [
        ("which scene is outdoors?", "which", "is it outdoors?"),
        ("and which of the parts are indoors", "which", "is it indoors?"),
        ("which clips were filmed at night?", "which", "is it at night?"),
        ("what scenes take place in a kitchen", "which", "is it in a kitchen?"),
        ("which scene has the most people?", "most", "how many people are there?"),
        ("in which part do you see the fewest animals", "fewest", "how many animals are there?"),
        ("how many scenes contain animals", "number", "are there animals?"),
        ("in both scenes are there people", "every", "are there people?"),
        ("which scenes have no dog", "without", "is there dog?"),
        ("in how many scenes is there a dog?", "number", "is there a dog?"),
        ("how many scenes are outdoors", "number", "is it outdoors?"),
        ("in which part are more people", "most", "how many people are there?"),
        ("which scene has fewer dogs", "fewest", "how many dogs are there?"),
        (
            "where are more people, in the first or the second scene?",
            "most",
            "how many people are there?",
        ),
        ("which of these parts is inside and which outside", "each", "is it inside or outside?"),
        ("is there snow in every scene?", "every", "is there snow?"),
        ("are all scenes outdoors", "every", "is it outdoors?"),
        ("does each part show a person?", "every", "is there a person?"),
        ("is it dark in all of the scenes", "every", "is it dark?"),
        ("is it in all scenes", "every", "is it there?"),
        ("does the man appear in every part?", "every", "is the man there?"),
    ],
)
def test_the_question_for_one_scene(text: str, quantifier: str, question: str) -> None:
    assert split_scene_quantifier(text) == (quantifier, question)
    parsed = parse(text)
    assert parsed.scene is not None
    assert parsed.scene.quantifier == quantifier
    assert parsed.resolved == text


@pytest.mark.parametrize(
    "text",
    [
        "which scene is the dog in?",
        "which scene is the longest",
        "which part is about food",
        "which part is in black and white",
        "in which scene is somebody wearing a hat",
        "is there a dog in the first scene?",
        "which color is the car",
        "are all people sitting",
        "how many scenes are there",
        "how many clips is it made of",
        "how many scenes are in the video",
        "how many scenes has it got",
    ],
)
def test_other_questions_compare_no_scenes(text: str) -> None:
    assert split_scene_quantifier(text) is None
    scene = parse(text).scene
    assert scene is None or not scene.quantifier


def test_it_in_every_scene_is_what_was_asked_about() -> None:
    history = [Turn(question="is there a dog?", answer=Answer(text="yes"))]
    assert parse("is it in all scenes?", history).subject == "dog"
