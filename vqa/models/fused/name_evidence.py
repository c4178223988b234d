"""What frames say about the names of a kind, apart from the question: probabilities and cosines.

Shape letters: N names of a kind, T frames, E embedding size, I inputs of the classifier of actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from vqa.models.fused.actions import ActionClassifier, classifier_inputs
from vqa.models.fused.kind_names import read_kind_names
from vqa.models.fused.network import FusedNetwork
from vqa.models.fused.processing import InputProcessor
from vqa.models.fused.state import EncodedClip

_ACTION = "action"


class NameEvidence:
    """Probabilities and cosines of the names of a kind; weights and embeddings load at first use.

    A kind is one of `kind_names.read_kind_names`, or "action".

    Args:
        network: the network, whose text encoder embeds the names.
        processor: tokenizers of the network.
        folder: folder that the weights were loaded from; it may lack the classifier of actions.
    """

    def __init__(self, network: FusedNetwork, processor: InputProcessor, folder: Path) -> None:
        self._network = network
        self._processor = processor
        self._folder = folder
        self._vectors: dict[str, Tensor] = {}

    def names(self, kind: str) -> Sequence[str]:
        """Return the N names of a kind; empty for actions without a classifier.

        Raises:
            KeyError: there is no such kind.
        """
        if kind != _ACTION:
            return read_kind_names()[kind].names
        return self._actions.names if self._actions is not None else ()

    def probabilities(self, kind: str, encoded_clip: EncodedClip) -> Tensor:
        """Return the (N, T) probability of each name in each frame.

        It is 0 for a name that the CNN does not know.
        """
        if kind != _ACTION:
            return read_kind_names()[kind].name_probabilities(encoded_clip.label_logits).T
        assert self._actions is not None
        return self._actions.probabilities(self.classifier_inputs(encoded_clip)).T

    def cosines(self, kind: str, encoded_clip: EncodedClip) -> Tensor:
        """Return the (N, T) cosine of each name with each frame."""
        return self._embed(kind) @ encoded_clip.frame_embeddings.float().T

    def classifier_inputs(self, encoded_clip: EncodedClip) -> Tensor:
        """Return the (T, I) float32 inputs of the classifier of actions for the frames of a clip."""
        return classifier_inputs(
            self._network, encoded_clip.grid_features, encoded_clip.frame_embeddings
        )

    def replace_classifier(self, classifier: ActionClassifier) -> None:
        """Use another classifier of actions from now on; it must be on the network's device."""
        self._actions = classifier

    @cached_property
    def _actions(self) -> ActionClassifier | None:
        return ActionClassifier.load(self._folder, self._network.device)

    def _embed(self, kind: str) -> Tensor:
        """Return the (N, E) float32 unit vectors of the names of a kind, in their order."""
        if kind not in self._vectors:
            names = self.names(kind)
            texts = [f"a person is {name}" for name in names] if kind == _ACTION else names
            tokens = {
                name: tensor.to(self._network.device)
                for name, tensor in self._processor.tokenize_questions(texts).items()
            }
            with torch.inference_mode():
                self._vectors[kind] = self._network.embed_sentences(**tokens)
        return self._vectors[kind]
