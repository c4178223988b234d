from __future__ import annotations

import pytest
import torch

from vqa.training.muon import Muon, orthogonalize


@pytest.mark.parametrize("shape", [(8, 8), (6, 20), (20, 6)])
def test_singular_values_come_near_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    matrix = torch.randn(shape)
    values = torch.linalg.svdvals(orthogonalize(torch.stack([matrix, 100 * matrix])))
    assert 0.5 < values.min() <= values.max() < 1.3
    torch.testing.assert_close(values[0], values[1])


def test_steps_equal_those_of_torch_muon() -> None:
    torch.manual_seed(0)
    ours = torch.nn.Parameter(torch.randn(16, 24))
    theirs = torch.nn.Parameter(ours.detach().clone())
    one = Muon([ours], lr=0.01, weight_decay=0.1)
    other = torch.optim.Muon([theirs], lr=0.01, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
    for _ in range(3):
        gradient = torch.randn(16, 24)
        ours.grad, theirs.grad = gradient, gradient.clone()
        one.step()
        other.step()
    torch.testing.assert_close(ours, theirs, rtol=0, atol=2e-3)  # theirs rounds to bfloat16


def test_a_quadratic_is_minimised() -> None:
    torch.manual_seed(0)
    goal = torch.randn(4, 6)
    parameter = torch.nn.Parameter(torch.zeros(4, 6))
    optimizer = Muon([parameter], lr=0.1)
    initial = float(goal.square().mean())
    for _ in range(100):
        optimizer.zero_grad()
        (parameter - goal).square().mean().backward()
        optimizer.step()
    assert float((parameter - goal).detach().square().mean()) < 0.05 * initial
