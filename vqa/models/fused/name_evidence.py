"""What frames say about the names of a kind, apart from the question: probabilities and cosines.

Shape letters: N names of a kind, T frames, E embedding size, I inputs of the classifier of actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from vqa.models.fused.actions import (
    ActionClassifier,
    action_of,
    actions_of_subject,
    classifier_inputs,
)
from vqa.models.fused.kind_names import KindNames, read_kind_names
from vqa.models.fused.network import FusedNetwork
from vqa.models.fused.processing import InputProcessor
from vqa.models.fused.state import EncodedClip


class KindEvidence(Protocol):
    """Names of one kind, and how well each fits the frames of a clip."""

    @property
    def names(self) -> Sequence[str]:
        """The N names, in the order of all rows."""

    def rows_of(self, subject: str) -> Sequence[int]:
        """Return the numbers of the names, from 0, that can be said of a subject."""

    def name_of(self, answer: str) -> str:
        """Return the name that an answer means; any other text for none."""

    def probabilities(self, encoded_clip: EncodedClip) -> Tensor:
        """Return the (N, T) probability of each name in each frame; 0 for an unknown one."""

    def vectors(self) -> Tensor:
        """Return the (N, E) float32 unit vectors of the names in MiniLM's sentence space."""


class NameEvidence:
    """Evidence for the names of each kind; weights and embeddings are loaded at first use.

    A kind is one of `kind_names.read_kind_names`, or "action".

    Args:
        network: the network, whose text encoder embeds the names.
        processor: tokenizers of the network.
        folder: folder that the weights were loaded from; it may lack the classifier of actions.
        version: `state_version` of the weights, to which the classifier was fitted.
    """

    def __init__(
        self, network: FusedNetwork, processor: InputProcessor, folder: Path, version: str
    ) -> None:
        self._network = network
        self._processor = processor
        self._folder = folder
        self._version = version
        self._things: dict[str, _ThingEvidence] = {}

    def of(self, kind: str) -> KindEvidence | None:
        """Return the evidence for the names of a kind; None for actions without a classifier.

        Raises:
            KeyError: there is no such kind.
            WeightsBroken: the classifier of actions is damaged, or belongs to other weights.
        """
        if kind == "action":
            return None if self._actions is None else _ActionEvidence(self._network, self._actions)
        if kind not in self._things:
            self._things[kind] = _ThingEvidence(self, read_kind_names()[kind])
        return self._things[kind]

    def classifier_inputs(self, encoded_clip: EncodedClip) -> Tensor:
        """Return the (T, I) float32 inputs of the classifier of actions for the frames of a clip."""
        return classifier_inputs(
            self._network, encoded_clip.grid_features, encoded_clip.frame_embeddings
        )

    def replace_classifier(self, classifier: ActionClassifier | None) -> None:
        """Use another classifier of actions, on the network's device, from now on; None for none."""
        self._actions = classifier

    def embed(self, names: Sequence[str]) -> Tensor:
        """Return the (N, E) float32 unit vectors of N ≥ 1 texts."""
        tokens = {
            name: tensor.to(self._network.device)
            for name, tensor in self._processor.tokenize_questions(names).items()
        }
        with torch.inference_mode():
            return self._network.embed_sentences(**tokens)

    @cached_property
    def _actions(self) -> ActionClassifier | None:
        return ActionClassifier.load(self._folder, self._network.device, self._version)


class _ThingEvidence:
    """`KindEvidence` of things: the CNN's classes, and the embeddings of their names."""

    def __init__(self, evidence: NameEvidence, kind_names: KindNames) -> None:
        self.names = kind_names.names
        self._evidence = evidence
        self._kind_names = kind_names

    def rows_of(self, subject: str) -> Sequence[int]:
        del subject
        return range(len(self.names))

    def name_of(self, answer: str) -> str:
        return answer

    def probabilities(self, encoded_clip: EncodedClip) -> Tensor:
        return self._kind_names.name_probabilities(encoded_clip.label_logits).T

    def vectors(self) -> Tensor:
        return self._vectors

    @cached_property
    def _vectors(self) -> Tensor:
        return self._evidence.embed(self.names)


class _ActionEvidence:
    """`KindEvidence` of actions, by their classifier."""

    def __init__(self, network: FusedNetwork, classifier: ActionClassifier) -> None:
        self.names = classifier.names
        self._network = network
        self._classifier = classifier

    def rows_of(self, subject: str) -> Sequence[int]:
        return actions_of_subject(subject)

    def name_of(self, answer: str) -> str:
        return action_of(answer)

    def probabilities(self, encoded_clip: EncodedClip) -> Tensor:
        inputs = classifier_inputs(
            self._network, encoded_clip.grid_features, encoded_clip.frame_embeddings
        )
        return self._classifier.probabilities(inputs).T

    def vectors(self) -> Tensor:
        return self._classifier.name_vectors
