"""Badges and sentences about an answer and the frames that were sampled."""

from __future__ import annotations

import pytest

from vqa.types import Answer
from vqa.ui.messages import confidence_badge


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
