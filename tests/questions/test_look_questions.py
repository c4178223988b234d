"""Questions on the look of the picture and the lengths of scenes."""

from __future__ import annotations

import pytest

from vqa.question_parts import LookQuery
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


def scenes_before() -> list[Turn]:
    return [Turn(question="how many scenes are there?", answer=Answer(text="two"))]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("does it get brighter", LookQuery(look="bright", degree="more", shot_numbers=(-1, 1))),
        ("is the whole thing black and white", LookQuery(look="grey", form="every")),
        ("which of them lasts longer", LookQuery(look="long", degree="more", form="which")),
        ("was it filmed in black & white", LookQuery(look="grey")),
        ("its kinda blurry right", LookQuery(look="blurry")),
        ("is the picture sharp", LookQuery(look="sharp")),
        ("was this filmed in colour?", LookQuery(look="colored")),
        ("is it in color the whole time", LookQuery(look="colored", form="every")),
        ("is the clip black and white or in color?", LookQuery(look="grey", form="choice")),
        ("does the camera move at all", LookQuery(look="moving")),
        ("which scene is the darkest?", LookQuery(look="dark", degree="most", form="which")),
        ("whats the longest part", LookQuery(look="long", degree="most", form="which")),
        ("is the first part brighter than the second one", LookQuery(look="bright", degree="more", shot_numbers=(1, 2))),
        ("why is it black and white", LookQuery(look="grey", form="why")),
        ("at what point does it lose the color", LookQuery(look="grey", form="when")),
        ("is the camera still the whole time", LookQuery(look="still", form="every")),
        ("hows the quality of this vid", LookQuery(look="sharp", form="quality")),
        ("which part is in colour", LookQuery(look="colored", form="which")),
    ],
)  # fmt: skip
def test_a_question_on_the_look_of_the_picture(text: str, query: LookQuery) -> None:
    assert parse(text).look == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("which of them lasts longer", LookQuery(look="long", degree="more", form="which")),
        ("which of the two is darker", LookQuery(look="dark", degree="more", form="which")),
        ("and the shortest?", LookQuery(look="short", degree="most", form="which")),
        ("is one longer than the other", LookQuery(look="long", degree="more")),
        ("are both in color", LookQuery(look="colored", form="every")),
    ],
)
def test_they_are_the_scenes_after_a_question_about_scenes(text: str, query: LookQuery) -> None:
    assert parse(text, scenes_before()).look == query


@pytest.mark.parametrize(
    "text",
    [
        "is the dog in the first scene darker?",
        "what color is it?",
        "is it dark?",
        "is the car moving",
        "is the light on",
        "is the second dog darker than the first",
        "how long is the table",
        "which dog is darker",
    ],
)
def test_looks_of_things_are_no_looks_of_the_picture(text: str) -> None:
    assert parse(text).look is None


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("and how many secs is each", "shot_lengths"),
        ("how long does each last", "shot_lengths"),
    ],
)
def test_each_one_that_lasts_is_a_scene(text: str, wording: str) -> None:
    question = parse(text)
    assert (question.intent, question.fact) == ("shot_count", wording)


@pytest.mark.parametrize("text", ["from what second", "when does that start", "since when?"])
def test_the_time_of_a_look_is_asked_after_it(text: str) -> None:
    history = [Turn(question="why is it black and white?", answer=Answer(text="I can't know."))]
    assert parse(text, history).look == LookQuery(look="grey", form="when")


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("so is this just a photo?", "frozen"),
        ("does anything move between the beginning and the end?", "changing"),
        ("is anything happening at all", "changing"),
    ],
)
def test_a_still_picture_is_asked_for(text: str, look: str) -> None:
    query = parse(text).look
    assert query is not None
    assert query.look == look


def test_it_is_the_scene_of_the_latest_question() -> None:
    history = [Turn(question="what happens in the third scene?", answer=Answer(text="a man"))]
    look = LookQuery(look="long", degree="more", shot_numbers=(3, 2))
    assert parse("is it longer than the second", history).look == look


@pytest.mark.parametrize("text", ["why?", "and why is that", "how come"])
def test_the_reason_of_a_look_is_asked_for(text: str) -> None:
    history = [Turn(question="is it blurry?", answer=Answer(text="yes"))]
    assert parse(text, history).look == LookQuery(look="blurry", form="why")
