from __future__ import annotations

import pytest

from vqa.question_parts import Scene
from vqa.questions.messages.message_parts import split_message
from vqa.questions.parse import parse
from vqa.questions.times.part_range import look_of_part, split_part
from vqa.types import Answer, TimeRange, Turn


@pytest.mark.parametrize(
    ("question", "rest", "thing"),
    [
        ("is he standing in the snow part?", "is he standing?", "snow"),
        ("who is in the dog scene?", "who is in the video?", "dog"),
        ("last part with the skateboard, is he riding?", "is he riding?", "skateboard"),
        ("what about the black and white part, is that cricket?", "is that cricket?", "black and white"),
        ("is there a bridge in the part about the river?", "is there a bridge?", "river"),
        ("what happens during the part where the woman jumps?", "what happens?", "woman jumps"),
        ("how many people are there in the beach clip?", "how many people are there?", "beach"),
        ("is there a cat in that part?", "is there a cat?", ""),
        ("door bit: is the light on?", "is the light on?", "door"),
    ],
)  # fmt: skip
def test_a_part_is_split_from_the_question(question: str, rest: str, thing: str) -> None:
    query, part = split_part(question)
    assert query == rest
    assert part is not None
    assert (part.thing, part.side) == (thing, "during")


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("when does the wine part stop?", "wine"),
        ("how long is the dog bit?", "dog"),
        ("what time does the bedroom scene start?", "bedroom"),
        ("how many seconds is the elephant bit?", "elephant"),
        ("how long is the part with the food?", "food"),
        ("when does the scene with the dog start?", "dog"),
    ],
)
def test_the_time_of_a_part_is_asked(question: str, thing: str) -> None:
    query, part = split_part(question)
    assert query == question
    assert part is not None
    assert (part.thing, part.side) == (thing, "part")


@pytest.mark.parametrize(
    "question",
    [
        "what color is the car in the first part?",
        "what color is the upper part of the wall?",
        "is there a dog in the right part of the picture?",
        "when the dog bit the man, what did he do?",
        "what is the funniest part?",
        "is there a dog in this clip?",
        "how long is the video clip?",
    ],
)
def test_other_parts_are_no_part_of_the_video(question: str) -> None:
    assert split_part(question) == (question, None)


def test_that_part_is_the_part_of_the_latest_question() -> None:
    first = parse("what is the man doing in the kitchen bit?")
    history = [Turn(question=first.text, answer=Answer(text="cooking"), parsed=first)]
    question = parse("so no dogs in that part at all?", history)
    assert (question.anchor, question.anchor_side) == ("kitchen", "during")
    assert question.target == "dog"
    assert question.expects_absence
    other = parse("and in the garden part?", history)
    assert (other.anchor, other.rendered) == ("garden", "what is the man doing?")


def test_that_part_is_the_time_range_of_the_latest_question() -> None:
    first = parse("what happens from 0:02 to 0:05?")
    history = [Turn(question=first.text, answer=Answer(text="a man runs"), parsed=first)]
    question = parse("is there a dog in that part?", history)
    assert question.time_range == TimeRange(start=2.0, end=5.0)
    assert not question.anchor


def test_a_topic_names_the_part_of_the_question() -> None:
    question = parse("back to the snow part, is that person skiing or just standing there")
    assert question.scene == Scene(is_named=True, topics=("snow",))


@pytest.mark.parametrize(
    "text",
    [
        "in the elephant scene what are they doing",
        "in the snow part who is there",
        "during the beach bit how many people are there",
        "in the kitchen scene where is the cat",
    ],
)
def test_a_question_word_may_follow_a_part_without_a_comma(text: str) -> None:
    question = parse(text)
    assert question.anchor_side == "during"
    query = text.split(" ", 4)[-1].removeprefix("scene ")
    assert question.rendered.removesuffix(" in the video?") == query


