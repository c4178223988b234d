from __future__ import annotations

import pytest
import torch

from vqa.models.fused.attribution import occlusion_masks, rank_frames

GROUPS = ([0, 1], [2], [3, 4])


def test_each_group_is_hidden_once_and_hidden_frames_stay_hidden() -> None:
    frame_mask = torch.tensor([True, True, True, False, True])
    masks = occlusion_masks(frame_mask, ([0, 1], [2], [4]))
    assert masks.int().tolist() == [
        [1, 1, 1, 0, 1], [0, 0, 1, 0, 1], [1, 1, 0, 0, 1], [1, 1, 1, 0, 0],
    ]  # fmt: skip


def test_the_most_similar_frame_represents_its_group_and_ranks_first() -> None:
    similarities = torch.tensor([0.1, 0.2, 0.1, 0.6, 0.5])
    ranked = rank_frames(GROUPS, similarities, torch.tensor([0.5, 0.5, 0.5, 0.5]))
    assert ranked[0][0] == 3
    assert {row for row, _ in ranked} == {1, 2, 3}
    assert sum(weight for _, weight in ranked) == pytest.approx(0.7, abs=1e-3)


def test_at_equal_similarity_the_frame_with_the_largest_drop_ranks_first() -> None:
    similarities = torch.full((5,), 0.3)
    ranked = rank_frames(GROUPS, similarities, torch.tensor([0.8, 0.8, 0.2, 0.9]))
    row, weight = ranked[0]
    assert row == 2
    assert weight == pytest.approx(0.7 / 3 + 0.3 * 0.75)
    assert all(0 <= weight <= 1 for _, weight in ranked)


def test_a_single_group_gets_the_whole_weight() -> None:
    similarities, probabilities = torch.tensor([0.1, 0.3, 0.2]), torch.tensor([0.5, 0.1])
    assert rank_frames([[0, 1, 2]], similarities, probabilities) == [(1, 1.0)]
