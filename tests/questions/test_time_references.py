from __future__ import annotations

import pytest

from vqa.questions.parse import parse
from vqa.types import Answer, TimeRange, Turn

AT_3_S = TimeRange(start=3.0, end=3.0)


@pytest.mark.parametrize(
    ("earlier", "answer", "text", "time_range"),
    [
        ("when does the dog appear", "At 0:03.", "what is the man doing then", AT_3_S),
        ("when does the dog appear", "At 0:03.", "what does the man do at that moment?", AT_3_S),
        ("when do they jump", "At 0:03.", "and is it raining at that point", AT_3_S),
        ("what does he do at 0:03", "running", "is she sitting then?", AT_3_S),
        ("what do you see at 0:03", "a street", "is a dog there", AT_3_S),
        ("is there a dog", "no", "what is the man doing then", None),
        ("what do you see at 0:03", "a street", "what is there?", None),
        ("what do you see at 0:03", "a street", "how many people are there", None),
        ("what does he do at 0:03", "running", "what happens then", None),
    ],
)
def test_then_and_there_mean_the_time_of_the_latest_turn(
    earlier: str, answer: str, text: str, time_range: TimeRange | None
) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer))]
    assert parse(text, history).time_range == time_range


def test_there_means_the_shot_of_the_latest_turn() -> None:
    history = [Turn(question="what is in the second scene?", answer=Answer(text="a ship"))]
    scene = parse("is there a dog there", history).scene
    assert scene is not None
    assert scene.shot_number == 2
