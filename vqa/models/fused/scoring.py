"""Is it there: yes weighed against no, together with how well the frames fit the name of the thing asked for.

The decoder reads a question with a clip and goes by what is usual: where there is a dog, a cat seems likely. The search
head was taught names with pictures and tells the two apart. Both count where a question asks for one thing by its name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor

from vqa.models.fused.choice_scoring import offered_cosines
from vqa.models.fused.config import FusedConfig
from vqa.models.fused.query import Asked, best_quarter


@dataclass(frozen=True, kw_only=True)
class Holding:
    """The probability, 0 to 1, that a clip holds what is asked about, and whether it is to be doubted."""

    probability: float
    doubted: bool


def yes_logits(config: FusedConfig, asked: Asked, yes: Tensor, no: Tensor) -> Tensor:
    """The logit of yes for each way of showing the clip, (N,).

    Args:
        config: of the calibrated model.
        asked: what was asked of what.
        yes: (N,) mean log probability of the pieces of "yes".
        no: (N,) the same of "no".
    """
    # The scores are means over the word and the end of the answer.
    margins = 2 * (yes - no) * config.calibration.yes_temperature + config.calibration.yes_bias
    if asked.look.names is None:
        return margins
    seen = best_quarter(asked.look.names, asked.shown).to(margins)
    # The best of many shots fits any name better than that of one.
    places = config.calibration.presence_shots * math.log(asked.num_shots)
    told = config.calibration.presence_margin * margins + config.calibration.presence_cosine * seen
    return told + places + config.calibration.presence_bias


def holding(config: FusedConfig, asked: Asked) -> Holding:
    """Whether the first way of showing the clip holds what is asked about.

    Args:
        config: of the calibrated model.
        asked: what was asked of what.
    """
    assert asked.fused.answerable_logit is not None
    if asked.look.question.of_things:
        # The head was never taught that neither may be there.
        nearest = float(offered_cosines(asked)[:, 0].max())
        probability = _chance(
            config.calibration.search_temperature * nearest + config.calibration.search_bias
        )
        return Holding(
            probability=probability, doubted=nearest < config.calibration.choice_threshold
        )
    logit, threshold = (
        float(asked.fused.answerable_logit[0]),
        config.calibration.answerable_threshold,
    )
    if asked.look.names is not None and config.calibration.subject_cosine:
        seen = float(best_quarter(asked.look.names, asked.shown[:1])[0])
        places = config.calibration.subject_shots * math.log(asked.num_shots)
        told = config.calibration.subject_logit * logit + config.calibration.subject_cosine * seen
        logit, threshold = (
            told + places + config.calibration.subject_bias,
            config.calibration.subject_threshold,
        )
    probability = _chance(logit)
    return Holding(probability=probability, doubted=probability < threshold)


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
