from __future__ import annotations

import pytest

from vqa.types import SamplingPlan, Shot
from vqa.video.sampling import evenly_spaced_indices, interval_times, shot_times, uniform_times


def test_uniform_takes_span_centres() -> None:
    assert uniform_times(0, 10, 5) == [1, 3, 5, 7, 9]
    assert uniform_times(0, 36_000, 2) == [9_000, 27_000]
    assert uniform_times(2, 4, 1) == [3]


def test_interval_begins_at_the_start_and_is_thinned_evenly() -> None:
    assert interval_times(0, 5, 1, 10) == [0, 1, 2, 3, 4]
    assert interval_times(0, 4.5, 1, 10) == [0, 1, 2, 3, 4]
    assert interval_times(0, 100, 1, 4) == [12, 37, 62, 87]


def test_every_shot_gets_one_time_before_any_gets_two() -> None:
    shots = [Shot(start_s=0, end_s=1), Shot(start_s=1, end_s=9), Shot(start_s=9, end_s=10)]
    assert shot_times(shots, 3) == [0.5, 5, 9.5]
    assert shot_times(shots, 5) == pytest.approx([0.5, 1 + 8 / 6, 5, 9 - 8 / 6, 9.5])


def test_longest_shots_win_if_there_are_too_many() -> None:
    shots = [Shot(start_s=0, end_s=1), Shot(start_s=1, end_s=9), Shot(start_s=9, end_s=12)]
    assert shot_times(shots, 2) == [5, 10.5]


def test_short_sequences_are_kept_whole() -> None:
    assert evenly_spaced_indices(3, 5) == [0, 1, 2]
    assert evenly_spaced_indices(10, 2) == [2, 7]


@pytest.mark.parametrize(
    "fields",
    [
        {"num_frames": 0},
        {"strategy": "interval"},
        {"interval_s": 1.0},
        {"start_s": 3.0, "end_s": 2.0},
        {"start_s": -1.0},
        {"short_side_px": 4},
        {"strategy": "random"},
    ],
)
def test_invalid_plan_is_rejected(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        SamplingPlan(**fields)  # type: ignore[arg-type]
