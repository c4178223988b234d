"""What the embedded model keeps of a video between questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from vqa.models.fused.fusion import ClipFeatures
from vqa.models.fused.last_result_cache import Newest
from vqa.types import Clip

if TYPE_CHECKING:
    from vqa.models.fused.query import Asked

# Frames whose meanings are this near show the same.
_ALIKE = 0.9


@dataclass(frozen=True, kw_only=True)
class SeenClip:
    """What the embedded model keeps of a video, on its device.

    Args:
        cells: (T, C, F) CNN features.
        label_logits: (T, 1000).
        frame_vectors: (T, E) unit vectors in MiniLM's sentence space.
        frame_tokens: (T, 5, D) as the fusion reads each frame, before its time is added.
        text_states: (S, E) MiniLM's words of the timed text; S may be 0.
        text_times_s: (S,) when each of these words is said or seen.
        asked: the newest question joined with the clip; answer, judgement and evidence all read it.
    """

    cells: Tensor
    label_logits: Tensor
    frame_vectors: Tensor
    frame_tokens: Tensor
    text_states: Tensor
    text_times_s: Tensor
    asked: Newest[Asked] = field(default_factory=Newest, repr=False, compare=False)

    def runs_alike(self) -> list[list[int]]:
        """Runs of neighbouring frames that show the same, as lists of rows."""
        vectors = self.frame_vectors.float()
        runs = [[0]]
        for row in range(1, len(vectors)):
            if float(vectors[row] @ vectors[runs[-1][0]]) >= _ALIKE:
                runs[-1].append(row)
            else:
                runs.append([row])
        return runs


def features_of(seen: SeenClip, clip: Clip, masks: Tensor) -> ClipFeatures:
    """The clip as the fusion wants it, once for each of (N, T) frame masks.

    Frames that none of them shows are left out: nothing looks at them, and the fusion is done sooner.
    """
    device = seen.cells.device
    rows = masks.any(0).nonzero()[:, 0]
    batch, masks = len(masks), masks[:, rows]
    times_s = torch.tensor(clip.times_s, dtype=torch.float32)[rows]
    rows = rows.to(device)

    def repeated(x: Tensor) -> Tensor:
        return x[None].expand(batch, *x.shape)

    spoken = bool(len(seen.text_times_s))
    return ClipFeatures(
        grid_features=repeated(seen.cells[rows]),
        label_logits=repeated(seen.label_logits[rows]),
        times_s=repeated(times_s.to(device)),
        duration_s=torch.full((batch,), float(clip.duration_s), device=device),
        frame_mask=masks.to(device),
        frame_embeddings=repeated(seen.frame_vectors[rows]),
        frame_tokens=repeated(seen.frame_tokens[rows]),
        text_states=repeated(seen.text_states) if spoken else None,
        text_times_s=repeated(seen.text_times_s) if spoken else None,
        text_mask=repeated(torch.ones_like(seen.text_times_s, dtype=torch.bool))
        if spoken
        else None,
    )
