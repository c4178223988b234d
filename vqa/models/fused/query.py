"""A question as it was read, where it looks, and what of a clip fits a name."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vqa.models.fused.modeling import FusedStates
from vqa.questions.parse import Question

# One frame in so many counts: a thing need not be there all the time.
_ONE_FRAME_IN = 4


@dataclass(frozen=True, kw_only=True)
class Look:
    """A question as it was read, and where it looks.

    Args:
        question: as it was understood.
        words: (1, L, E) MiniLM's words of it.
        mask: (1, L) which of them are real.
        fits: (T,) how well each frame fits it.
        names: (T,) cosine of each frame with the thing that it names; None where it names none.
        offered: (K, T) cosines of each frame with the K answers that it offers; None where it offers none.
        shown: (T,) True for the frames that it is about.
    """

    question: Question
    words: Tensor
    mask: Tensor
    fits: Tensor
    names: Tensor | None
    offered: Tensor | None
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
