"""Tests of the words for a shot: ordinals in both directions, and questions for its length."""

from __future__ import annotations

import pytest

from vqa.questions.times.shot_words import (
    cardinal_number,
    length_question,
    ordinal_name,
    ordinal_number,
)


@pytest.mark.parametrize(
    ("number", "name"),
    [(1, "first"), (3, "third"), (12, "twelfth"), (13, "13th"), (21, "21st"), (22, "22nd"), (23, "23rd"), (111, "111th"), (-1, "last")],
)  # fmt: skip
def test_an_ordinal_is_read_back_as_its_number(number: int, name: str) -> None:
    assert ordinal_name(number) == name
    assert ordinal_number(name) == number


def test_only_ordinals_have_an_ordinal_number() -> None:
    words = ["3rd", "opening", "final", "closing", "3", "three", "thing"]
    assert [ordinal_number(word) for word in words] == [3, 1, -1, -1, 0, 0, 0]
    assert [cardinal_number(word) for word in ("3", "three", "third", "thing")] == [3, 3, 0, 0]
    assert ordinal_name(0) == ""


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("How long is it?", "it"),
        ("and how many seconds does that last", "it"),
        ("so, roughly how long is it in total?", "it"),
        ("how long does this go on for", "it"),
        ("how long is that one?", "part"),
        ("How long does that scene last?", "part"),
        ("how long is it there?", "stay"),
        ("how long does it stay?", "stay"),
        ("how long is the dog there?", ""),
        ("how long is its tail?", ""),
        ("how long has it been raining?", ""),
    ],
)
def test_whose_length_is_asked_for(text: str, whose: str) -> None:
    assert length_question(text) == whose
