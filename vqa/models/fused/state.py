"""The embedded model's encoding of a video, read by every question."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vqa.models.fused.fusion import ClipFeatures
from vqa.types import Clip

# Cosine from which neighbouring frames count as showing the same.
_SAME_CONTENT_COSINE = 0.9


@dataclass(frozen=True, kw_only=True)
class EncodedClip:
    """Encoding of a video by the embedded model, on its device.

    Args:
        grid_features: (T, C, F), CNN features.
        label_logits: (T, 1000), ImageNet logits.
        frame_embeddings: (T, E), unit vectors in MiniLM's sentence space.
        frame_tokens: (T, 5, D), the fusion's tokens of each frame, before its time is added.
        text_states: (S, E), MiniLM's token states of the timed text; S may be 0.
        text_times_s: (S,), time of each of these tokens, in seconds.
    """

    grid_features: Tensor
    label_logits: Tensor
    frame_embeddings: Tensor
    frame_tokens: Tensor
    text_states: Tensor
    text_times_s: Tensor

    def similar_runs(self) -> list[list[int]]:
        """Group neighbouring frames that show the same, as lists of rows."""
        vectors = self.frame_embeddings.float()
        runs = [[0]]
        for row in range(1, len(vectors)):
            if float(vectors[row] @ vectors[runs[-1][0]]) >= _SAME_CONTENT_COSINE:
                runs[-1].append(row)
            else:
                runs.append([row])
        return runs


def clip_features(encoded: EncodedClip, clip: Clip, frame_masks: Tensor) -> ClipFeatures:
    """Fusion input of a clip, once for each of (N, T) frame masks; frames that no mask shows are left out."""
    device = encoded.grid_features.device
    rows = frame_masks.any(0).nonzero()[:, 0]
    batch, frame_masks = len(frame_masks), frame_masks[:, rows]
    times_s = torch.tensor(clip.times_s, dtype=torch.float32)[rows]
    rows = rows.to(device)

    def repeated(x: Tensor) -> Tensor:
        return x[None].expand(batch, *x.shape)

    has_text = bool(len(encoded.text_times_s))
    return ClipFeatures(
        grid_features=repeated(encoded.grid_features[rows]),
        label_logits=repeated(encoded.label_logits[rows]),
        times_s=repeated(times_s.to(device)),
        duration_s=torch.full((batch,), float(clip.duration_s), device=device),
        frame_mask=frame_masks.to(device),
        frame_embeddings=repeated(encoded.frame_embeddings[rows]),
        frame_tokens=repeated(encoded.frame_tokens[rows]),
        text_states=repeated(encoded.text_states) if has_text else None,
        text_times_s=repeated(encoded.text_times_s) if has_text else None,
        text_mask=repeated(torch.ones_like(encoded.text_times_s, dtype=torch.bool))
        if has_text
        else None,
    )
