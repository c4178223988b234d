from __future__ import annotations

import pytest

from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("what makes the smoke?", "identify"),
        ("what is causing the big splash?", "identify"),
        ("what makes the man cry?", "reason"),
        ("what makes the baby laugh?", "reason"),
        ("what makes the little girl smile?", "reason"),
        ("what makes the horse jump?", "reason"),
        ("what makes this machine move?", "identify"),
        ("Why not, is she injured?", "verify"),
        ("is the boy hurt?", "verify"),
    ],
)
def test_a_thing_or_a_state_that_can_be_seen_is_not_refused(question: str, intent: str) -> None:
    assert parse(question).intent == intent


@pytest.mark.parametrize(
    ("question", "asks_skill"),
    [
        ("is she good at it?", True),
        ("who is doing better?", True),
        ("does the boy play well?", True),
        ("is he doing it right?", True),
        ("is her form good?", True),
        ("is this the right way to hold him?", True),
        ("is she holding the right hand up?", False),
        ("is he facing right?", False),
        ("what form does she draw?", False),
        ("is she wearing the wrong shoes?", False),
        ("is she good looking?", False),
        ("is it a good video?", False),
    ],
)
def test_skill_is_no_matter_of_taste(question: str, asks_skill: bool) -> None:
    assert parse(question).form.asks_skill == asks_skill
