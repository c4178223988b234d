from __future__ import annotations

import math
import random

import pytest

from vqa.errors import SettingError
from vqa.workflows.trigger import Trigger


def events(trigger: Trigger, scores: list[float], step_s: float = 1.0) -> list[float]:
    """Times at which the trigger fires."""
    return [
        number * step_s
        for number, score in enumerate(scores)
        if trigger.update(number * step_s, score) is not None
    ]


def test_a_condition_that_lasts_is_one_event() -> None:
    assert events(Trigger(), [0.1] * 5 + [0.9] * 600 + [0.1] * 5) == [6]


def test_a_single_frame_is_no_event() -> None:
    assert events(Trigger(window_s=2.0), [0.1] * 5 + [0.95] + [0.1] * 5) == []
    assert events(Trigger(window_s=2.0), [0.95]) == []
    assert events(Trigger(window_s=0.0), [0.1, 0.95]) == [1]


def test_noise_around_the_threshold_is_one_event() -> None:
    rng = random.Random(0)
    scores = [0.1] * 10 + [0.5 + rng.uniform(-0.15, 0.15) for _ in range(300)]
    assert len(events(Trigger(cooldown_s=0.0), scores)) == 1


def test_an_event_follows_another_only_after_the_cooldown() -> None:
    scores = ([0.9] * 4 + [0.0] * 4) * 4
    assert events(Trigger(cooldown_s=0.0), scores) == [1, 9, 17, 25]
    assert events(Trigger(cooldown_s=12.0), scores) == [1, 17]


def test_the_result_is_the_mean_of_the_window() -> None:
    trigger = Trigger(window_s=1.0)
    assert trigger.update(0.0, 0.6) is None
    assert trigger.update(1.0, 0.8) == pytest.approx(0.7)


@pytest.mark.parametrize(
    "options",
    [
        {"threshold": 0.0}, {"threshold": 1.2}, {"threshold": math.nan}, {"window_s": -1.0}, {"window_s": math.nan},
        {"window_s": math.inf}, {"cooldown_s": -1.0}, {"cooldown_s": math.nan},
    ],
)  # fmt: skip
def test_impossible_values_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(SettingError):
        Trigger(**options)


def test_the_threshold_changes_between_frames_and_the_peak_is_that_of_the_event() -> None:
    trigger = Trigger(threshold=0.5, window_s=0.0, cooldown_s=0.0)
    assert trigger.peak == 0
    assert trigger.update(0.0, 0.6) == 0.6
    for time_s, score in ((1.0, 0.9), (2.0, 0.7), (3.0, 0.1), (4.0, 0.4)):
        assert trigger.update(time_s, score) is None
    assert trigger.peak == 0.9
    trigger.threshold = 0.8
    assert trigger.update(5.0, 0.7) is None
    assert trigger.update(6.0, 0.8) == 0.8
    assert trigger.peak == 0.8
    with pytest.raises(SettingError, match="threshold 0 "):
        trigger.threshold = 0.0
