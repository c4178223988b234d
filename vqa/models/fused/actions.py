"""Actions that the embedded model names, and a classifier of frames by action.

`action_names.tsv` has one action per line: the phrase that answers "What is the man doing?", who does
it (`people`, `animals` or `all`), and other phrases for it, without articles, by which labels and
captions are assigned to it. The classifier is
fitted by `python -m vqa.training.action_fitting`.

Shape letters: T frames, C grid positions, A actions, H hidden units, I inputs of the classifier.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Self

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from vqa.atomic_write import atomic_write
from vqa.errors import WeightsBroken
from vqa.models.fused.network import FusedNetwork
from vqa.questions.words.living_nouns import is_animal, is_person

# Within the folder with the weights.
FILE = Path("actions", "classifier.safetensors")
# Keys of its metadata.
_NAMES, _VERSION = "names", "state_version"
# Brings the frame embedding, a unit vector, to the size of the standardized grid features.
_EMBEDDING_SCALE = 8.0
_DETERMINERS = frozenset({"a", "an", "the", "his", "her", "their", "its", "some"})


@cache
def read_actions() -> Mapping[str, tuple[str, ...]]:
    """Return the phrases of each of the A actions of `action_names.tsv`, in the order of the file.

    The first phrase of an action is its name, which is also the key.
    """
    return {name: (name, *filter(None, phrases.split(", "))) for name, _, phrases in _rows()}


@cache
def _rows() -> Sequence[Sequence[str]]:
    text = files(__package__).joinpath("action_names.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


def actions_of_subject(subject: str) -> tuple[int, ...]:
    """Return the numbers of the actions, from 0, that a person or an animal can do; else of all.

    Args:
        subject: a singular noun phrase in lower case, without article; or empty.
    """
    others = "animals" if is_person(subject) else "people" if is_animal(subject) else ""
    return tuple(number for number, (_, who, _) in enumerate(_rows()) if who != others)


@cache
def _action_by_phrase() -> Mapping[str, str]:
    """Map each phrase of an action, without determiners, to the name of the action."""
    return {
        _without_determiners(phrase.split()): name
        for name, phrases in read_actions().items()
        for phrase in phrases
    }


def _without_determiners(words: Sequence[str]) -> str:
    return " ".join(word for word in words if word not in _DETERMINERS)


def action_of(phrase: str) -> str:
    """Return the action whose phrase begins a text: "riding a bike on a road" -> "riding a bicycle".

    The longest beginning decides; upper case and determiners do not matter. Empty if no action has
    such a phrase.
    """
    words = [word for word in phrase.lower().split() if word not in _DETERMINERS]
    beginnings = (" ".join(words[:end]) for end in range(len(words), 0, -1))
    return next((_action_by_phrase()[b] for b in beginnings if b in _action_by_phrase()), "")


def classifier_inputs(
    network: FusedNetwork, grid_features: Tensor, frame_embeddings: Tensor
) -> Tensor:
    """Return the (T, I) float32 inputs: mean standardized grid features and frame embedding.

    Args:
        network: the network, for the statistics of its grid features.
        grid_features: (T, C, F), from the CNN.
        frame_embeddings: (T, E), unit vectors.
    """
    # Standardizing the mean is the same as the mean of standardized positions, and cheaper.
    grid = network.fusion.standardize(grid_features.mean(-2, dtype=torch.float32)).float()
    return torch.cat([grid, _EMBEDDING_SCALE * frame_embeddings.float()], dim=-1)


@dataclass(frozen=True, kw_only=True)
class ActionClassifier:
    """Perceptron with one hidden layer over `classifier_inputs`; its probabilities have equal priors.

    Args:
        names: the A actions, in the order of the outputs.
        hidden_weight: (H, I) float32.
        hidden_bias: (H,) float32.
        output_weight: (A, H) float32.
        output_bias: (A,) float32.
        name_vectors: (A, E) float32, MiniLM's unit vectors of "a person is" and the action.
    """

    names: tuple[str, ...]
    hidden_weight: Tensor
    hidden_bias: Tensor
    output_weight: Tensor
    output_bias: Tensor
    name_vectors: Tensor

    @classmethod
    def load(cls, folder: Path, device: torch.device, version: str) -> Self | None:
        """Load the classifier of a folder with weights onto a device; None if it has none.

        Args:
            folder: folder with the weights.
            device: device of the classifier.
            version: `state_version` of these weights.

        Raises:
            WeightsBroken: the file is damaged, or was fitted to other weights or other actions.
        """
        file = folder / FILE
        if not file.is_file():
            return None
        try:
            with safe_open(file, "pt", str(device)) as tensors:
                metadata = tensors.metadata() or {}
                values = {name: tensors.get_tensor(name).float() for name in tensors.keys()}  # noqa: SIM118
            classifier = cls(names=tuple(read_actions()), **values)
        except (OSError, SafetensorError, TypeError) as error:
            raise WeightsBroken(
                f"{file} cannot be loaded: {error}", cure="Fetch the repository again."
            ) from error
        if metadata != {_NAMES: json.dumps(classifier.names), _VERSION: version}:
            raise WeightsBroken(
                f"{file} was fitted to other weights or other actions.",
                cure="Fetch the repository again, or run python -m vqa.training.action_fitting.",
            )
        return classifier

    def save(self, folder: Path, version: str) -> None:
        """Write the classifier in float16 into a folder with weights of a `state_version`.

        Raises:
            OSError: the file cannot be written.
        """
        tensors = {
            field.name: getattr(self, field.name).half().contiguous()
            for field in fields(self)
            if field.name != "names"
        }
        file = folder / FILE
        file.parent.mkdir(exist_ok=True)
        with atomic_write(file) as part:
            save_file(tensors, part, {_NAMES: json.dumps(self.names), _VERSION: version})

    def probabilities(self, inputs: Tensor) -> Tensor:
        """Return the (T, A) probabilities of the actions; the actions of a frame sum to 1.

        Args:
            inputs: (T, I) float32, from `classifier_inputs`.
        """
        hidden = functional.gelu(functional.linear(inputs, self.hidden_weight, self.hidden_bias))
        return functional.linear(hidden, self.output_weight, self.output_bias).softmax(-1)
