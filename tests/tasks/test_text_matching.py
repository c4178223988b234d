from __future__ import annotations

import pytest

from tests.fakes import ColourModel
from vqa.models.echo import EchoModel
from vqa.storage.text_search import content_words
from vqa.tasks.text_matching import fitting_lines, holds
from vqa.types import TimedText

LINES = [
    TimedText(start_s=1, end_s=2, text="The prices are low.", source="speech"),
    TimedText(start_s=4, end_s=6, text="a red door", source="screen"),
    TimedText(start_s=8, end_s=9, text="今天的天气很好", source="speech"),
]


@pytest.mark.parametrize(
    ("text", "words", "there"),
    [
        ("The prices are low.", "the price", True),
        ("The prices are low.", "low prices", True),
        ("The prices are low.", "prince", False),
        ("The prices are low.", "price of bread", False),
        ("今天的天气很好", "天气", True),
        ("今天的天气很好", "天空", False),
        ("anything", "the of", False),
    ],
)
def test_a_text_holds_words_in_any_form(text: str, words: str, there: bool) -> None:
    assert holds(text, words) is there


def test_lines_fit_by_word_and_by_meaning() -> None:
    assert [(line.text, s) for line, s in fitting_lines(LINES, "price", EchoModel())] == [
        ("The prices are low.", 1.0)
    ]
    # The fake's space of meanings knows colours alone: "a red door" is near to all that is red.
    assert [line.text for line, _ in fitting_lines(LINES, "something red", ColourModel())] == [
        "a red door"
    ]
    assert fitting_lines(LINES, "zebra", ColourModel()) == []
    assert fitting_lines([], "price", ColourModel()) == []


def test_small_words_have_no_weight() -> None:
    assert content_words("What is on the Red table?") == ["red", "table"]
