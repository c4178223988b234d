from __future__ import annotations

from dataclasses import replace

import pytest

from vqa.question_parts import Scene
from vqa.questions.messages.message_parts import split_message
from vqa.questions.parse import parse
from vqa.questions.times.scene_context import named_scene
from vqa.types import Answer, Evidence, Turn


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The last part is so dark.", -1),
        ("now the second one with water.", 2),
        ("the last one is a boy, or maybe a young man", -1),
        ("the guy in the first one looks like my uncle", 1),
        ("I'm hungry because of that second bit.", 2),
        ("And the 3rd clip puzzles me", 3),
        ("scene 2 looks nice", 2),
        ("the opening shot is great", 1),
        ("last one", -1),
        ("the first part of my homework", 0),
        ("the first scene and the last scene", 0),
        ("the second one was faster", 0),
        ("which runner is the first one to fall", 0),
        ("I watched it two times", 0),
    ],
)
def test_a_number_names_a_shot(text: str, number: int) -> None:
    scene = named_scene(text)
    assert (scene.shot_number if scene is not None else 0) == number


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("For the bus part, I noticed the road is empty first.", "bus"),
        ("moving on to the plane scene.", "plane"),
        ("I liked the part with the old train", "old train"),
        ("In the kitchen I see orange things", "kitchen"),
        ("at the snow there were flags", "snow"),
        ("I see a man", ""),
        ("or at least tell me", ""),
    ],
)
def test_a_thing_names_a_part(text: str, topic: str) -> None:
    scene = named_scene(text)
    assert (scene.topics if scene is not None else ()) == ((topic,) if topic else ())


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("And the end, I couldn't see it well.", 1.0),
        ("I like the cat at the start.", 0.0),
        ("the scene in the middle", 0.5),
        ("we met in the end of June", None),
        ("My train leaves at 3:15.", None),
    ],
)
def test_an_edge_names_a_part(text: str, start: float | None) -> None:
    scene = named_scene(text)
    time_range = None if scene is None else scene.time_range
    assert (None if time_range is None else time_range.start) == start


@pytest.mark.parametrize(
    ("message", "numbers"),
    [
        ("In the last part everything is full of snow. What is the person in green doing, and is there a child with them?", [-1, -1]),
        ("Last scene is a kitchen I believe. What colour is the door, and does it have a window?", [-1, -1]),
        ("the last one is a boy. what does he do, where does he look, and what does he wear?", [-1, -1, -1]),
        ("And the last part is so dark that I see nothing. Who is there, and what is that person doing?", [-1, -1]),
        ("What is on the table, and who sits there? Then the second scene. Is it a park?", [0, 0, 2]),
    ],
)  # fmt: skip
def test_a_part_holds_for_all_questions_of_its_message(message: str, numbers: list[int]) -> None:
    scenes = [question.scene for question in split_message(message)]
    assert [0 if scene is None else scene.shot_number for scene in scenes] == numbers


def _answered(question: str, *times_s: float) -> Turn:
    evidence = tuple(Evidence(index=0, time_s=time_s, weight=1.0) for time_s in times_s)
    answer = Answer(text="a man", evidence=evidence)
    return Turn(question=question, answer=answer, parsed=parse(question))


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("what is he wearing", ()),
        ("is anyone else there", ()),
        ("is the car parked", ("car",)),
        ("is anyone riding a bike", ("bike",)),
        ("how many birds are there", ("bird",)),
    ],
)
def test_a_question_stays_in_the_part_of_the_latest_answer(
    text: str, things: tuple[str, ...]
) -> None:
    scene = parse(text, [_answered("who is on the sofa?", 3.5, 4.0)]).scene
    assert scene is not None
    assert scene.times_s == (3.5, 4.0)
    assert set(scene.things) == set(things)


@pytest.mark.parametrize(
    "text",
    [
        "how long is the video",
        "is there a dog anywhere",
        "are there any people in this video",
        "what happens next",
        "when does the dog bark",
        "what does he do at 0:05",
        "what is in the second scene",
    ],
)
def test_a_question_about_the_whole_video_or_a_time_has_no_scene(text: str) -> None:
    assert parse(text, [_answered("who is on the sofa?", 3.5)]).scene is None


def test_a_topic_leaves_the_part_of_the_latest_answer() -> None:
    history = [_answered("who is on the sofa?", 3.5)]
    scene = parse("Then come the elephants. Are they big?", history).scene
    assert scene == Scene(topics=("elephant",))
    kept = parse("There is also a man with them. Is he old?", history).scene
    assert kept is not None
    assert kept.topics == ("man",)
    assert kept.times_s == (3.5,)


@pytest.mark.parametrize(
    ("who", "question", "topic"),
    [
        ("who is the guy in the car", "what is he wearing?", "car"),
        ("who is that lady on the boat", "does she smile?", "boat"),
    ],
)
def test_a_refused_name_still_selects_the_part(who: str, question: str, topic: str) -> None:
    where = Turn(
        question="What is in the kitchen?",
        answer=Answer(text="a table", evidence=(Evidence(index=0, time_s=5.0, weight=1.0),)),
    )
    history = [where, Turn(question=who, answer=Answer(text="I can't tell.", answerable=False))]
    scene = parse(question, history).scene
    assert scene is not None
    assert topic in scene.topics
    assert not scene.times_s


def test_the_last_thing_is_the_last_scene() -> None:
    for text in ("the last thing looks yummy, what is it", "The last thing is weird. What is it?"):
        assert parse(text).shot_number == -1


def test_in_the_first_one_is_another_scene() -> None:
    earlier = replace(parse("what is the man wearing?"), scene=Scene(shot_number=2))
    history = [Turn(question=earlier.text, answer=Answer(text="a shirt"), parsed=earlier)]
    question = parse("and in the first one", history)
    assert question.shot_number == 1
    assert question.intent == "describe_part"
