"""Which of two offered answers is ahead: "is it a dog or a swan?".

The decoder knows what people say and prefers what is usual, the search head knows what the frames fit, rare names too;
both count.
"""

from __future__ import annotations

from torch import Tensor

from vqa.models.fused.config import FusedConfig
from vqa.models.fused.look import Asked, best_quarter


def leads(asked: Asked, first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """How far the first of the offered answers is ahead of the second: in the decoder, and in how well the frames fit.

    Args:
        asked: what was asked of what, with two answers offered.
        first: (N,) mean log probability of the pieces of the first one under each way of showing the clip.
        second: (N,) the same of the second one.

    Returns:
        Two times (N,).
    """
    assert asked.look.offered is not None
    one, other = (best_quarter(cosines, asked.shown).to(first) for cosines in asked.look.offered)
    return first - second, one - other


def choice_logits(config: FusedConfig, asked: Asked, first: Tensor, second: Tensor) -> Tensor:
    """The logit of the first of the offered answers, (N,); arguments as for `leads`."""
    ahead, nearer = leads(asked, first, second)
    return config.choice_margin * ahead + config.choice_cosine * nearer
