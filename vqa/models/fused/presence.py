"""Is it there: yes weighed against no, together with how well the frames fit the name of the thing asked for.

The decoder reads a question with a clip and goes by what is usual: where there is a dog, a cat seems likely. The search
head was taught names with pictures and tells the two apart. Both count where a question asks for one thing by its name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vqa.models.fused.config import FusedConfig
from vqa.models.fused.model import FusedStates

# One frame in so many counts: a thing need not be there all the time.
_ONE_FRAME_IN = 4


@dataclass(frozen=True, kw_only=True)
class Look:
    """A question as it was read, and where it looks.

    Args:
        words: (1, L, E) MiniLM's words of it.
        mask: (1, L) which of them are real.
        fits: (T,) how well each frame fits it.
        name: the bare name of the thing that is asked for, or about; empty where none is.
        names: (T,) cosine of each frame with that name; None where there is none.
        shown: (T,) True for the frames that it is about.
    """

    words: Tensor
    mask: Tensor
    fits: Tensor
    name: str
    names: Tensor | None
    shown: Tensor


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question joined with a clip, once for each of N ways of showing it.

    Args:
        fused: the joint streams.
        shown: (N, T) True for the frames that each of them shows.
        look: the question as it was read.
        num_shots: of the whole clip.
    """

    fused: FusedStates
    shown: Tensor
    look: Look
    num_shots: int


@dataclass(frozen=True, kw_only=True)
class Holding:
    """The probability, 0 to 1, that a clip holds what is asked about, and whether it is to be doubted."""

    probability: float
    doubted: bool


def best_quarter(names: Tensor, shown: Tensor) -> Tensor:
    """How well what is shown fits a name: the mean over the best quarter of the shown frames, at least one, (N,).

    Args:
        names: (T,) cosine of each frame with the name.
        shown: (N, T); a row that shows nothing fits nothing and gets 0.
    """
    shown = shown.to(names.device)
    ranked = names.expand(shown.shape).masked_fill(~shown, -torch.inf).sort(1, descending=True)
    counts = (shown.sum(1, keepdim=True) + _ONE_FRAME_IN - 1) // _ONE_FRAME_IN
    places = torch.arange(shown.shape[1], device=names.device)
    best = ranked.values.masked_fill(places >= counts, 0.0)
    return best.sum(1) / counts[:, 0].clamp(min=1)


def yes_logits(config: FusedConfig, asked: Asked, yes: Tensor, no: Tensor) -> Tensor:
    """The logit of yes for each way of showing the clip, (N,).

    Args:
        config: of the calibrated model.
        asked: what was asked of what.
        yes: (N,) mean log probability of the pieces of "yes".
        no: (N,) the same of "no".
    """
    # The scores are means over the word and the end of the answer.
    margins = 2 * (yes - no) * config.yes_temperature + config.yes_bias
    if asked.look.names is None:
        return margins
    seen = best_quarter(asked.look.names, asked.shown).to(margins)
    # The best of many shots fits any name better than that of one.
    places = config.presence_shots * math.log(asked.num_shots)
    told = config.presence_margin * margins + config.presence_cosine * seen
    return told + places + config.presence_bias


def holding(config: FusedConfig, asked: Asked) -> Holding:
    """Whether the first way of showing the clip holds what is asked about.

    Args:
        config: of the calibrated model.
        asked: what was asked of what.
    """
    assert asked.fused.answerable_logit is not None
    logit, threshold = float(asked.fused.answerable_logit[0]), config.answerable_threshold
    if asked.look.names is not None and config.subject_cosine:
        seen = float(best_quarter(asked.look.names, asked.shown[:1])[0])
        places = config.subject_shots * math.log(asked.num_shots)
        told = config.subject_logit * logit + config.subject_cosine * seen
        logit, threshold = told + places + config.subject_bias, config.subject_threshold
    probability = 1 / (1 + math.exp(-logit))
    return Holding(probability=probability, doubted=probability < threshold)
