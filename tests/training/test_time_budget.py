from __future__ import annotations

from pathlib import Path

import pytest

from vqa.training.time_budget import TimeBudget


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time_s = 1000.0

    def __call__(self) -> float:
        return self.time_s


def test_phases_take_their_share_of_the_remaining_time(tmp_path: Path) -> None:
    clock = Clock()
    budget = TimeBudget(10, tmp_path / "time.json", now=clock)
    clock.time_s += 100
    search = budget.phase("search", 0.2, resumable=False)
    assert (search.start_s, search.end_s) == (100, 200)
    assert search.progress() == 0
    clock.time_s += 50
    assert search.progress() == pytest.approx(0.5)
    clock.time_s += 60
    assert search.is_over
    answers = budget.phase("answers", 0.5, resumable=True)
    assert (answers.start_s, answers.end_s) == (210, 405)
    assert not budget.is_spent
    clock.time_s += 400
    assert budget.is_spent


def test_a_resumed_run_neither_gains_nor_loses_time(tmp_path: Path) -> None:
    clock = Clock()
    budget = TimeBudget(10, tmp_path / "time.json", now=clock)
    phase = budget.phase("answers", 0.5, resumable=True)
    clock.time_s += 60
    assert phase.progress() == pytest.approx(0.2)
    clock.time_s = 5.0
    again = TimeBudget(10, tmp_path / "time.json", now=clock)
    assert again.elapsed_s == pytest.approx(60)
    resumed = again.phase("answers", 0.9, resumable=True)
    assert (resumed.start_s, resumed.end_s) == (0, 300)
    clock.time_s += 240
    assert resumed.is_over


def test_a_phase_that_cannot_be_resumed_is_planned_again(tmp_path: Path) -> None:
    clock = Clock()
    TimeBudget(10, tmp_path / "time.json", now=clock).phase("search", 0.5, resumable=False)
    budget = TimeBudget(10, tmp_path / "time.json", now=clock)
    clock.time_s += 400
    search = budget.phase("search", 0.5, resumable=False)
    assert (search.start_s, search.end_s) == (400, 500)


def test_another_limit_plans_all_phases_again(tmp_path: Path) -> None:
    clock = Clock()
    budget = TimeBudget(10, tmp_path / "time.json", now=clock)
    budget.phase("answers", 1.0, resumable=True)
    clock.time_s += 600
    budget.save()
    longer = TimeBudget(20, tmp_path / "time.json", now=clock)
    phase = longer.phase("answers", 1.0, resumable=True)
    assert (phase.start_s, phase.end_s) == (600, 1200)


def test_without_a_limit_no_phase_ends_and_no_file_is_written(tmp_path: Path) -> None:
    clock = Clock()
    budget = TimeBudget(0, tmp_path / "time.json", now=clock)
    phase = budget.phase("answers", 0.1, resumable=True)
    clock.time_s += 1e9
    assert phase.progress() is None
    assert not phase.is_over
    assert not budget.is_spent
    assert list(tmp_path.iterdir()) == []
