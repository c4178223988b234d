"""Badges and sentences about an answer and the frames that were sampled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from vqa.types import Answer, SamplingPlan
from vqa.ui.messages import confidence_badge, coverage_text
from vqa.video.reader import read_clip


@pytest.mark.parametrize(
    ("answer", "badge"),
    [
        (Answer(text="Hello!", answerable=False), ""),
        (Answer(text="I can't tell.", answerable=False), ""),
        (Answer(text="no", confidence=0.9, answerable=False), "not seen in the 6 frames"),
        (Answer(text="a cat", confidence=0.9, answerable=True), "sure"),
        (Answer(text="a cat"), ""),
    ],
)
def test_a_badge_claims_absence_only_if_it_was_measured(answer: Answer, badge: str) -> None:
    markup = confidence_badge(answer, "en", num_frames=6)
    assert badge in markup
    assert bool(markup) == bool(badge)


def test_gaps_between_frames_are_mentioned_only_if_something_may_be_missed(
    videos: Mapping[str, Path], cuts: Path
) -> None:
    dense = read_clip(videos["h264.mp4"], SamplingPlan(num_frames=6))
    assert coverage_text(dense, "en") == "I looked at 6 of 48 frames."
    sparse = read_clip(cuts, SamplingPlan(num_frames=2, strategy="uniform"))
    assert "missed what is seen for less than" in coverage_text(sparse, "en")
