from __future__ import annotations

import pytest

from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.normalization.statements import as_question, is_claim, split_claim
from vqa.questions.normalization.subjects import split_subject
from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("i think the dog is asleep", "is the dog asleep?"),
        ("he looks angry", "does he look angry?"),
        ("i hope the baby is asleep", "is the baby asleep?"),
        ("i don't suppose he has a beard", "does he have a beard?"),
        ("she has a long coat", "does she have a long coat?"),
        ("it was on the ground, right?", "was it on the ground?"),
        ("someone falls at the end", "does someone fall at the end?"),
        ("she changed her clothes", "has she changed her clothes?"),
        ("the bus has already left", "has the bus already left?"),
        ("the girl with the braids sings", "does the girl with the braids sing?"),
        ("the kids on the left wave too", "do the kids on the left wave too?"),
        ("the man in front of the house", "the man in front of the house"),
        ("he has drunk the milk", "has he drunk the milk?"),
        ("the van has tinted windows", "does the van have tinted windows?"),
        ("yes but is he barefoot", "is he barefoot?"),
        ("the boy watches tv", "does the boy watch tv?"),
        ("she carries a bag", "does she carry a bag?"),
        ("the dog flies", "does the dog fly?"),
        ("he always fixes it", "does he always fix it?"),
        ("it freezes", "does it freeze?"),
        ("the police have guns", "do the police have guns?"),
        ("his trousers have holes", "do his trousers have holes?"),
        ("just before that he was standing", "was he standing just before that?"),
        ("is the dog asleep", "is the dog asleep"),
        ("what is it", "what is it"),
    ],
)
def test_a_claim_becomes_a_question(claim: str, question: str) -> None:
    assert as_question(claim) == question


def test_a_time_before_a_claim_is_split_off() -> None:
    assert split_claim("Shortly before that, he was up?") == ("he was up", "shortly before that")
    assert split_claim("he was up") == ("he was up", "")
    assert is_claim("at the end he was up")
    assert not is_claim("before that?")


def test_the_subject_may_be_a_part_of_a_group() -> None:
    assert split_subject("one of the dogs standing still", verb="is") == (
        "one of the dogs",
        "standing still",
    )


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("the building behind is made of", "what is the building behind made of?"),
        ("I think the cake is covered with", "what is the cake covered with?"),
        ("he is pointing at", "what is he pointing at?"),
        ("the two men are still looking for", "what are the two men still looking for?"),
        ("the guy is talking to", "who is the guy talking to?"),
        ("she is dancing with", "who is she dancing with?"),
        ("the light is on", "is the light on?"),
        ("she is coming in", "is she coming in?"),
        ("the dog is being looked at", "is the dog being looked at?"),
        ("the cup is made of glass", "is the cup made of glass?"),
    ],
)
def test_a_statement_whose_preposition_lacks_a_noun_asks_for_it(
    statement: str, question: str
) -> None:
    assert as_question(statement) == question


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("his jacket's green right", "is his jacket green?"),
        ("the dog's on the sofa right", "is the dog on the sofa?"),
        ("the building's very tall, isn't it", "is the building very tall?"),
        ("the thing on the left looks like a lamp", "is the thing on the left a lamp"),
        ("the thing on the left looks like a lamp, is it?", "is the thing on the left a lamp?"),
        ("those things on the roof look like antennas", "are those things on the roof antennas"),
        ("not sure if that's a dog", "is that a dog"),
        ("no idea if the light is on", "is the light on"),
        ("not sure where this could be, looks like a mountain to me, what do u think", "is it a mountain?"),
        ("panda eat bamboo in video yes?", "does the panda eat bamboo in video?"),
        ("girl wear glasses?", "does the girl wear glasses?"),
        ("I said he is an adult, am I right?", "is he an adult?"),
    ],
)  # fmt: skip
def test_a_claim_is_checked(text: str, rendered: str) -> None:
    assert parse(text).rendered == rendered


@pytest.mark.parametrize(
    "text", ["the man's running shoes", "the dog's red collar?", "dog food bowl?", "her dog's tail"]
)
def test_a_possessive_is_no_verb(text: str) -> None:
    assert normalized_wording(text) == text
