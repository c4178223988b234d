"""Frame selection: choice of the frames of a clip that a question refers to."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vqa.types import Question, Shot

# As many frames as the fusion encoder was trained with.
MAX_FUSED_FRAMES = 16
# Of these, so many are spread over the video if more frames than that fit the question.
_NUM_SPREAD = 4
# How far below the best shot's cosine another shot is still selected.
_COSINE_TOLERANCE = 0.03


def select_frames(
    question: Question,
    frame_scores: Tensor,
    times_s: Sequence[float],
    duration_s: float,
    shots: Sequence[Shot],
) -> Tensor:
    """Return a (T,) bool mask that is True for the frames to use for a question, 1 to 16.

    If the question has a time range, these are the frames that `TimeRange.frame_rows` returns, at
    least the nearest one. Otherwise they are the frames of the shots with the highest
    cosine: all shots whose best frame is at most 0.03 below the best of all. All frames are used if
    the question needs all frames or fewer than two shots are known.

    Of more than 16 frames, a question with a time range or `needs_all_frames` uses 16 evenly spaced
    ones. Another question uses the 12 with the highest cosines, and 4 that are evenly spaced over
    all frames of the clip and may be among the 12.

    Args:
        question: the parsed question.
        frame_scores: (T,), cosine of each frame with the question.
        times_s: T ≥ 1 times of frames in seconds, ascending.
        duration_s: length of the video in seconds.
        shots: shots of the video, in order; empty if they are unknown.
    """
    mask = _fitting_frames(question, frame_scores, times_s, duration_s, shots)
    rows = mask.nonzero()[:, 0]
    if len(rows) <= MAX_FUSED_FRAMES:
        return mask
    if question.time_range is not None or question.needs_all_frames:
        selection = rows[_spread(len(rows), MAX_FUSED_FRAMES)]
    else:
        best = frame_scores.float().cpu()[rows].topk(MAX_FUSED_FRAMES - _NUM_SPREAD).indices
        selection = torch.cat([rows[best], _spread(len(mask), _NUM_SPREAD)])
    return torch.zeros_like(mask).index_fill(0, selection, True)


def _spread(length: int, count: int) -> Tensor:
    """Return the (count,) centres of equal intervals of `length` rows."""
    return ((torch.arange(count) + 0.5) * length / count).long()


def _fitting_frames(
    question: Question,
    frame_scores: Tensor,
    times_s: Sequence[float],
    duration_s: float,
    shots: Sequence[Shot],
) -> Tensor:
    """Return a (T,) mask of all frames that a question refers to; see `select_frames`."""
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
