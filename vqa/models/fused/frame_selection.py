"""Where a question looks: of a video of several shots, those that it is about.

A question about one thing is answered from the shots that fit it best, as a person would look there and not elsewhere.
One that names a time is answered from what is seen then, questions about order or the whole from all of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch
from torch import Tensor

from vqa.questions.parse import Question
from vqa.types import Shot

# How far below the best shot's cosine another shot still counts as meant.
_AS_GOOD = 0.03
_WHOLE = re.compile(
    r"\b(first|last|before|after|then|next|begin(?:s|ning)?|start(?:s|ing)?|end(?:s|ing)?|finally|when|while|during|"
    r"how long|how often|order|shots?|scenes?|cuts?|times|change[sd]?|different|whole|entire|throughout|always|ever|"
    r"video about|videos?|clips?)\b",
    re.IGNORECASE,
)


def frames_meant(
    question: Question,
    fits: Tensor,
    times_s: Sequence[float],
    duration_s: float,
    shots: Sequence[Shot],
) -> Tensor:
    """(T,) True for the frames of the time or the shots that a question is about; all of them where it is about no single one.

    Args:
        question: as it was understood.
        fits: (T,) cosine of each frame with the question.
        times_s: T times.
        duration_s: of the video.
        shots: of the video; with one or none, all frames are meant.
    """
    everything = torch.ones(len(times_s), dtype=torch.bool)
    if question.stretch is not None:
        inside = question.stretch.rows(times_s, duration_s)
        return torch.zeros_like(everything).index_fill(
            0, torch.tensor(inside, dtype=torch.long), True
        )
    said = question.asked_for or question.rendered
    if len(shots) < 2 or question.kind == "description" or _WHOLE.search(said):
        return everything
    starts = torch.tensor([shot.start_s for shot in shots], dtype=torch.float64)
    owner = torch.searchsorted(starts, torch.tensor(times_s, dtype=torch.float64), right=True) - 1
    owner = owner.clamp(min=0)
    best = torch.full((len(shots),), -torch.inf)
    best = best.scatter_reduce(0, owner, fits.float().cpu(), "amax")
    return (best >= best.max() - _AS_GOOD)[owner]
