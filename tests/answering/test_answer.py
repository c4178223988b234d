from __future__ import annotations

from vqa.answering.answer import strongest
from vqa.types import Evidence


def used_weights(*weights: float) -> list[float]:
    frames = [Evidence(index=row, time_s=row, weight=w) for row, w in enumerate(weights)]
    return [frame.weight for frame in strongest(frames)]


def test_frames_that_carry_next_to_nothing_are_not_shown() -> None:
    assert used_weights(0.7, 0.005, 0.3) == [0.7, 0.3]
    assert used_weights(0.02, 0.6) == [0.6]
    assert used_weights(0.0) == [0.0]
    assert used_weights() == []


def test_four_frames_are_enough() -> None:
    assert used_weights(0.5, 0.4, 0.4, 0.3, 0.3, 0.2) == [0.5, 0.4, 0.4, 0.3]
