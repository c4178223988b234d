"""Frame selection: choice of the frames of a clip that a question refers to."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vqa.types import Question, Shot

# How far below the best shot's cosine another shot is still selected.
_COSINE_TOLERANCE = 0.03


def select_frames(
    question: Question,
    frame_scores: Tensor,
    times_s: Sequence[float],
    duration_s: float,
    shots: Sequence[Shot],
) -> Tensor:
    """Return a (T,) mask that is True for the frames to use for a question.

    If the question has a time range, these are the frames in the range. Otherwise they are the
    frames of the shots with the highest cosine: all shots whose best frame is at most 0.03 below
    the best of all. All frames are used if the question needs all frames or fewer than two shots
    are known.

    Args:
        question: the parsed question.
        frame_scores: (T,), cosine of each frame with the question.
        times_s: T times of frames in seconds, ascending.
        duration_s: length of the video in seconds.
        shots: shots of the video; empty if they are unknown.
    """
    all_frames = torch.ones(len(times_s), dtype=torch.bool)
    if question.time_range is not None:
        rows = question.time_range.frame_rows(times_s, duration_s)
        return torch.zeros_like(all_frames).index_fill(
            0, torch.tensor(rows, dtype=torch.long), True
        )
    if len(shots) < 2 or question.needs_all_frames:
        return all_frames
    starts = torch.tensor([shot.start_s for shot in shots], dtype=torch.float64)
    shot_rows = torch.searchsorted(starts, torch.tensor(times_s, dtype=torch.float64), right=True)
    shot_rows = (shot_rows - 1).clamp(min=0)
    best = torch.full((len(shots),), -torch.inf)
    best = best.scatter_reduce(0, shot_rows, frame_scores.float().cpu(), "amax")
    return (best >= best.max() - _COSINE_TOLERANCE)[shot_rows]
