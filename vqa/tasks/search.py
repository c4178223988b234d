"""Moments: find the stretches of a video that fit some words, by what is seen, said or written there."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vqa.errors import Unsupported
from vqa.models.protocol import Embeds, VideoContext, VideoQAModel
from vqa.tasks.text_matching import fitting_lines
from vqa.types import Clip, Moment, Shot

# Within a video, how near to the best stretch another must come to count as found too.
_NEAR_BEST = 0.75
# Within a shot, how far below its best frame's cosine another frame still shows the same.
_SAME_SIGHT = 0.15


def find_moments(
    context: VideoContext, model: VideoQAModel, words: str, *, limit: int = 5
) -> list[Moment]:
    """Stretches that fit the words, best first; none where none is near enough.

    A stretch is a run of neighbouring frames that fit, which never crosses a cut, or a line that is said or written.

    Args:
        context: the video as the model saw it.
        model: one that places frames and words in one space; any other finds words in timed text alone.
        words: what to look for.
        limit: the most moments returned.

    Raises:
        Unsupported: the model cannot search, and nothing is known to be said or written.
    """
    moments = [
        Moment(
            start_s=line.start_s,
            end_s=line.end_s,
            score=score,
            thumbnail_s=min(
                context.clip.times_s, key=lambda t: abs(2 * t - line.start_s - line.end_s)
            ),
            text=line.text,
        )
        for line, score in fitting_lines(context.text, words, model)
    ]
    if isinstance(model, Embeds):
        moments += seen_moments(context, model, words)
    elif not context.text:
        raise Unsupported(
            f"The model {model.name} cannot search in a video.", cure="Choose the model 'fused'."
        )
    return sorted(moments, key=lambda m: -m.score)[:limit]


def seen_moments(context: VideoContext, model: Embeds, words: str) -> list[Moment]:
    """The stretches whose frames fit, rising in time; none where none is near enough.

    A shot is found by its best frame; its frames that come near that one belong to the stretch.
    """
    scores = _scores(context, model, words)
    threshold = max(model.search_threshold, _NEAR_BEST * float(scores.max()))
    fits = np.zeros(len(scores), bool)
    for shot in _runs(np.ones(len(scores), bool), context):
        best = scores[shot].max()
        if best >= threshold:
            fits[shot] = scores[shot] >= best - _SAME_SIGHT
    moments = [_moment(run, scores, context) for run in _runs(fits, context)]
    return [moment for moment in moments if moment.score >= threshold]


def best_score(context: VideoContext, model: Embeds, words: str) -> float:
    """The cosine of the frame that fits the words best."""
    return float(_scores(context, model, words).max())


def _scores(context: VideoContext, model: Embeds, words: str) -> NDArray[np.float32]:
    (query,) = model.embed_text([words])
    scores: NDArray[np.float32] = model.embed_frames(context) @ query
    return scores


def spans(context: VideoContext) -> list[tuple[float, float]]:
    """The stretch each frame stands for: halfway to its neighbours, up to the cuts, (start, end) in seconds."""
    clip = context.clip
    times, shots = clip.times_s, clip.shots or (Shot(start_s=0.0, end_s=clip.duration_s),)
    edges = [
        0.0,
        *((a + b) / 2 for a, b in itertools.pairwise(times)),
        max(clip.duration_s, times[-1]),
    ]
    for row, (a, b) in enumerate(itertools.pairwise(times)):
        cuts = [shot.start_s for shot in shots if a < shot.start_s <= b]
        if cuts:
            edges[row + 1] = cuts[0]
    return list(itertools.pairwise(edges))


def shot_of(time_s: float, shots: Sequence[Shot]) -> int:
    """Which shot a time lies in."""
    return next((i for i, shot in enumerate(shots) if time_s < shot.end_s), len(shots) - 1)


def frame_of(clip: Clip, moment: Moment) -> NDArray[np.uint8]:
    """The frame that shows a moment of a clip, (H, W, 3) uint8 RGB."""
    frame: NDArray[np.uint8] = clip.frames[clip.times_s.index(moment.thumbnail_s)]
    return frame


def _runs(fits: NDArray[np.bool_], context: VideoContext) -> list[list[int]]:
    """Rows of neighbouring fitting frames within one shot."""
    clip = context.clip
    runs: list[list[int]] = []
    for row in np.flatnonzero(fits).tolist():
        same_shot = (
            bool(runs)
            and runs[-1][-1] == row - 1
            and (
                not clip.shots
                or shot_of(clip.times_s[row - 1], clip.shots)
                == shot_of(clip.times_s[row], clip.shots)
            )
        )
        if same_shot:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _moment(run: list[int], scores: NDArray[np.float32], context: VideoContext) -> Moment:
    stretches = spans(context)
    best = max(run, key=lambda row: float(scores[row]))
    return Moment(
        start_s=stretches[run[0]][0],
        end_s=stretches[run[-1]][1],
        score=float(scores[best]),
        thumbnail_s=context.clip.times_s[best],
    )
