"""What stands for a picture that nobody has: where its captions lie in the sentence space that frames lie in too.

A model that answers from there learns what people ask and say of far more pictures than there are photographs.

Source: training on text alone with noise over the gap between the two sides follows CapDec, arXiv:2211.00575.
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
from vqa.training.text_cache import WordMemo

# How near an imagined picture lies to its captions, as a cosine; true ones lie at 0.25 to 0.35 from single captions, but
# what they miss them by is not by chance, as it is here.
_NEARNESS = (0.4, 0.8)
_ROWS_MEASURED = 1000


class Imagination:
    """Frames made of words.

    Args:
        model: whose search head places true frames; it must be trained before the first use.
        memo: MiniLM.
        features: true frames, to learn how far they lie from sentences.
        captions: sentences about other pictures, for the same.
    """

    def __init__(
        self,
        model: FusedVideoQA,
        memo: WordMemo,
        features: FeatureTable,
        captions: Sequence[str],
    ) -> None:
        self._model = model
        self._memo = memo
        self._features = features
        self._captions = captions

    @property
    def cells(self) -> Tensor:
        """(F,) features of a cell in which nothing can be seen."""
        return self._model.fusion.feature_mean.float()

    def seen(self, cells: Tensor, label_logits: Tensor) -> Tensor:
        """(…, E): where the search head places true frames, of (…, C, F) cells and (…, 1000) scores."""
        device = self._model.device
        with torch.no_grad():
            return self._model.embed_frames(cells.to(device), label_logits.to(device))

    def meant(self, captions: Sequence[Sequence[str]], noise: np.random.Generator) -> Tensor:
        """(K, E) unit vectors where frames might lie of which this is said; others at each call."""
        read = self._memo.vectors([caption for group in captions for caption in group])
        groups = read.split([len(group) for group in captions])
        said = functional.normalize(torch.stack([group.mean(0) for group in groups]), dim=-1)
        drawn = noise.standard_normal(tuple(said.shape)).astype(np.float32)
        chance = functional.normalize(torch.from_numpy(drawn).to(said.device), dim=-1)
        near = torch.from_numpy(noise.uniform(*_NEARNESS, (len(said), 1))).to(said)
        moved = near * said + (1 - near**2).sqrt() * chance
        return functional.normalize(moved + self._gap, dim=-1)

    @cached_property
    def _gap(self) -> Tensor:
        """(E,) from the middle of all sentences to the middle of all frames."""
        table = self._features
        step = max(1, len(table.cells) // _ROWS_MEASURED)
        frames = self.seen(*table.take(torch.arange(0, len(table.cells), step)))
        few = self._captions[:: max(1, len(self._captions) // _ROWS_MEASURED)]
        return frames.mean(0) - self._memo.vectors(few).mean(0)
