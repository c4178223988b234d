"""How well a model answers questions about photographs and short clips it has never seen, by where they come from.

    python -m vqa.evaluation.benchmarks.question_answering DATA_DIR --split val|test [--model M] [--src cocoqa] [--limit N] [--json]

A picture is a clip of one frame. Beside accuracy: how well yes is told from no, and how well doubt fits the truth.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqa.errors import SettingError, VQAError
from vqa.evaluation import metrics
from vqa.evaluation.benchmarks.priors import question_type
from vqa.evaluation.datasets import show, thinned
from vqa.evaluation.progress_bar import counted
from vqa.models.protocol import Judges, VideoQAModel
from vqa.models.registry import load
from vqa.training.data.records import Question, Record, Split, read_records


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer to a question of a data folder.

    `accepted` starts with the agreed answer, then what single people said; `credit` is 0 to 1, partial where ten
    people were asked.
    """

    src: str
    kind: str
    question: str
    accepted: tuple[str, ...]
    answer: str
    credit: float
    confidence: float | None
    answerable: bool | None


def _credit(answer: str, asked: Question) -> float:
    if asked.variants and not metrics.is_yes_no([asked.answer]):
        return metrics.human_agreement(answer, dict(asked.variants))
    return float(metrics.is_right(answer, [asked.answer.replace("_", " ")]))


def ask_split(
    model: VideoQAModel,
    data: Path,
    split: Split,
    *,
    src: str | None = None,
    limit: int | None = None,
) -> list[Reply]:
    """Ask every question of a split; progress goes to stderr.

    Args:
        model: who answers.
        data: a folder in the training data format.
        split: `val` or `test`.
        src: only questions of this source.
        limit: at most this many pictures and clips, evenly spread.

    Raises:
        SettingError: nothing is asked there.
    """

    def wanted(record: Record) -> list[Question]:
        return [question for question in record.questions if src in (None, question.src)]

    records = thinned([record for record in read_records(data, split) if wanted(record)], limit)
    if not records:
        raise SettingError(
            f"The {split} split of {data} has no questions of {src or 'any source'}.",
            cure="Name another --src or --split.",
        )
    replies: list[Reply] = []
    for record in counted(records, "pictures and clips"):
        context = model.encode(show(data, record, model))
        for asked in wanted(record):
            answer = "".join(model.stream(context, asked.text)).strip()
            judged = model.judge(context, asked.text, answer) if isinstance(model, Judges) else None
            replies.append(
                Reply(
                    src=asked.src,
                    kind=question_type(asked.type, asked.text),
                    question=asked.text,
                    accepted=(asked.answer, *(said for said, _ in asked.variants)),
                    answer=answer,
                    credit=_credit(answer, asked),
                    confidence=judged.confidence if judged else None,
                    answerable=judged.answerable if judged else None,
                )
            )
    return replies


def _grouped(replies: Sequence[Reply], key: str) -> Iterator[tuple[str, list[float]]]:
    groups: dict[str, list[float]] = {}
    for reply in replies:
        groups.setdefault(getattr(reply, key), []).append(reply.credit)
    yield from sorted(groups.items())


def _yes_no(replies: Sequence[Reply]) -> dict[str, Any] | None:
    """Accuracy when yes and no weigh the same, and AUROC of the probability of a yes."""
    asked = [reply for reply in replies if reply.kind == "yesno"]
    truths = [metrics.normalized_words(reply.accepted[0])[:1] == ("yes",) for reply in asked]
    by_truth = [
        [reply.credit for reply, yes in zip(asked, truths, strict=True) if yes is wanted]
        for wanted in (True, False)
    ]
    if not all(by_truth):
        return None
    yes_scores, labels = [], []
    for reply, truth in zip(asked, truths, strict=True):
        said = metrics.normalized_words(reply.answer)[:1]
        if reply.confidence is not None and said in (("yes",), ("no",)):
            yes_scores.append(reply.confidence if said == ("yes",) else 1 - reply.confidence)
            labels.append(truth)
    return {
        "balanced_accuracy": sum(sum(one) / len(one) for one in by_truth) / 2,
        "accuracy_yes": sum(by_truth[0]) / len(by_truth[0]),
        "accuracy_no": sum(by_truth[1]) / len(by_truth[1]),
        "auroc": metrics.auroc(yes_scores, labels),
        "n": len(asked),
    }


def summarize_replies(replies: Sequence[Reply]) -> dict[str, Any]:
    """All figures, as plain values for JSON: `overall`, `by_src`, `by_type`, `yes_no`, `ece`, `reliability`."""
    judged = [(reply.confidence, reply.credit) for reply in replies if reply.confidence is not None]
    confidences = [confidence for confidence, _ in judged]
    credits = [credit for _, credit in judged]
    return {
        "overall": dataclasses.asdict(metrics.score([reply.credit for reply in replies])),
        "by_src": {
            name: dataclasses.asdict(metrics.score(values))
            for name, values in _grouped(replies, "src")
        },
        "by_type": {
            name: dataclasses.asdict(metrics.score(values))
            for name, values in _grouped(replies, "kind")
        },
        "yes_no": _yes_no(replies),
        "ece": metrics.expected_calibration_error(confidences, credits),
        "reliability": [
            dataclasses.asdict(one) for one in metrics.reliability(confidences, credits)
        ],
    }


def _as_text(figures: Mapping[str, Any]) -> str:
    rows = [
        ("all", figures["overall"]),
        *((f"src {name}", one) for name, one in figures["by_src"].items()),
        *((f"type {name}", one) for name, one in figures["by_type"].items()),
    ]
    lines = [
        f"{name:24} {100 * one['accuracy']:5.1f} %  "
        f"({100 * one['ci95'][0]:.1f} to {100 * one['ci95'][1]:.1f}, n = {one['n']})"
        for name, one in rows
    ]
    if figures["yes_no"]:
        yes_no = figures["yes_no"]
        auroc = "–" if yes_no["auroc"] is None else f"{yes_no['auroc']:.3f}"
        lines.append(
            f"yes/no: balanced accuracy {100 * yes_no['balanced_accuracy']:.1f} %, AUROC {auroc}"
        )
    if figures["ece"] is not None:
        lines.append(f"confidence: ECE {figures['ece']:.3f}")
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    """Ask a split and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m vqa.evaluation.benchmarks.question_answering")
    parser.add_argument("data", type=Path, help="a folder in the training data format")
    parser.add_argument("--split", choices=("val", "test"), default="val")
    parser.add_argument("--model", default="fused")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--src", help="only questions of this source, such as cocoqa")
    parser.add_argument("--limit", type=int, help="at most LIMIT pictures, evenly spread")
    parser.add_argument("--json", action="store_true", help="print every answer, as JSON")
    asked = parser.parse_args(argv)
    try:
        model = load(asked.model, device=asked.device)
        replies = ask_split(model, asked.data, asked.split, src=asked.src, limit=asked.limit)
    except VQAError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    figures = summarize_replies(replies)
    if asked.json:
        figures["answers"] = [dataclasses.asdict(reply) for reply in replies]
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        sys.stdout.write(_as_text(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
