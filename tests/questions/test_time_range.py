from __future__ import annotations

import pytest

from vqa.questions.time_range import split_time
from vqa.types import TimeRange

TIMES = (0.5, 2.5, 5.0, 7.5, 9.5)


@pytest.mark.parametrize(
    ("question", "left", "rows"),
    [
        ("What is the man doing at 0:05?", "What is the man doing?", [2]),
        ("what happens at 7 seconds?", "what happens?", [3]),
        ("At second 5, what color is it?", "what color is it?", [2]),
        ("What happens between 0:02 and 0:06?", "What happens?", [1, 2]),
        ("what does he do from 2 to 6 seconds?", "what does he do?", [1, 2]),
        ("Is there a dog in the first three seconds?", "Is there a dog?", [0, 1]),
        ("in the last 3 seconds of the video, is there a dog?", "is there a dog?", [3, 4]),
        ("What happens after 0:06?", "What happens?", [3, 4]),
        ("What happens before 0:01?", "What happens?", [0]),
        ("Is the flower open at the end of the video?", "Is the flower open?", [4]),
        ("How many bottles are there at the start?", "How many bottles are there?", [0]),
        ("What is the girl at the beginning doing?", "What is the girl doing?", [0]),
        ("What is shown in the middle of the clip?", "What is shown?", [2]),
        ("What is at the end?", "What is in the video?", [4]),
        ("What is shown first?", "What is shown?", [0]),
        ("Who or what appears last in the video?", "Who or what appears in the video?", [4]),
        ("What is the last item shown?", "What is the item shown?", [4]),
        ("What is the first thing that appears?", "What is the thing that appears?", [0]),
    ],
)
def test_a_question_and_the_time_it_names_are_told_apart(
    question: str, left: str, rows: list[int]
) -> None:
    plain, stretch = split_time(question)
    assert plain == left
    assert stretch is not None
    assert stretch.frame_rows(TIMES, 10.0) == rows


@pytest.mark.parametrize(
    "question",
    [
        "What is the dog doing?",
        "What is at the end of the road?",
        "Who stands at the start of the race?",
        "What is in the middle?",
        "What happens after the dog jumps?",
        "Are there 2 dogs?",
        "How many people are there at the table?",
        "What happens between 9 and 3 seconds?",
        "at the end",
        "Which appears first, the dog or the cat?",
        "What does the man do first?",
        "What is the last name of the man?",
        "",
    ],
)
def test_without_a_time_the_question_stays(question: str) -> None:
    assert split_time(question) == (question, None)


def test_a_time_past_the_end_means_the_last_frame() -> None:
    assert TimeRange(start=60, end=60).frame_rows(TIMES, 10.0) == [4]
    assert TimeRange(start=-100, end=None).frame_rows(TIMES, 10.0) == [0, 1, 2, 3, 4]
