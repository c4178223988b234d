"""Which frames carry an answer: those that fit the question, and those without which the answer would not be given."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

# Differences of cosines at which one frame clearly fits better than another.
_CLEAR = 0.05
# What hiding weighs beside fitting.
_HIDING_SHARE = 0.3


def hidings(shown: Tensor, groups: Sequence[Sequence[int]]) -> Tensor:
    """(1 + G, T) frame masks: all that is shown, then the same with each group hidden."""
    masks = shown.repeat(1 + len(groups), 1)
    for number, group in enumerate(groups):
        masks[1 + number, list(group)] = False
    return masks


def weigh(
    groups: Sequence[Sequence[int]], fits: Tensor, chances: Tensor
) -> list[tuple[int, float]]:
    """The best frame of each group with what rests on it (0 to 1), heaviest first.

    Args:
        groups: rows of frames that show the same.
        fits: (T,) cosine of each frame with the question.
        chances: (1 + G,) the answer's probability with all frames, then without each group.
    """
    rows = [max(group, key=lambda row: float(fits[row])) for group in groups]
    if len(groups) == 1:
        return [(rows[0], 1.0)]
    fit = torch.softmax(fits[rows].float() / _CLEAR, 0)
    falls = ((chances[0] - chances[1:]) / chances[0].clamp(min=1e-6)).clamp(0, 1).to(fit)
    weights = (1 - _HIDING_SHARE) * fit + _HIDING_SHARE * falls
    return sorted(zip(rows, weights.tolist(), strict=True), key=lambda pair: -pair[1])
