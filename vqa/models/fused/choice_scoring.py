"""Which of the offered answers is ahead: "is it a dog or a swan?".

The decoder knows what people say and prefers what is usual, the search head knows what the frames fit, rare names too;
both count.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vqa.models.fused.config import FusedConfig
from vqa.models.fused.query import Asked, best_quarter


def offered_cosines(asked: Asked) -> Tensor:
    """How well what is shown fits each of the K offered answers, for each of N ways of showing the clip, (K, N)."""
    assert asked.look.offered is not None
    return torch.stack([best_quarter(fits, asked.shown) for fits in asked.look.offered])


def choice_logits(config: FusedConfig, asked: Asked, scores: Tensor) -> Tensor:
    """The logit of each of the K offered answers against all others, for each way of showing the clip, (K, N).

    Args:
        config: of the calibrated model.
        asked: what was asked of what, with answers offered.
        scores: (K, N) mean log probability of each one's pieces.
    """
    told = config.calibration.choice_margin * scores
    told = told + config.calibration.choice_cosine * offered_cosines(asked).to(scores)
    chances = told.log_softmax(0)
    # log(p / (1 - p)), where p may be all but 1.
    return chances - (-torch.expm1(chances.clamp(max=-1e-7))).log()
