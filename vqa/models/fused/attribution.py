"""Frame attribution: ranking of frames by similarity and by occlusion sensitivity of the answer.

The similarity is that of a frame to the question.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

# Softmax temperature of the cosine similarities.
_SIMILARITY_TEMPERATURE = 0.05
# Weight of occlusion sensitivity; similarity gets the rest.
_OCCLUSION_WEIGHT = 0.3


def occlusion_masks(frame_mask: Tensor, groups: Sequence[Sequence[int]]) -> Tensor:
    """Build (1 + G, T) frame masks: `frame_mask`, then one per group with its frames hidden.

    Args:
        frame_mask: (T,), True for visible frames.
        groups: G groups of row numbers of frames.
    """
    masks = frame_mask.repeat(1 + len(groups), 1)
    for number, group in enumerate(groups):
        masks[1 + number, list(group)] = False
    return masks


def rank_frames(
    groups: Sequence[Sequence[int]], similarities: Tensor, probabilities: Tensor
) -> list[tuple[int, float]]:
    """Rank the most similar frame of each group by its attribution weight, highest first.

    The weight is 0.7 times the softmax of the similarities plus 0.3 times the relative drop of the
    probability when the group is hidden; 1 if there is only one group.

    Args:
        groups: G groups of row numbers of frames with similar content; each has at least one.
        similarities: (T,), cosine of each frame with the question.
        probabilities: (1 + G,), the answer's probability with all frames, then with each group
            hidden.

    Returns:
        (row number of the frame, weight from 0 to 1) for each group; equal weights in the order of
        the groups.
    """
    best_frames = [max(group, key=lambda row: float(similarities[row])) for group in groups]
    if len(groups) == 1:
        return [(best_frames[0], 1.0)]
    similarity = torch.softmax(similarities[best_frames].float() / _SIMILARITY_TEMPERATURE, 0)
    drops = (probabilities[0] - probabilities[1:]) / probabilities[0].clamp(min=1e-6)
    drops = drops.clamp(0, 1).to(similarity)
    weights = (1 - _OCCLUSION_WEIGHT) * similarity + _OCCLUSION_WEIGHT * drops
    return sorted(zip(best_frames, weights.tolist(), strict=True), key=lambda pair: -pair[1])
