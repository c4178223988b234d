"""Scenes: groups of consecutive shots that show the same place or things.

Levels of a long video: frames, shots, scenes, chapters. A dialogue that cuts back and forth between
two pictures is one scene.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vqa.models.protocol import Embeds, VideoContext, VideoQAModel

# Two shots are linked if the cosine of their mean frame embeddings reaches this,
_SAME_SCENE_COSINE = 0.8
# and if at most this many shots and seconds lie between them.
_MAX_SHOTS_BETWEEN, _MAX_S_BETWEEN = 3, 20.0


def group_into_scenes(
    spans: Sequence[tuple[float, float]], vectors: NDArray[np.float32]
) -> list[list[int]]:
    """Group consecutive shots into scenes by links between similar shots.

    A link joins two shots with a cosine of at least 0.8 and at most 3 shots and 20 s between them,
    and all shots between these two. Chains of overlapping links are one scene.

    Args:
        spans: N (start, end) times of shots in seconds, in order.
        vectors: (N, D) embeddings of the shots, unit vectors or zero.

    Returns:
        Groups of row indices into `spans`, in order; each row is in one group. [] without ranges.

    Source: the overlapping links of Hanjalic, Lagendijk and Biemond, "Automated high-level movie
    segmentation for advanced video-retrieval systems", 1999.
    """
    groups: list[list[int]] = []
    link_end = -1
    for row, (_, end_s) in enumerate(spans):
        if row <= link_end:
            groups[-1].append(row)
        else:
            groups.append([row])
        for later in range(row + 1, min(row + 2 + _MAX_SHOTS_BETWEEN, len(spans))):
            is_near = spans[later][0] - end_s <= _MAX_S_BETWEEN
            if is_near and float(vectors[row] @ vectors[later]) >= _SAME_SCENE_COSINE:
                link_end = max(link_end, later)
    return groups


def span_vectors(
    context: VideoContext, model: VideoQAModel, spans: Sequence[tuple[float, float]]
) -> NDArray[np.float32]:
    """Return the mean frame embedding of each time range, as (N, D) float32 unit vectors.

    A range contains the frames from its start to its end, exclusive. Without a frame, its vector is
    zero; if the model does not embed frames, all vectors are zero, with D = 1.

    Args:
        context: the encoded video.
        model: the model that encoded it.
        spans: N (start, end) times in seconds.
    """
    if not isinstance(model, Embeds):
        return np.zeros((len(spans), 1), np.float32)
    frames = model.embed_frames(context)
    times = np.array(context.clip.times_s)
    vectors = np.zeros((len(spans), frames.shape[1]), np.float32)
    for row, (start_s, end_s) in enumerate(spans):
        span_frames = frames[(times >= start_s) & (times < end_s)]
        if len(span_frames):
            mean = span_frames.mean(0)
            vectors[row] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return vectors
