"""Training of the action classifier and calibration of action names.

`python -m vqa.training.action_fitting DATA [DATA2 …] [--weights FOLDER]`. The classifier is a perceptron
over the frame features of the exported weights. How much its probabilities count beside the search head and
the decoder is fitted to the val split. Labels of a data set say more about its other pictures than about
a user's video, so that labelled images of the val split are scored by a classifier that is fitted without
labelled images, and labelled clips by one without labelled clips.

Source: logit adjustment, Menon et al. 2021, arXiv:2007.07314, for equal priors of the actions.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from vqa import settings
from vqa.models.fused.actions import ActionClassifier, read_actions
from vqa.models.fused.naming import NameCandidates
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.training.action_examples import ActionExample, action_examples
from vqa.training.calibration import write_calibration
from vqa.training.data.records import load_clip, read_folders
from vqa.training.name_calibration import MIN_QUESTIONS, fit_name_weights

_HIDDEN_UNITS = 512
_INPUT_DROPOUT, _HIDDEN_DROPOUT = 0.3, 0.5
_BATCH_SIZE, _EPOCHS = 64, 12
_LEARNING_RATE, _WEIGHT_DECAY = 1e-3, 0.05


@dataclass(frozen=True, kw_only=True)
class EncodedExample:
    """An example with the classifier's inputs for its frames: (T, I) float32, T at least 1."""

    example: ActionExample
    inputs: Tensor


def fit_classifier(
    examples: Sequence[EncodedExample],
    name_vectors: Tensor,
    *,
    epochs: int = _EPOCHS,
    seed: int = 0,
) -> ActionClassifier:
    """Fit the classifier by cross-entropy with the distribution of each example's actions.

    Rare actions are sampled more often, by the inverse square root of their frequency; the rest of the
    imbalance is subtracted from the logits. torch's global random generator is seeded.

    Args:
        examples: at least one example.
        name_vectors: (A, E) float32, vectors of the actions that the classifier keeps.
        epochs: passes over as many examples as there are.
        seed: seed of the samples and of the initial weights.
    """
    names = tuple(read_actions())
    torch.manual_seed(seed)
    rng = random.Random(seed)
    frequencies: Counter[str] = Counter()
    for row in examples:
        frequencies.update(_distribution(row.example.counts))
    network = nn.Sequential(
        nn.Dropout(_INPUT_DROPOUT),
        nn.Linear(examples[0].inputs.shape[-1], _HIDDEN_UNITS),
        nn.GELU(),
        nn.Dropout(_HIDDEN_DROPOUT),
        nn.Linear(_HIDDEN_UNITS, len(names)),
    )
    optimizer = torch.optim.AdamW(network.parameters(), _LEARNING_RATE, weight_decay=_WEIGHT_DECAY)
    num_steps = max(1, epochs * len(examples) // _BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, _LEARNING_RATE, total_steps=num_steps, pct_start=0.1
    )
    sampling_weights = [
        max(frequencies[name] ** -0.5 for name in row.example.counts) for row in examples
    ]
    priors = torch.tensor([frequencies[name] ** 0.5 + 1e-3 for name in names])
    log_priors = (priors / priors.sum()).log()
    for _ in range(num_steps):
        batch = rng.choices(examples, sampling_weights, k=_BATCH_SIZE)
        inputs = torch.stack([rng.choice(row.inputs) for row in batch])
        targets = torch.stack([_target(row.example.counts, names) for row in batch])
        log_probabilities = (network(inputs) + log_priors).log_softmax(1)
        loss = -(targets * log_probabilities).sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    first, second = (layer for layer in network if isinstance(layer, nn.Linear))
    return ActionClassifier(
        names=names,
        hidden_weight=first.weight.detach(),
        hidden_bias=first.bias.detach(),
        output_weight=second.weight.detach(),
        output_bias=second.bias.detach(),
        name_vectors=name_vectors,
    )


