"""Absence benchmark: detection of questions about objects that are not in the image.

For every image with exhaustive boxes, the same question is asked about a present and about an
absent object. Absent objects are sampled by their frequency in other images, so that the name does
not predict presence.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vqa.errors import SettingError, Unsupported
from vqa.evaluation import metrics
from vqa.models.protocol import Judges, VideoContext, VideoQAModel
from vqa.models.registry import load
from vqa.questions.parse import parse
from vqa.training.data.records import Record, Split, load_clip, read_records, subsample

TEMPLATES = ("What color is the {}?", "Where is the {}?", "What is next to the {}?")


@dataclass(frozen=True, kw_only=True)
class AbsenceScores:
    """Accuracy of detecting questions about absent objects.

    Args:
        auroc: AUROC of the predicted probability that the object is absent; None if undefined.
        detected: share of absent objects that the model predicts to be absent, 0 to 1.
        false_alarms: share of present objects that the model predicts to be absent, 0 to 1.
        n: number of questions, half of them about absent objects.
    """

    auroc: float | None
    detected: float
    false_alarms: float
    n: int


def question_pairs(
    records: Sequence[Record], *, seed: int = 0
) -> Iterator[tuple[Record, str, str]]:
    """Sample, for each image, one question about a present object and about an absent object.

    Args:
        records: records of a split; skipped are those without boxes, and those that show all
            objects of the other ones.
        seed: random seed; the same one gives the same questions.

    Yields:
        The record, the question about the present object, the question about the absent object.
    """
    rng = random.Random(seed)
    names = [
        name for record in records for name in sorted({box[0] for box in record.objects or ()})
    ]
    for record in records:
        present = sorted({box[0] for box in record.objects or ()})
        elsewhere = [name for name in names if name not in present]
        if present and elsewhere:
            template = rng.choice(TEMPLATES)
            present_name, absent_name = rng.choice(present), rng.choice(elsewhere)
            yield record, template.format(present_name), template.format(absent_name)


def _predict_absence(
    model: VideoQAModel, context: VideoContext, question: str
) -> tuple[float, bool]:
    """Return the predicted probability that the object is absent, and whether the model abstains.

    The probability is 0 or 1 for a model that gives none.
    """
    assert isinstance(model, Judges)
    answer = "".join(model.stream(context, parse(question))).strip()
    judgement = model.judge(context, parse(question), answer)
    presence = judgement.presence
    if presence is None:
        presence = float(judgement.answerable)
    return 1.0 - presence, not judgement.answerable


def measure_absence(
    model: VideoQAModel, data: Path, split: Split, *, limit: int | None = None
) -> AbsenceScores:
    """Ask the question pairs of a split and compute the detection scores.

    Args:
        model: model to test, which has to implement `Judges`.
        data: a folder in the training data format.
        split: `val` or `test`.
        limit: maximum number of images with boxes, evenly spaced in the split; None means all.

    Raises:
        Unsupported: the model does not implement `Judges`.
        SettingError: the split is missing or malformed, or its images give no pair of questions,
            see `question_pairs`.
    """
    if not isinstance(model, Judges):
        raise Unsupported(f"{model.name} cannot judge its answers.", cure="Choose another --model.")
    boxed_records = subsample(
        [record for record in read_records(data, split) if record.objects], limit
    )
    pairs = list(question_pairs(boxed_records))
    if not pairs:
        raise SettingError(
            f"No picture of the {split} split of {data} has boxes.", cure="Name another --split."
        )
    probabilities: list[float] = []
    predictions: list[bool] = []
    for record, about_present, about_absent in tqdm(pairs, unit=" pictures", disable=None):
        context = model.encode(load_clip(record, model))
        for question in (about_present, about_absent):
            probability, is_absent = _predict_absence(model, context, question)
            probabilities.append(probability)
            predictions.append(is_absent)
    labels = [False, True] * len(pairs)
    return AbsenceScores(
        auroc=metrics.auroc(probabilities, labels),
        detected=sum(predictions[1::2]) / len(pairs),
        false_alarms=sum(predictions[0::2]) / len(pairs),
        n=len(labels),
    )


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark; return the fields of `AbsenceScores`.

    Args:
        arguments: parsed arguments with `data`, `split`, `model`, `device` and `limit`.

    Raises:
        VQAError: the model or the data cannot be used.
    """
    model = load(arguments.model, device=arguments.device)
    scores = measure_absence(model, arguments.data, arguments.split, limit=arguments.limit)
    return dataclasses.asdict(scores)


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the result of `run` as one line of plain text, shares in percent; "–" for no AUROC."""
    auroc = "–" if figures["auroc"] is None else f"{figures['auroc']:.3f}"
    return (
        f"absent things, {figures['n']} questions: AUROC {auroc}, detected {100 * figures['detected']:.1f} %, "
        f"false alarms {100 * figures['false_alarms']:.1f} %"
    )
