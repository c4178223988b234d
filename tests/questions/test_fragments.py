"""Fragments that the latest question completes, one or two for each rule."""

from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from vqa.questions.parse import parse
from vqa.types import Answer, Turn


def resolved_wording(*messages: str) -> str:
    """Return the self-contained wording of the last message; questions and answers stand before it."""
    *exchanges, text = messages
    turns = [
        Turn(question=question, answer=Answer(text=answer))
        for question, answer in zip(exchanges[::2], exchanges[1::2], strict=True)
    ]
    return parse(text, turns, encoder=sentence_encoder()).resolved.lower().rstrip(" ?.")


@pytest.mark.parametrize(
    ("messages", "resolved"),
    [
        (("is he tall?", "yes", "a beard then?"), "does he have a beard"),
        (("does it have floppy ears?", "yes", "pointed?"), "are the ears pointed"),
        (("is he holding a guitar?", "yes", "or a hat?"), "is he holding a hat"),
        (("is the man tall?", "yes", "old or young?"), "is the man old or young"),
        (("is he playing a drum?", "yes", "a piano or a guitar?"), "is he playing a piano or a guitar"),
        (("is the dress long?", "yes", "red or blue?"), "is the dress red or blue"),
        (("what animal is it?", "a dog", "brown?"), "is the dog brown"),
        (("where is the dog?", "on the sofa", "the brown one?"), "where is the brown dog"),
        (("is this inside or outside?", "inside", "both?"), "is this outside"),
        (("is the horse big?", "yes", "bigger than the cow in the back?"), "is the horse bigger than the cow in the back"),
        (("how old is the girl?", "I can't tell", "as old as the boy?"), "is the girl as old as the boy"),
        (("what is the man doing?", "riding a bike", "fast or slowly?"), "is the man riding a bike fast or slowly"),
        (("what does the girl eat?", "soup", "slowly?"), "does the girl eat soup slowly"),
        (("where does the cup stand?", "on the table", "in the middle or at the edge?"), "does the cup stand in the middle or at the edge"),
    ],
)  # fmt: skip
def test_a_property_or_options_are_asked_of_the_latest_subject(
    messages: tuple[str, ...], resolved: str
) -> None:
    assert resolved_wording(*messages) == resolved


@pytest.mark.parametrize(
    ("messages", "resolved"),
    [
        (("is the man tall?", "yes", "beard?"), "does the man have a beard"),
        (("is the street wet?", "yes", "cars?"), "are there any cars"),
        (("does he wear glasses?", "yes", "or a hat?"), "does he wear a hat"),
        (("is the barking loud?", "yes", "and the dog?"), "is the dog loud"),
        (("what color is the girl's hat?", "red", "and the person sitting down?"), "what color is the hat of the person sitting down"),
        (("what color is the car?", "red", "the red thing behind him, what is it?"), "what is the red thing behind him"),
        (("what color is the car?", "red", "the astronaut, when?"), "when does the astronaut appear"),
        (("is there a dog?", "yes", "his shirt, what color?"), "what color is the shirt"),
        (("is there a man?", "yes", "what hair?"), "what kind of hair does the man have"),
        (("what color is his hair?", "brown", "on his head?"), "what is on his head"),
        (("is there a van?", "yes", "how many are sitting in it?"), "how many people are sitting in the van"),
        (("is there a man?", "yes", "how many are watching him?"), "how many people are watching the man"),
        (("are there any cups?", "yes", "how many are on the shelf?"), "how many cups are on the shelf"),
        (("what is in his left hand?", "a cup", "and in the other?"), "what is in the other hand"),
        (("what does he have in his hand?", "a cup", "and in the other one?"), "what does he have in the other hand"),
        (("what is the boy drinking?", "milk", "out of a bottle?"), "is the boy drinking milk out of a bottle"),
        (("where does the frog jump?", "off the stone", "out of the pond?"), "does the frog jump out of the pond"),
        (("why is the floor wet?", "it is raining", "not because of the dog?"), "is the floor wet because of the dog"),
        (("why does the girl laugh?", "I can't tell", "is it because of the joke?"), "does the girl laugh because of the joke"),
        (("is there a desk?", "yes", "some papers on it?"), "are there any papers on the desk"),
        (("is the street empty?", "no", "a bike on it?"), "is there a bike on the street"),
        (("is there a puppy?", "yes", "chewing on a shoe i'm guessing"), "is the puppy chewing on a shoe"),
        (("does anything break?", "yes", "on the floor i hope not"), "does anything break on the floor"),
        (("is she holding a bag?", "yes", "old one, isn't it?"), "is it an old bag"),
        (("is there a nurse?", "yes", "man or woman?"), "is the nurse a man or a woman"),
        (("is someone on the stairs?", "yes", "tired?"), "is the person tired"),
        (("is there a hen?", "yes", "sleeping or does it just sit there"), "is the hen sleeping or does it just sit there"),
        (("what does the glass do?", "falls over", "by itself or did someone push it"), "does the glass fall over by itself or did someone push it"),
        (("is the boy asleep?", "yes", "later he gets up, right?"), "does the boy get up later"),
        (("is there a lever?", "yes", "for what is it"), "what is the lever for"),
        (("is there a clock?", "yes", "what is next to that"), "what is next to the clock"),
        (("is the boy asleep?", "yes", "at the very end he gets up, doesn't he"), "does the boy get up at the very end"),
        (("do they sing?", "yes", "until what moment"), "until when do they sing"),
        (("how many animals are there?", "two", "a cat and a dog?"), "is there a cat and a dog"),
        (("how does the horse move?", "it jumps high", "over the fence?"), "does the horse jump high over the fence"),
    ],
)  # fmt: skip
def test_another_thing_takes_the_place_of_the_latest_one(
    messages: tuple[str, ...], resolved: str
) -> None:
    assert resolved_wording(*messages) == resolved


