from __future__ import annotations

import pytest

from vqa.questions.normalization.statements import as_question, is_claim, split_claim, split_subject


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("i think the dog is asleep", "is the dog asleep?"),
        ("he looks angry", "does he look angry?"),
        ("she has a long coat", "does she have a long coat?"),
        ("it was on the ground, right?", "was it on the ground?"),
        ("someone falls at the end", "does someone fall at the end?"),
        ("she changed her clothes", "has she changed her clothes?"),
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
