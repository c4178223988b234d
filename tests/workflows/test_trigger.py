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


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("other_share", [0.62, 0.7, 0.8])
def test_an_event_ends_in_a_scene_that_scores_low_against_its_peak(
    threshold: float, other_share: float
) -> None:
    scene, other = [min(0.95, 1.45 * threshold)] * 6, [other_share * threshold] * 6
    starts = events(Trigger(threshold=threshold), (scene + other) * 3)
    assert [start // 12 for start in starts] == [0, 1, 2]


def test_a_cup_is_an_event_again_after_a_scene_that_resembles_a_cup_a_little() -> None:
    scores = [0.03] * 6 + [0.68] * 6 + [0.32] * 6 + [0.69] * 6 + [0.41] * 6 + [0.7] * 6
    assert events(Trigger(), scores) == [8, 19, 30]


@pytest.mark.parametrize("cooldown_s", [0.0, 10.0])
@pytest.mark.parametrize("peak", [0.55, 0.7, 0.95])
def test_dips_and_fluctuation_within_a_scene_are_one_event(peak: float, cooldown_s: float) -> None:
    rng = random.Random(1)
    dips = ([peak] * 5 + [0.35] * 2) * 40
    noise = [peak - rng.uniform(0, 0.3) * peak for _ in range(300)]
    for scores in (dips, noise):
        assert len(events(Trigger(cooldown_s=cooldown_s), [0.1] * 5 + scores)) == 1


def test_a_score_just_below_the_threshold_does_not_end_an_event() -> None:
    scores = [0.95] * 4 + ([0.48] * 4 + [0.52] * 4) * 20
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
