"""Requests for the contents of scenes."""

from __future__ import annotations

import pytest

from tests.questions.test_antecedents import ask
from vqa.questions.parse import parse
from vqa.questions.times.scene_requests import scene_request
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("list the scenes in order pls", "captions"),
        ("give me the order of the scenes", "captions"),
        ("tell me the parts one by one", "captions"),
        ("walk me through it scene by scene", "captions"),
        ("compare the two clips for me", "describe"),
        ("what changes between the scenes", "describe"),
        ("what is the difference between the first and the second part", "describe"),
    ],
)
def test_the_contents_of_all_scenes_are_requested(text: str, intent: str) -> None:
    assert parse(text).intent == intent


@pytest.mark.parametrize(
    "text",
    [
        "how many scenes are there?",
        "are the scenes different?",
        "which scene is the dog in?",
        "list the animals in the first scene",
        "compare the two dogs",
        "what happens in the second scene?",
    ],
)
def test_other_questions_request_no_scenes(text: str) -> None:
    assert scene_request(text) == ""


@pytest.mark.parametrize(
    ("before", "text", "shot_number"),
    [
        ("when does the picture change?", "to what", 2),
        ("when is the second cut?", "and to what?", 3),
        ("when is the 3rd cut?", "to what?", 4),
        ("when is the last cut?", "to what?", -1),
        ("when is the final scene change?", "and to what", -1),
        ("how many dogs are there?", "what does it cut to", 2),
        ("compare the two scenes", "which one comes first", 1),
        ("list the scenes", "what was the second one again", 2),
        ("list the scenes", "what was the third one", 3),
        ("how many dogs are there?", "which scene is number two", 2),
        ("how many dogs are there?", "which scene is the 3rd", 3),
        ("how many dogs are there?", "which scene is number 3", 3),
    ],
)
def test_a_cut_and_an_order_name_scenes(before: str, text: str, shot_number: int) -> None:
    question = parse(text, [Turn(question=before, answer=Answer(text="three"))])
    assert (question.shot_number, question.answer_kind) == (shot_number, "description")


@pytest.mark.parametrize(
    ("before", "text", "part"),
    [
        ("how many scenes are there?", "what happens in the bus one", "bus"),
        ("what is in the first scene?", "and the kitchen one", "kitchen"),
        ("list the scenes", "in the one with the dog is it dark", "dog"),
    ],
)
def test_a_scene_is_named_by_a_thing(before: str, text: str, part: str) -> None:
    question = parse(text, [Turn(question=before, answer=Answer(text="four"))])
    assert (question.anchor, question.anchor_side) == (part, "during")


def test_the_one_of_a_thing_is_that_thing() -> None:
    history = [Turn(question="is there a cup?", answer=Answer(text="yes"))]
    assert parse("what about the paper one", history).anchor == ""


def test_a_length_is_asked_of_another_scene_and_of_a_thing() -> None:
    history = [Turn(question="how long is the first scene?", answer=Answer(text="4 seconds"))]
    question = parse("and the second?", history)
    assert (question.intent, question.shot_number) == ("duration", 2)
    history = [Turn(question="when does the bus appear?", answer=Answer(text="At 0:08."))]
    question = parse("how long does that last", history)
    assert (question.intent, question.subject) == ("event_duration", "bus")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("and how long is it?", "duration"),
        ("what does it show", "describe"),
        ("how many dogs are in it", "count"),
    ],
)
def test_it_is_the_scene_of_the_answer(text: str, intent: str) -> None:
    answer = Answer(text="the second scene (0:04)")
    question = parse(text, [Turn(question="which scene is darker?", answer=answer)])
    assert (question.intent, question.shot_number) == (intent, 2)


@pytest.mark.parametrize(
    ("text", "intent", "anchor", "side"),
    [
        ("which scene comes right before the dog?", "order", "the dog", "before"),
        ("and what part is after the cat leaves", "order", "the cat leaves", "after"),
    ],
)
def test_the_scene_beside_a_thing_is_asked_for(
    text: str, intent: str, anchor: str, side: str
) -> None:
    question = parse(text)
    assert (question.intent, question.anchor, question.anchor_side) == (intent, anchor, side)


@pytest.mark.parametrize(
    ("text", "start"), [("what is the middle one", 0.5), ("so what's the middle part about", 0.5)]
)
def test_the_scene_in_the_middle_is_asked_for(text: str, start: float) -> None:
    history = [Turn(question="how many scenes are there?", answer=Answer(text="three"))]
    question = parse(text, history)
    assert question.time_range is not None
    assert (question.intent, question.time_range.start) == ("describe", start)


@pytest.mark.parametrize(
    "text", ["what is in each of them?", "and what do they show, each of them"]
)
def test_what_each_scene_shows_is_a_list(text: str) -> None:
    history = [Turn(question="how many scenes are there?", answer=Answer(text="three"))]
    assert parse(text, history).intent == "captions"


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("all outdoors?", "is it outdoors?"),
        ("are they all outdoors?", "is it outdoors?"),
        ("are they outdoors", "is it outdoors?"),
        ("are they in the same place?", "are the scenes in the same place?"),
        ("do they show the same place", "do the scenes show the same place"),
        ("when does the second start", "when does the second scene start"),
        ("Start and end of the second.", "when does the second scene start and end."),
        ("go to the last one", "go to the last scene"),
    ],
)
def test_pronouns_and_numbers_mean_scenes_after_their_number(text: str, rendered: str) -> None:
    assert ask("how many scenes are there?", "three", text).rendered == rendered


@pytest.mark.parametrize("text", ["from what to what?", "what to what", "and from what to what"])
def test_from_what_to_what_asks_for_the_change(text: str) -> None:
    question = ask("when is the first cut?", "at 0:05", text)
    assert (question.intent, question.aspect) == ("describe", "difference")


@pytest.mark.parametrize(
    ("text", "start"),
    [("what does it start with", 0.0), ("what did the video end with?", 1.0), ("with what does the clip open", 0.0)],
)  # fmt: skip
def test_what_the_video_starts_with(text: str, start: float) -> None:
    question = parse(text)
    assert question.time_range is not None
    assert question.time_range.start == start
