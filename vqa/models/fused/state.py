"""Encoding of a video by the embedded model, shared by all questions.

Shape letters: T frames, C grid positions of a frame, F features of a position, S tokens of timed
text, D hidden size, E MiniLM's hidden size.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

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
        grid_features: (T, C, F) float16, CNN features.
        label_logits: (T, 1000) float16, ImageNet class logits.
        frame_embeddings: (T, E), unit vectors in MiniLM's sentence space.
        frame_tokens: (T, 5, D), from `FusionEncoder.tokenize_frames`, without time embeddings.
        text_states: (S, E), MiniLM's token states of the timed text; S may be 0.
        text_times_s: (S,) float32, time of each token of the timed text, in seconds.

    Attributes:
        sentences: captions of frames that were generated before, by row number.
    """

    grid_features: Tensor
    label_logits: Tensor
    frame_embeddings: Tensor
    frame_tokens: Tensor
    text_states: Tensor
    text_times_s: Tensor
    sentences: dict[int, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def select(self, frame_mask: Tensor) -> EncodedClip:
        """Return the encoding of the frames for which a (T,) mask is True, without sentences."""
        rows = frame_mask.to(self.grid_features.device)
        names = ("grid_features", "label_logits", "frame_embeddings", "frame_tokens")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    def similar_runs(self) -> list[list[int]]:
        """Group consecutive frames with similar content; return lists of row numbers, in order.

        A frame belongs to a group if its cosine with the group's first frame is at least 0.9. The
        clip has at least one frame.
        """
        vectors = self.frame_embeddings.float()
        runs = [[0]]
        for row in range(1, len(vectors)):
            if float(vectors[row] @ vectors[runs[-1][0]]) >= _SAME_CONTENT_COSINE:
                runs[-1].append(row)
            else:
                runs.append([row])
        return runs


def clip_features(encoded_clip: EncodedClip, clip: Clip, frame_masks: Tensor) -> ClipFeatures:
    """Build the fusion encoder's input: a batch of N copies of a clip, one per frame mask.

    Args:
        encoded_clip: encoding of the clip.
        clip: the clip, for its times and its duration.
        frame_masks: (N, T), True for visible frames; frames that are hidden in all masks are
            dropped, so that the result may have fewer than T.
    """
    device = encoded_clip.grid_features.device
    rows = frame_masks.any(0).nonzero()[:, 0]
    batch, frame_masks = len(frame_masks), frame_masks[:, rows]
    times_s = torch.tensor(clip.times_s, dtype=torch.float32)[rows]
    rows = rows.to(device)

    def expand(x: Tensor) -> Tensor:
        return x[None].expand(batch, *x.shape)

    has_text = bool(len(encoded_clip.text_times_s))
    return ClipFeatures(
        grid_features=expand(encoded_clip.grid_features[rows]),
        label_logits=expand(encoded_clip.label_logits[rows]),
        times_s=expand(times_s.to(device)),
        duration_s=torch.full((batch,), float(clip.duration_s), device=device),
        frame_mask=frame_masks.to(device),
        frame_embeddings=expand(encoded_clip.frame_embeddings[rows]),
        frame_tokens=expand(encoded_clip.frame_tokens[rows]),
        text_states=expand(encoded_clip.text_states) if has_text else None,
        text_times_s=expand(encoded_clip.text_times_s) if has_text else None,
        text_mask=expand(torch.ones_like(encoded_clip.text_times_s, dtype=torch.bool))
        if has_text
        else None,
    )
