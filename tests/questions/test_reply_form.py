from __future__ import annotations

import pytest

from vqa.questions.parse import parse


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("what is he playing with?", {"asks_tool"}),
        ("what is the girl painting with", {"asks_tool"}),
        ("who hits who?", {"asks_whom"}),
        ("who is in the car?", {"asks_present"}),
        ("who is there?", {"asks_present"}),
        ("who throws the ball?", set()),
        ("is he up?", set()),
    ],
)
def test_what_else_an_indirect_question_asks(question: str, fields: set[str]) -> None:
    form = parse(question).form
    names = ("asks_tool", "asks_whom", "asks_present")
    assert {name for name in names if getattr(form, name)} == fields


def test_the_words_of_an_indirect_question() -> None:
    assert parse("What is the Dog doing?").form.words == ("what", "the", "dog", "is", "doing")
    assert parse("Dogs?").form.words == ()
