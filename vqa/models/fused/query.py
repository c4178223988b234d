"""A question's encoding, its similarity to the frames of a clip, and its fusion with the clip.

Shape letters: T frames, N frame masks, K options, L tokens of the question, E embedding size.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vqa.models.fused.network import FusedStates
from vqa.types import Question

# An object need not be visible all the time: the best quarter of the frames counts.
_TOP_FRACTION = 4


@dataclass(frozen=True, kw_only=True)
class EncodedQuestion:
    """A question encoded by MiniLM, with its cosine similarity to each frame of a clip.

    Args:
        question: the parsed question.
        token_states: (1, L, E), MiniLM's last hidden states of the question's `rendered` wording.
        token_mask: (1, L), True for a token, False for padding.
        frame_scores: (T,), cosine of each frame embedding with the question's; if the question asks
            whether `scored_noun` is present, with that noun's.
        noun_cosines: (T,), cosine of each frame with `question.scored_noun`; None without such a
            noun.
        noun_probabilities: (2, T), `class_probabilities` of `question.scored_noun` in each frame;
            None for a noun without classes, and for a question that is not answered by yes or no.
        option_cosines: (K, T), cosine of each frame with each option; None without options.
        frame_mask: (T,), True for the frames that `select_frames` selects for the question.
    """

    question: Question
    token_states: Tensor
    token_mask: Tensor
    frame_scores: Tensor
    noun_cosines: Tensor | None
    noun_probabilities: Tensor | None
    option_cosines: Tensor | None
    frame_mask: Tensor


@dataclass(frozen=True, kw_only=True)
class JointQuery:
    """A question fused with a clip, once for each of N frame masks.

    Args:
        fused_states: output of the fusion encoder, a batch of N.
        frame_masks: (N, T), True for visible frames.
        encoded_question: the encoded question.
        num_shots: number of shots of the whole clip, at least 1.
    """

    fused_states: FusedStates
    frame_masks: Tensor
    encoded_question: EncodedQuestion
    num_shots: int


def top_quarter_mean(cosines: Tensor, frame_masks: Tensor) -> Tensor:
    """Return the (N,) mean cosines over the quarter of visible frames with the highest cosines.

    The number of frames is rounded up.

    Args:
        cosines: (T,), cosine of each frame with a text.
        frame_masks: (N, T), True for visible frames; the result is 0 for a mask without any.
    """
    frame_masks = frame_masks.to(cosines.device)
    ranked_cosines = cosines.expand(frame_masks.shape).masked_fill(~frame_masks, -torch.inf)
    ranked_cosines = ranked_cosines.sort(1, descending=True).values
    counts = (frame_masks.sum(1, keepdim=True) + _TOP_FRACTION - 1) // _TOP_FRACTION
    ranks = torch.arange(frame_masks.shape[1], device=cosines.device)
    top = ranked_cosines.masked_fill(ranks >= counts, 0.0)
    return top.sum(1) / counts[:, 0].clamp(min=1)
