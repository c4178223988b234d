"""Text-only training: noisy caption embeddings in place of frame embeddings (CapDec).

With them, the model also learns from captions whose images are not available.

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
    """Sampler of embeddings that replace frame embeddings, from captions.

    Args:
        model: network whose contrastive head is trained.
        text_encoder: MiniLM.
        features: features of real frames, to estimate the modality gap: the difference between the
            mean frame embedding and the mean caption embedding.
        captions: captions of other images, to estimate the modality gap; `sample` needs some.
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
        """(F,) mean grid feature of the training images: a position without information."""
        return self._model.fusion.feature_mean.float()

    def embed_frames(self, grid_features: Tensor, label_logits: Tensor) -> Tensor:
        """Embed real frames to (..., E) unit vectors, without gradient.

        Args:
            grid_features: (..., C, F), from the CNN.
            label_logits: (..., 1000), ImageNet class logits.
        """
        device = self._model.device
        with torch.no_grad():
            return self._model.embed_frames(grid_features.to(device), label_logits.to(device))

    def sample(self, captions: Sequence[Sequence[str]], noise: np.random.Generator) -> Tensor:
        """Sample one embedding per image: the mean caption embedding plus noise and modality gap.

        Args:
            captions: captions of each of K ≥ 1 images, at least one per image.
            noise: random number generator.

        Returns:
            (K, E) unit vectors.
        """
        embeddings = self._text_encoder.embed([caption for group in captions for caption in group])
        groups = embeddings.split([len(group) for group in captions])
        centres = functional.normalize(torch.stack([group.mean(0) for group in groups]), dim=-1)
        normal = noise.standard_normal(tuple(centres.shape)).astype(np.float32)
        direction = functional.normalize(torch.from_numpy(normal).to(centres.device), dim=-1)
        cosine = torch.from_numpy(noise.uniform(*_COSINE_RANGE, (len(centres), 1))).to(centres)
        noisy_embeddings = cosine * centres + (1 - cosine**2).sqrt() * direction
        return functional.normalize(noisy_embeddings + self._modality_gap, dim=-1)

    @cached_property
    def _modality_gap(self) -> Tensor:
        """(E,) mean frame embedding minus mean caption embedding, each of about 1,000."""
        table = self._features
        step = max(1, len(table.grid_features) // _NUM_GAP_SAMPLES)
        frames = self.embed_frames(*table.take(torch.arange(0, len(table.grid_features), step)))
        captions = self._captions[:: max(1, len(self._captions) // _NUM_GAP_SAMPLES)]
        return frames.mean(0) - self._text_encoder.embed(captions).mean(0)