@pytest.mark.parametrize(
    ("first", "text", "absent"),
    [
        ("is there a dog in the second half?", "what color is it", ""),
        ("is there a dog at 0:05?", "where is it", ""),
        ("is there a dog in the beach scene?", "where is it", ""),
        ("is there a dog?", "where is it", "dog"),
    ],
)
def test_what_a_part_lacks_may_be_in_another_one(first: str, text: str, absent: str) -> None:
    turn = Turn(question=first, answer=Answer(text="no"), parsed=parse(first))
    assert parse(text, [turn]).absent == absent


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("from second 9 to 11 which animal", "which animal"),
        ("between 2 and 4 seconds what is he wearing", "what is he wearing"),
        ("in the last second what can you see", "Describe the video."),
    ],
)
def test_a_time_before_a_question_word_is_no_fragment(text: str, rendered: str) -> None:
    first = "is the light on or off?"
    turn = Turn(question=first, answer=Answer(text="on"), parsed=parse(first))
    question = parse(text, [turn])
    assert question.time_range is not None
    assert question.rendered.endswith(rendered)


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("what is he doing at the start and at the end", ["what is he doing at the start?", "what is he doing at the end?"]),
        ("where is she at the beginning vs the end?", ["where is she at the beginning?", "where is she at the end?"]),
        ("is it dark in the first half and the second half", ["is it dark in the first half?", "is it dark in the second half?"]),
        ("what color is it in the dog scene and in the cat scene", ["what color is it in the dog scene?", "what color is it in the cat scene?"]),
        ("what happens between 2 and 4 seconds", ["what happens between 2 and 4 seconds"]),
        ("what happens at a minute and ten seconds", ["what happens at a minute and ten seconds"]),
        ("how old are the dog and the cat", ["how old are the dog and the cat"]),
        ("is it the same at the start and at the end", ["is it the same at the start and at the end"]),
    ],
)  # fmt: skip
def test_two_times_are_two_questions(text: str, questions: list[str]) -> None:
    assert [one.text for one in split_message(text)] == questions


@pytest.mark.parametrize(
    "text",
    [
        "is the dog in the first scene",
        "is the dog still in the beach part",
        "was the dog there in the last shot",
        "is the dog in the snow scene too or only in the garden",
    ],
)
def test_a_noun_in_a_part_asks_whether_it_is_there(text: str) -> None:
    question = parse(text)
    assert (question.answer_kind, question.scored_noun) == ("yes_no", "dog")
    assert question.rendered in ("is there a dog?", "was there a dog?")


@pytest.mark.parametrize(
    ("first", "text", "anchor", "shot_number"),
    [
        ("what color are the shirts in the baseball scene", "are they wearing helmets", "baseball", 0),
        ("how many people are in the last scene", "what are they doing", "", -1),
        ("how many people are in the last scene", "where is the dog", "", 0),
        ("is there a dog in the snow part", "what happens next", "", 0),
        ("is there a dog in the snow part", "how long is the video", "", 0),
        ("is there a dog in the snow part", "how long is that part", "snow", 0),
        ("who is in the last scene", "is it a man or a woman", "", -1),
        ("is there a dog in the snow part", "what is it doing at the end", "", 0),
    ],
)  # fmt: skip
def test_a_pronoun_refers_to_what_is_in_the_part(
    first: str, text: str, anchor: str, shot_number: int
) -> None:
    turn = Turn(question=first, answer=Answer(text="two"), parsed=parse(first))
    question = parse(text, [turn])
    if question.anchor_side:
        assert question.anchor == anchor
    elif anchor or shot_number:
        assert question.scene is not None
        assert question.scene.topics == ((anchor,) if anchor else ())
        assert question.scene.shot_number == shot_number
    assert question.shot_number == 0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("what is there in scene 2", 2),
        ("scene three: who is it", 3),
        ("how many people are in shot number 1", 1),
        ("is it dark in the clip two", 2),
        ("number 3: is it a man", 3),
        ("2nd scene whats in the mirror", 2),
        ("what comes second", 2),
        ("are there 2 people in the scene", 0),
        ("what happens in scene 7", 7),
        ("what is scene eleven about", 11),
        ("what does shot 2 show?", 2),
        ("is scene 2 indoors", 2),
        ("shot #4 - who is there", 4),
        ("no. 3, who is there", 3),
        ("is there a dog in number 6?", 6),
        ("what color is it in part two", 2),
        ("in scene one is it dark", 1),
        ("who is there in scene 2 of the video", 2),
        ("fifth scene: what is on the table?", 5),
        ("eleventh picture - what color is it", 11),
        ("12th scene what happens", 12),
        ("is the sixth scene a beach?", 6),
        ("the fifth scene is a beach, right?", 5),
        ("what happens in the second section", 2),
        ("how long is the third section", 3),
        ("what comes seventh", 7),
        ("describe the ninth image", 9),
        ("is the third slide black and white", 3),
        ("what is in the second section of the shelf", 0),
        ("is the next part of the fence broken", 0),
        ("is he waving at no one", 0),
        ("is she angry at no-one", 0),
        ("is there a sign at no 5", 0),
        ("is the man in number 3 running", 0),
        ("are there no two shots alike", 0),
        ("is the hair clip one colour", 0),
        ("is there a paper clip 2 cm long", 0),
        ("is body part two visible", 0),
        ("what color is part one of the fence", 0),
        ("is the shot one long take", 0),
        ("was it shot 2 years ago", 0),
        ("is it all shot one after another", 0),
        ("in clip one boy is throwing a ball, is it red", 0),
    ],
)
def test_scenes_may_be_numbered(text: str, number: int) -> None:
    assert parse(text).shot_number == number