def _distribution(counts: Mapping[str, int]) -> dict[str, float]:
    """Divide counts by their sum."""
    total = sum(counts.values())
    return {name: count / total for name, count in counts.items()}


def _target(counts: Mapping[str, int], names: Sequence[str]) -> Tensor:
    """Return the (A,) distribution of an example's actions."""
    shares = _distribution(counts)
    return torch.tensor([shares.get(name, 0.0) for name in names])


def calibrate_names(
    runtime: FusedRuntime,
    train: Sequence[EncodedExample],
    val: Sequence[tuple[ActionExample, VideoContext]],
    classifier: ActionClassifier,
) -> dict[str, float]:
    """Fit the weights of the scores of an action, and scale and bias of its confidence.

    Labeled images and clips get candidates from a classifier that was fitted without examples of
    their kind, captioned images from `classifier`. Sources count by the square root of their number
    of examples. The runtime keeps the last of these classifiers.

    Args:
        runtime: model whose classifier is replaced.
        train: examples for the classifiers.
        val: examples with their encoded images or clips.
        classifier: the classifier that was fitted to all of `train`.

    Returns:
        Values by field name of `Calibration`; only `action_scale` 0, so that the decoder names
        actions, for fewer than 20 questions with a right name among the candidates.
    """
    questions = [(example, parse(example.question), context) for example, context in val]
    questions = [one for one in questions if one[1].name_kind == "action"]
    candidates: list[NameCandidates] = []
    is_right: list[Tensor] = []
    sources: list[str] = []
    for kind in dict.fromkeys(_kind(example) for example, _, _ in questions):
        others = [one for one in train if _kind(one.example) != kind]
        is_captioned = kind == "captioned" or not others
        runtime.name_evidence.replace_classifier(
            classifier if is_captioned else fit_classifier(others, classifier.name_vectors)
        )
        for example, question, context in questions:
            if _kind(example) == kind:
                names = runtime.prepare(context, question).name_candidates
                candidates.append(names)
                is_right.append(torch.tensor([name in example.answers for name in names.names]))
                sources.append(example.record.source)
    if sum(bool(row.any()) for row in is_right) < MIN_QUESTIONS:
        return {"action_scale": 0.0}
    counts = Counter(sources)
    importance = [counts[source] ** -0.5 for source in sources]
    return fit_name_weights(candidates, is_right, importance, "action")


def _kind(example: ActionExample) -> str:
    """Return which classifier an example is calibrated with; see `calibrate_names`."""
    if not example.is_labeled:
        return "captioned"
    return "clip" if example.record.is_clip else "image"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: fit classifier and calibration, write both, and return 0.

    Args:
        argv: command-line arguments; None means those of the process.

    Raises:
        SettingError: a data folder lacks its train split, or a line in it is malformed.
        WeightsBroken: the weights cannot be loaded.
        OSError: an image cannot be read, or the weights cannot be written.
    """
    parser = argparse.ArgumentParser(
        prog="python -m vqa.training.action_fitting", description="Fit the classifier of actions."
    )
    parser.add_argument("data", nargs="+", type=Path, metavar="DATA", help="data folders")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="exported weights to extend")
    arguments = parser.parse_args(argv)
    weights = arguments.weights or settings.weights()
    runtime = FusedRuntime.load(weights)
    train = []
    for example in tqdm([*action_examples(read_folders(arguments.data, "train"))], desc="train"):
        context = runtime.encode(load_clip(example.record, runtime))
        inputs = runtime.name_evidence.classifier_inputs(context.state).cpu()
        train.append(EncodedExample(example=example, inputs=inputs))
    val = [
        (example, runtime.encode(load_clip(example.record, runtime)))
        for example in action_examples(read_folders(arguments.data, "val"))
    ]
    vectors = runtime.name_evidence.embed([f"a person is {name}" for name in read_actions()])
    classifier = fit_classifier(train, vectors.cpu())
    write_calibration(weights, calibrate_names(runtime, train, val, classifier))
    classifier.save(weights, runtime.state_version)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
