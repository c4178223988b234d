"""Absence benchmark: does the model notice that a question is about a thing that is not in the picture?

For every picture with complete boxes, the same question is asked about a present thing and about an absent one. Absent
things are drawn as often as they occur in other pictures, so that a common name does not hint at presence.
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
from vqa.evaluation.datasets import load_clip, subsample
from vqa.models.protocol import Judges, VideoContext, VideoQAModel
from vqa.models.registry import load
from vqa.questions.parse import parse
from vqa.training.data.records import Record, Split, read_records

TEMPLATES = ("What color is the {}?", "Where is the {}?", "What is next to the {}?")


@dataclass(frozen=True, kw_only=True)
class AbsenceScores:
    """Detection of questions about absent things.

    Args:
        auroc: of the predicted probability that the thing is absent.
        detected: share of absent things that the model calls absent.
        false_alarms: share of present things that the model calls absent.
        n: questions asked, half of them about absent things.
    """

    auroc: float | None
    detected: float
    false_alarms: float
    n: int


def question_pairs(
    records: Sequence[Record], *, seed: int = 0
) -> Iterator[tuple[Record, str, str]]:
    """Draw a question about a present thing and the same question about an absent one, per picture with boxes.

    Args:
        records: the split; records without boxes are skipped.
        seed: of the draws.

    Yields:
        The record, the question about the present thing, the question about the absent thing.
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
    """Predict the probability that the thing is absent, and whether the model calls it absent."""
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
    """Ask the question pairs of a split and score how many absent things are detected.

    Args:
        model: has to judge its answers.
        data: a folder in the training data format.
        split: `val` or `test`.
        limit: at most this many pictures, evenly spread.

    Raises:
        Unsupported: the model cannot judge its answers.
        SettingError: no picture of the split has boxes.
    """
    if not isinstance(model, Judges):
        raise Unsupported(f"{model.name} cannot judge its answers.", cure="Choose another --model.")
    boxed = subsample([record for record in read_records(data, split) if record.objects], limit)
    pairs = list(question_pairs(boxed))
    if not pairs:
        raise SettingError(
            f"No picture of the {split} split of {data} has boxes.", cure="Name another --split."
        )
    probabilities: list[float] = []
    predictions: list[bool] = []
    for record, about_present, about_absent in tqdm(pairs, unit=" pictures", disable=None):
        context = model.encode(load_clip(data, record, model))
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
    """Measure; `arguments` has `data`, `split`, `model`, `device` and `limit`."""
    model = load(arguments.model, device=arguments.device)
    scores = measure_absence(model, arguments.data, arguments.split, limit=arguments.limit)
    return dataclasses.asdict(scores)


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the scores as one line."""
    auroc = "–" if figures["auroc"] is None else f"{figures['auroc']:.3f}"
    return (
        f"absent things, {figures['n']} questions: AUROC {auroc}, detected {100 * figures['detected']:.1f} %, "
        f"false alarms {100 * figures['false_alarms']:.1f} %"
    )