@pytest.mark.parametrize(
    ("first", "text", "time_range"),
    [
        ("what is there in the first half", "and the other half", (0.5, 1.0)),
        ("is it dark in the second half", "the other half?", (0.0, 0.5)),
        ("describe the first 2 seconds", "then the last 2", (-2.0, None)),
        ("who is there in the last three seconds", "and the first two", (0.0, 2.0)),
        ("describe 0 to 3 seconds", "now 4 to 7", (4.0, 7.0)),
        ("describe 0 to 3 seconds", "and the rest", (3.0, None)),
        ("is there a dog", "look again at 2 sec", (2.0, 2.0)),
    ],
)
def test_another_part_is_named_by_the_latest_one(
    first: str, text: str, time_range: tuple[float, float | None]
) -> None:
    turn = Turn(question=first, answer=Answer(text="a man"), parsed=parse(first))
    question = parse(text, [turn])
    assert question.time_range is not None
    assert (question.time_range.start, question.time_range.end) == time_range


@pytest.mark.parametrize("text", ["how long is that one", "and how long is the next one"])
def test_the_length_of_a_shot_is_that_of_the_file(text: str) -> None:
    first = parse("who is in the second scene")
    turn = Turn(question=first.text, answer=Answer(text="a man"), parsed=first)
    question = parse(text, [turn])
    assert (question.intent, question.shot_number) == ("duration", 3 if "next" in text else 2)


def test_the_next_scene_has_the_next_number() -> None:
    first = parse("who is in the first scene")
    turn = Turn(question=first.text, answer=Answer(text="a man"), parsed=first)
    question = parse("is the next scene black and white", [turn])
    assert question.shot_number == 2
    assert question.rendered.endswith("is this black and white")


@pytest.mark.parametrize(
    ("number", "text", "expected"),
    [
        (1, "is it dark in the next part?", 2),
        (1, "and in the next clip?", 2),
        (2, "and in the previous section?", 1),
        (1, "is it dark in the following segment", 2),
        (6, "is there a dog in the next photo", 7),
        (1, "and in the eighth one?", 8),
        (1, "and in the fifth image?", 5),
        (1, "is there paint in the next part of the fence", 0),
    ],
)
def test_a_neighbour_of_a_scene_has_a_number(number: int, text: str, expected: int) -> None:
    first = parse(f"is it day in scene {number}")
    turn = Turn(question=first.text, answer=Answer(text="yes"), parsed=first)
    assert parse(text, [turn]).shot_number == expected


@pytest.mark.parametrize(
    ("message", "side"),
    [
        ("There's a part without any colour in it. Which one is it?", "part"),
        ("My aunt says that one scene is all in black and white. How long does it stay on?", "part"),
        ("One scene has no colors at all. What does it show?", "during"),
        ("There is a black and white part somewhere. When is it?", "part"),
    ],
)  # fmt: skip
def test_a_remark_names_the_part_without_color(message: str, side: str) -> None:
    question = parse(message)
    assert (question.anchor, question.anchor_side) == ("black and white", side)


def test_a_black_and_white_thing_names_no_part() -> None:
    assert look_of_part("the part with a white cat") == ""
    assert look_of_part("there is a black and white dog") == ""
