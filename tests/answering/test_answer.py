from __future__ import annotations

from vqa.answering.answer import strongest
from vqa.types import Evidence


def weights_shown(*weights: float) -> list[float]:
    frames = [Evidence(index=row, time_s=row, weight=w) for row, w in enumerate(weights)]
    return [frame.weight for frame in strongest(frames)]


def test_frames_that_carry_next_to_nothing_are_not_shown() -> None:
    assert weights_shown(0.7, 0.005, 0.3) == [0.7, 0.3]
    assert weights_shown(0.02, 0.6) == [0.6]
    assert weights_shown(0.0) == [0.0]
    assert weights_shown() == []


def test_four_frames_are_enough() -> None:
    assert weights_shown(0.5, 0.4, 0.4, 0.3, 0.3, 0.2) == [0.5, 0.4, 0.4, 0.3]
