"""How well a model notices that it is asked about a thing that is not there.

    python -m vqa.evaluation.benchmarks.absence DATA_DIR [--split val] [--model M] [--limit N] [--json]

For every picture with complete boxes, the same question is asked once about a thing in it and once about a thing that
is not; absent things are drawn as often as they occur elsewhere, so that common things are not a sign of presence.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqa.errors import SettingError, Unsupported, VQAError
from vqa.evaluation import metrics
from vqa.evaluation.datasets import show, thinned
from vqa.evaluation.progress_bar import counted
from vqa.models.protocol import Judges, VideoContext, VideoQAModel
from vqa.models.registry import load
from vqa.training.data.records import Record, Split, read_records

TEMPLATES = ("What color is the {}?", "Where is the {}?", "What is next to the {}?")


@dataclass(frozen=True, kw_only=True)
class AbsenceScores:
    """How questions about absent things are met.

    Args:
        auroc: of the stated probability that the thing is absent.
        detected: share of absent things that were called absent.
        false_alarms: share of present things that were called absent.
        n: questions asked, half of them about absent things.
    """

    auroc: float | None
    detected: float
    false_alarms: float
    n: int


def pairs(records: Sequence[Record], *, seed: int = 0) -> Iterator[tuple[Record, str, str]]:
    """For each picture with boxes: it, a question about a thing in it, and the same about one that is not.

    Args:
        records: the split; those without boxes are passed over.
        seed: of the draws.
    """
    dice = random.Random(seed)
    names = [
        name for record in records for name in sorted({box[0] for box in record.objects or ()})
    ]
    for record in records:
        present = sorted({box[0] for box in record.objects or ()})
        elsewhere = [name for name in names if name not in present]
        if present and elsewhere:
            template = dice.choice(TEMPLATES)
            there, missing = dice.choice(present), dice.choice(elsewhere)
            yield record, template.format(there), template.format(missing)


def _absence(model: VideoQAModel, context: VideoContext, question: str) -> tuple[float, bool]:
    """The probability that what is asked about is absent, and whether the model says it is."""
    assert isinstance(model, Judges)
    answer = "".join(model.stream(context, question)).strip()
    judged = model.judge(context, question, answer)
    presence = float(judged.answerable) if judged.presence is None else judged.presence
    return 1.0 - presence, not judged.answerable


def measure_absence(
    model: VideoQAModel, data: Path, split: Split, *, limit: int | None = None
) -> AbsenceScores:
    """Ask the pairs of a split; progress goes to stderr.

    Raises:
        Unsupported: the model cannot judge its answers.
        SettingError: no picture of the split has boxes.
    """
    if not isinstance(model, Judges):
        raise Unsupported(f"{model.name} cannot judge its answers.", cure="Choose another --model.")
    asked = list(pairs(thinned([r for r in read_records(data, split) if r.objects], limit)))
    if not asked:
        raise SettingError(
            f"No picture of the {split} split of {data} has boxes.", cure="Name another --split."
        )
    scores: list[float] = []
    said: list[bool] = []
    for record, about_present, about_missing in counted(asked, "pictures"):
        context = model.encode(show(data, record, model))
        for question in (about_present, about_missing):
            probability, absent = _absence(model, context, question)
            scores.append(probability)
            said.append(absent)
    truths = [False, True] * len(asked)
    return AbsenceScores(
        auroc=metrics.auroc(scores, truths),
        detected=sum(said[1::2]) / len(asked),
        false_alarms=sum(said[0::2]) / len(asked),
        n=len(truths),
    )


def main(argv: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m vqa.evaluation.benchmarks.absence")
    parser.add_argument("data", type=Path, help="a folder in the training data format")
    parser.add_argument("--split", choices=("val", "test"), default="val")
    parser.add_argument("--model", default="fused")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--limit", type=int, help="at most LIMIT pictures, evenly spread")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    try:
        model = load(asked.model, device=asked.device)
        scores = measure_absence(model, asked.data, asked.split, limit=asked.limit)
    except VQAError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if asked.json:
        sys.stdout.write(json.dumps(dataclasses.asdict(scores), indent=2) + "\n")
        return 0
    auroc = "–" if scores.auroc is None else f"{scores.auroc:.3f}"
    sys.stdout.write(
        f"absent things, {scores.n} questions: AUROC {auroc}, noticed {100 * scores.detected:.1f} %, "
        f"false alarms {100 * scores.false_alarms:.1f} %\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
