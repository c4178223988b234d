"""Text-only training: noisy caption embeddings in place of frame embeddings.

A model that answers from caption embeddings learns from many more pictures than there are photographs.

Source: CapDec, arXiv:2211.00575 (training on text with noise over the modality gap).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vqa.models.fused.modeling import FusedVideoQA
from vqa.training.data.features import FeatureTable
from vqa.training.text_cache import CachedTextEncoder

# Cosine between a sampled embedding and its captions. Real frames have 0.25 to 0.35 to single captions, but their
# deviation is systematic instead of random.
_COSINE_RANGE = (0.4, 0.8)
_NUM_GAP_SAMPLES = 1000


class NoisyCaptionEmbeddings:
    """Sampler of frame embeddings from captions.

    Args:
        model: its contrastive head must be trained before the first use.
        text_encoder: MiniLM.
        features: features of real frames, to estimate the modality gap.
        captions: captions of other pictures, for the same purpose.
    """

    def __init__(
        self,
        model: FusedVideoQA,
        text_encoder: CachedTextEncoder,
        features: FeatureTable,
        captions: Sequence[str],
    ) -> None:
        self._model = model
        self._text_encoder = text_encoder
        self._features = features
        self._captions = captions

    @property
    def blank_grid_features(self) -> Tensor:
        """(F,) mean grid feature: a grid position without information."""
        return self._model.fusion.feature_mean.float()

    def embed_frames(self, grid_features: Tensor, label_logits: Tensor) -> Tensor:
        """Embed real frames: (..., C, F) grid features and (..., 1000) class logits to (..., E) unit vectors."""
        device = self._model.device
        with torch.no_grad():
            return self._model.embed_frames(grid_features.to(device), label_logits.to(device))

    def sample(self, captions: Sequence[Sequence[str]], noise: np.random.Generator) -> Tensor:
        """Sample one noisy embedding for each group of captions of one picture: (K, E) unit vectors."""
        embeddings = self._text_encoder.embed([caption for group in captions for caption in group])
        groups = embeddings.split([len(group) for group in captions])
        centres = functional.normalize(torch.stack([group.mean(0) for group in groups]), dim=-1)
        normal = noise.standard_normal(tuple(centres.shape)).astype(np.float32)
        direction = functional.normalize(torch.from_numpy(normal).to(centres.device), dim=-1)
        cosine = torch.from_numpy(noise.uniform(*_COSINE_RANGE, (len(centres), 1))).to(centres)
        noisy = cosine * centres + (1 - cosine**2).sqrt() * direction
        return functional.normalize(noisy + self._modality_gap, dim=-1)

    @cached_property
    def _modality_gap(self) -> Tensor:
        """(E,) difference between the mean frame embedding and the mean caption embedding."""
        table = self._features
        step = max(1, len(table.grid_features) // _NUM_GAP_SAMPLES)
        frames = self.embed_frames(*table.take(torch.arange(0, len(table.grid_features), step)))
        captions = self._captions[:: max(1, len(self._captions) // _NUM_GAP_SAMPLES)]
        return frames.mean(0) - self._text_encoder.embed(captions).mean(0)
