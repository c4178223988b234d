"""Things that an answer names, as antecedents of the next question."""

from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from vqa.questions.conversation.answer_nouns import described_things
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


@pytest.mark.parametrize(
    ("description", "things"),
    [
        ("a person is riding a horse in a field", ["field", "horse", "person"]),
        ("a boy in a red shirt kicks a ball", ["red shirt", "ball", "boy"]),
        ("a cat is sitting on a chair next to a window", ["window", "chair", "cat"]),
        ("dogs are playing in the snow", ["snow", "dog"]),
        ("a cup and a plate", ["plate", "cup"]),
        ("a small black and white dog runs", ["small dog"]),
    ],
)
def test_things_of_a_description(description: str, things: list[str]) -> None:
    assert described_things(description) == things


@pytest.mark.parametrize(
    ("question", "answer", "text", "rendered"),
    [
        ("describe the video", "a man walks a dog", "is it big", "is the dog big"),
        ("describe the video", "a dog is running on the grass", "what color is it", "what color is the dog"),
        ("describe the video", "a person is riding a horse in a field", "what color is it", "what color is the horse"),
        ("describe the video", "a boy in a red shirt kicks a ball", "what color is it", "what color is the ball"),
        ("describe the video", "a cat is sitting on a chair", "is it asleep", "is the cat asleep"),
        ("describe the video", "a woman holds a baby", "is it crying", "is the baby crying"),
        ("what happens", "a man opens a box", "is it empty", "is the box empty"),
        ("what happens", "a girl throws a frisbee to a dog", "who catches it", "who catches the frisbee"),
        ("what is on the table", "apples", "what color are they", "what color are the apples"),
        ("what is on the hook", "coats on the hook", "does anyone take the black one", "does anyone take the black coat"),
        ("what is in the pond", "There are ducks in the pond.", "what kind", "what kind of ducks are they?"),
        ("what is in the pond", "fish", "what kind", "what kind of fish is it?"),
        ("what is in the bowl", "pears", "are those ripe", "are the pears ripe"),
        ("what is in the bowl", "pears", "the green one, does anyone eat that", "does anyone eat the green pear"),
        ("is anyone on the beach", "yes", "do any of them swim", "do any of the people swim"),
        ("what is on the table", "a cup and a plate", "what color are they", "what color are the cup and the plate"),
        ("what is on the table", "plate and cup", "are they clean", "are the plate and the cup clean"),
        ("what is on the shelf", "books and vases", "how many of them are red", "how many of the books are red"),
        ("what animals are there", "a small dog and a big cat", "are they asleep", "are the animals asleep"),
        ("who is at the door", "old man and young girl", "do they look alike", "do the people look alike"),
        ("what is she carrying", "a bag and an umbrella", "what is next to them", "what is next to the bag and the umbrella"),
        ("is the man or the woman driving", "the woman", "what is the other one doing", "what is the man doing"),
        ("which is bigger, the dog or the cat", "the dog", "what color is the other one", "what color is the cat"),
    ],
)  # fmt: skip
def test_pronouns_after_descriptions_and_lists(
    question: str, answer: str, text: str, rendered: str
) -> None:
    history = [Turn(question=question, answer=Answer(text=answer))]
    assert parse(text, history).rendered == rendered


@pytest.mark.parametrize(
    ("answer", "text", "rendered"),
    [
        ("a woman is cooking in a kitchen", "does she taste it", "does the woman taste it"),
        ("a woman is cooking in a kitchen", "is it clean", "is the kitchen clean"),
        ("a man plays a guitar", "what is it about", "Describe the video."),
        ("a man plays a guitar", "is it raining", "is it raining"),
        ("two dogs play in the snow", "only two?", "how many dogs are there?"),
    ],
)
def test_what_it_means_after_a_description(answer: str, text: str, rendered: str) -> None:
    history = [Turn(question="describe the video", answer=Answer(text=answer))]
    assert parse(text, history).rendered == rendered


@pytest.mark.parametrize(
    ("earlier", "answer", "text", "rendered"),
    [
        ("is there a black dog", "yes", "what color is it", "what color is the dog"),
        ("is there a black dog", "yes", "is it big", "is the black dog big"),
        ("is there a blue and white bus", "yes", "what color is it", "what color is the bus"),
        ("what happens", "a close up of a cake with two donuts", "what color is it", "what color is the cake"),
        ("what is she holding", "a red bag", "what color is it", "what color is the bag"),
    ],
)  # fmt: skip
def test_a_color_is_asked_without_the_known_one(
    earlier: str, answer: str, text: str, rendered: str
) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer))]
    assert parse(text, history).rendered == rendered


@pytest.mark.parametrize(
    ("text", "subject", "target"),
    [
        ("what color is the black and white dog", "dog", ""),
        ("is there a blue and white bus", "", "bus"),
        ("where is the red and yellow ball", "ball", ""),
    ],
)
def test_a_thing_of_two_colors(text: str, subject: str, target: str) -> None:
    question = parse(text, encoder=sentence_encoder())
    assert (question.subject, question.target) == (subject, target)


@pytest.mark.parametrize(
    ("earlier", "answer", "text", "rendered"),
    [
        ("where is the man", "on a bench", "what is it made of", "what is the bench made of"),
        ("where is the man", "bench", "what color is it", "what color is the bench"),
        ("where is the woman", "in a kitchen", "is it clean", "is the kitchen clean"),
        ("where is the cup", "on a table", "what color is it", "what color is the cup"),
        ("where is the cat", "on the sofa", "is it asleep", "is the cat asleep"),
        ("where is the dog", "grass", "is it big", "is the dog big"),
    ],
)
def test_a_place_is_what_it_means_after_a_person(
    earlier: str, answer: str, text: str, rendered: str
) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer))]
    assert parse(text, history).rendered == rendered
