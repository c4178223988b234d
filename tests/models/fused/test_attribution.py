from __future__ import annotations

import pytest
import torch

from vqa.models.fused.attribution import hidings, weigh

GROUPS = ([0, 1], [2], [3, 4])


def test_each_group_is_hidden_once_and_what_is_not_shown_stays_hidden() -> None:
    shown = torch.tensor([True, True, True, False, True])
    masks = hidings(shown, ([0, 1], [2], [4]))
    assert masks.int().tolist() == [
        [1, 1, 1, 0, 1], [0, 0, 1, 0, 1], [1, 1, 0, 0, 1], [1, 1, 1, 0, 0],
    ]  # fmt: skip


def test_the_frame_that_fits_best_stands_for_its_group_and_comes_first() -> None:
    fits = torch.tensor([0.1, 0.2, 0.1, 0.6, 0.5])
    weighed = weigh(GROUPS, fits, torch.tensor([0.5, 0.5, 0.5, 0.5]))
    assert weighed[0][0] == 3
    assert {row for row, _ in weighed} == {1, 2, 3}
    assert sum(weight for _, weight in weighed) == pytest.approx(0.7, abs=1e-3)


def test_among_frames_that_fit_alike_the_answer_falls_without_the_first() -> None:
    fits = torch.full((5,), 0.3)
    weighed = weigh(GROUPS, fits, torch.tensor([0.8, 0.8, 0.2, 0.9]))
    row, weight = weighed[0]
    assert row == 2
    assert weight == pytest.approx(0.7 / 3 + 0.3 * 0.75)
    assert all(0 <= share <= 1 for _, share in weighed)


def test_where_all_frames_show_the_same_one_carries_all() -> None:
    assert weigh([[0, 1, 2]], torch.tensor([0.1, 0.3, 0.2]), torch.tensor([0.5, 0.1])) == [(1, 1.0)]
