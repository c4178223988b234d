"""Logistic regression and conditional logit, fitted by L-BFGS."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

# Weight of the squared, scaled weights against the log-likelihood of one choice.
_RIDGE = 0.5


def fit_platt(scores: Sequence[float], is_correct: Sequence[float]) -> tuple[float, float]:
    """Fit sigmoid(scale · score + bias) to correctness, 0.0 or 1.0, of at least one score.

    Return (scale, bias), rounded to four decimals. Without scores, IndexError is raised.
    """
    (scale,), bias = fit_logistic([(score,) for score in scores], is_correct)
    return scale, bias


def fit_logistic(
    rows: Sequence[Sequence[float]], is_correct: Sequence[float], *, is_balanced: bool = False
) -> tuple[tuple[float, ...], float]:
    """Fit a logistic regression without regularization.

    Args:
        rows: N rows of K features, as floats; integers fail. N is at least 1.
        is_correct: N targets, the floats 0.0 or 1.0; integers and booleans fail.
        is_balanced: whether both classes have the same total weight; both must then occur.

    Returns:
        K weights and a bias, rounded to four decimals.
    """
    x, y = torch.tensor(rows), torch.tensor(is_correct)
    counts = torch.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean())) if is_balanced else None
    weights = torch.ones(x.shape[1], requires_grad=True)
    shift = torch.zeros((), requires_grad=True)

    def loss() -> Tensor:
        return functional.binary_cross_entropy_with_logits(x @ weights + shift, y, weight=counts)

    _minimize(loss, [weights, shift])
    return tuple(round(float(w), 4) for w in weights.detach()), round(float(shift.detach()), 4)


def fit_conditional_logit(
    scores: Sequence[Tensor],
    is_right: Sequence[Tensor],
    scales: Sequence[float],
    *,
    importance: Sequence[float],
) -> tuple[float, ...]:
    """Fit the weights of candidates' scores so that the right candidates get the most probability.

    Args:
        scores: for each choice, the (C, K) scores of its candidates.
        is_right: for each choice, (C,), True for the right candidates; a choice without any is left
            out. At least one choice must have one.
        scales: K typical sizes of the weights, for the regularization.
        importance: weight of each choice in the mean.

    Returns:
        K weights, rounded to four decimals.

    Source: McFadden 1974, "Conditional logit analysis of qualitative choice behavior".
    """
    choices = [
        (x.float(), y, share)
        for x, y, share in zip(scores, is_right, importance, strict=True)
        if bool(y.any())
    ]
    total = sum(share for _, _, share in choices)
    scale = torch.tensor(scales)
    weights = torch.zeros(len(scales), requires_grad=True)

    def loss() -> Tensor:
        log_likelihoods = [
            share * torch.logsumexp((x @ weights).log_softmax(0)[y], 0) for x, y, share in choices
        ]
        penalty = _RIDGE * (weights / scale).square().sum() / len(choices)
        return penalty - torch.stack(log_likelihoods).sum() / total

    _minimize(loss, [weights])
    return tuple(round(float(w), 4) for w in weights.detach())


def _minimize(loss: Callable[[], Tensor], parameters: list[Tensor]) -> None:
    """Minimize a loss over parameters, in place."""
    optimizer = torch.optim.LBFGS(parameters, max_iter=100, line_search_fn="strong_wolfe")

    def evaluate() -> Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(evaluate)
