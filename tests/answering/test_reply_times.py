"""The part of the video in the sentence of a reply."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vqa.answering.reply_times import at_time
from vqa.questions.parse import parse
from vqa.types import Answer, TimeRange, Turn


@pytest.mark.parametrize(
    ("before", "text", "opening"),
    [
        ("", "what is the man doing in the snow part?", "In the snow part"),
        ("", "in the beach clip what is the man doing?", "In the beach part"),
        ("", "what is the man doing in the part with the dog?", "In the part with the dog"),
        ("", "what is the man doing in the part where the young woman sings?", "In that part"),
        ("", "what is the man doing in the second scene?", "In the second scene"),
        ("what happens from 0:02 to 0:05?", "what is the man doing in that part?", "In that part"),
        ("who is in the snow part?", "what is the man doing in that part?", "In that part"),
        ("who is in the snow part?", "what is the man doing?", ""),
    ],
)
def test_a_reply_names_the_part_as_the_question_does(before: str, text: str, opening: str) -> None:
    history = [Turn(question=before, answer=Answer(text="a man"))] if before else []
    question = replace(parse(text, history), time_range=TimeRange(start=2.0, end=5.0))
    expected = f"{opening}, the man is skiing." if opening else "The man is skiing."
    assert at_time(question, "The man is skiing.") == expected
