from __future__ import annotations

from pathlib import Path

import pytest

from vqa.models.fused.reading import CANNOT_READ, asks_to_read
from vqa.models.fused.runtime import FusedRuntime
from vqa.types import SamplingPlan, TimedText
from vqa.video.reader import read_clip


@pytest.mark.parametrize(
    "question",
    [
        "What time is it?",
        "What time does the clock show?",
        "What does the sign say?",
        "what is written on the wall",
        "What number is on the shirt?",
        "What is the number on the bus?",
        "What is the name of the street?",
        "What brand of computer is shown?",
    ],
)
def test_what_only_reading_answers_is_known(question: str) -> None:
    assert asks_to_read(question)


@pytest.mark.parametrize(
    "question",
    [
        "What time of day is it?",
        "What is the man reading?",
        "What number of dogs are there?",
        "What is the name of the animal?",
        "What is the dog doing?",
        "Is there a sign?",
        "What word describes the mood?",
        "What color is the number?",
    ],
)
def test_what_can_be_seen_is_not_taken_for_it(question: str) -> None:
    assert not asks_to_read(question)


def test_nothing_is_invented_that_would_have_to_be_read(runtime: FusedRuntime, cuts: Path) -> None:
    clip = read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6))
    seen = runtime.encode(clip)
    answer = "".join(runtime.stream(seen, "What does the sign say?"))
    assert answer == CANNOT_READ
    assert not runtime.judge(seen, "What does the sign say?", answer).answerable
    told = runtime.encode(clip, text=[TimedText(text="exit", start_s=0, end_s=1, source="screen")])
    assert "".join(runtime.stream(told, "What does the sign say?")) != CANNOT_READ