@pytest.mark.parametrize(
    ("messages", "resolved"),
    [
        (("what is this?", "a city", "which country?"), "which country is this"),
        (("is he dancing?", "yes", "for what?"), "why is he dancing"),
        (("is it a box?", "yes", "filled with what?"), "what is the box filled with"),
        (("is the referee giving a signal?", "yes", "what?"), "what signal is the referee giving"),
        (("is she cooking?", "yes", "what?"), "what is she cooking"),
        (("is she waving at someone?", "yes", "who?"), "who is she waving at"),
        (("is the man there?", "yes", "doing what?"), "what is the man doing"),
        (("describe the video", "a dog runs", "how long?"), "how long is the video"),
        (("is there a dog?", "yes", "how long?"), "how long is the dog visible"),
        (("who falls down?", "a man", "when?"), "when does someone fall down"),
        (("is he running?", "yes", "where?"), "where is he running"),
        (("is he jumping?", "yes", "how many big dogs?"), "how many big dogs are there"),
        (("is she raising her hand?", "yes", "which hand?"), "which hand is she raising her hand"),
        (("what is he doing?", "running", "right before the jump?"), "what happens before the jump"),
    ],
)  # fmt: skip
def test_a_question_word_asks_for_a_part_of_the_latest_question(
    messages: tuple[str, ...], resolved: str
) -> None:
    assert resolved_wording(*messages) == resolved


@pytest.mark.parametrize(
    ("messages", "resolved"),
    [
        (("when is it open?", "At 0:03.", "and at 0:05?"), "is it open"),
        (("when does the dog come?", "At 0:03.", "and at the end?"), "does the dog come"),
        (("find the dog", "At 0:03.", "and at the end?"), "what happens"),
        (("does the file have sound?", "yes", "and at the end?"), "what happens"),
    ],
)
def test_a_time_repeats_what_can_be_asked_of_it(messages: tuple[str, ...], resolved: str) -> None:
    assert resolved_wording(*messages) == resolved


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("sunny?", "is it sunny?"),
        ("dancing?", "is anyone dancing?"),
        ("woman in blue?", "is there a woman in blue?"),
        ("red cars in the back", "are there any red cars in the back?"),
        ("his shoes?", "describe his shoes"),
        ("what about that red thing?", "what is that red thing?"),
        ("what about the dog?", "describe the dog"),
        ("There is a wolf or a dog. Which one is it?", "is it a wolf or a dog?"),
    ],
)
def test_a_first_message_is_completed_without_an_earlier_question(text: str, rendered: str) -> None:
    assert parse(text, encoder=sentence_encoder()).rendered == rendered


def test_a_message_after_one_that_repeats_the_answer_keeps_its_nouns() -> None:
    exchanges = ("what is the dog doing?", "running", "can you say that again?", "It is running.")
    assert resolved_wording(*exchanges, "what color is it?") == "what color is the dog"
