"""A question joined with an encoded clip: its token states, its frame similarities, the frames it is about."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vqa.models.fused.modeling import FusedStates
from vqa.types import Question

# An object need not be visible all the time: the best quarter of the frames counts.
_TOP_FRACTION = 4


@dataclass(frozen=True, kw_only=True)
class EncodedQuestion:
    """A question as MiniLM encoded it, with its similarity to each frame of a clip.

    Args:
        question: the parsed question.
        token_states: (1, L, E), MiniLM's states of the rendered wording.
        token_mask: (1, L), True for a token, False for padding.
        frame_scores: (T,), cosine of each frame with the question, or with the noun whose presence is asked.
        noun_cosines: (T,), cosine of each frame with `question.scored_noun`; None where there is none.
        option_cosines: (K, T), cosine of each frame with the K options; None without options.
        frame_mask: (T,), True for the frames that the question is about.
    """

    question: Question
    token_states: Tensor
    token_mask: Tensor
    frame_scores: Tensor
    noun_cosines: Tensor | None
    option_cosines: Tensor | None
    frame_mask: Tensor


@dataclass(frozen=True, kw_only=True)
class JointQuery:
    """A question fused with a clip, once for each of N frame masks.

    Args:
        fused: the fusion's output, batch of N.
        frame_masks: (N, T), True for visible frames.
        encoded: the encoded question.
        num_shots: number of shots of the whole clip, at least 1.
    """

    fused: FusedStates
    frame_masks: Tensor
    encoded: EncodedQuestion
    num_shots: int


def top_quarter_mean(cosines: Tensor, frame_masks: Tensor) -> Tensor:
    """Mean cosine over the best quarter of the visible frames, at least one frame, (N,).

    Args:
        cosines: (T,), cosine of each frame with a text.
        frame_masks: (N, T), True for visible frames; a row without any gets 0.
    """
    frame_masks = frame_masks.to(cosines.device)
    ranked = cosines.expand(frame_masks.shape).masked_fill(~frame_masks, -torch.inf)
    ranked = ranked.sort(1, descending=True).values
    counts = (frame_masks.sum(1, keepdim=True) + _TOP_FRACTION - 1) // _TOP_FRACTION
    ranks = torch.arange(frame_masks.shape[1], device=cosines.device)
    top = ranked.masked_fill(ranks >= counts, 0.0)
    return top.sum(1) / counts[:, 0].clamp(min=1)
