"""Question-answering benchmark: accuracy on held-out images and clips, by data set and type.

An image is a clip of one frame. For yes/no questions, balanced accuracy and AUROC are computed,
too, and for the confidence the expected calibration error.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vqa.errors import SettingError
from vqa.evaluation import metrics
from vqa.evaluation.baselines import question_type
from vqa.models.protocol import Judges, VideoQAModel
from vqa.models.registry import load
from vqa.questions.parse import parse
from vqa.training.data.records import (
    DatasetQuestion,
    Record,
    Split,
    load_clip,
    read_records,
    subsample,
)


@dataclass(frozen=True, kw_only=True)
class ScoredAnswer:
    """The model's answer to a question of a data folder.

    Args:
        src: data set of the question, such as `cocoqa`.
        type: question type, as in the exam.
        question: text of the question.
        accepted: the agreed answer, then the answers of single annotators.
        answer: the model's answer.
        credit: 1 for a right answer, 0 for a wrong one; the VQA accuracy if several annotators
            answered.
        confidence: calibrated probability that the answer is right, 0 to 1; None if the model gives
            none.
        answerable: whether the model predicts that the question is answerable; None if it makes no
            prediction.
    """

    src: str
    type: str
    question: str
    accepted: tuple[str, ...]
    answer: str
    credit: float
    confidence: float | None
    answerable: bool | None


def _credit(answer: str, question: DatasetQuestion) -> float:
    """Return 1 for a right answer, 0 for a wrong one, and the VQA accuracy with several annotators.

    For yes/no questions, only the agreed answer counts.
    """
    if question.variants and not metrics.is_yes_no([question.answer]):
        return metrics.vqa_accuracy(answer, dict(question.variants))
    return float(metrics.is_right(answer, [question.answer.replace("_", " ")]))


def answer_split(
    model: VideoQAModel,
    data: Path,
    split: Split,
    *,
    src: str | None = None,
    limit: int | None = None,
) -> list[ScoredAnswer]:
    """Answer every question of a split, each without a history; return the answers in its order.

    Args:
        model: model to test.
        data: a folder in the training data format.
        split: `val` or `test`.
        src: data set whose questions are asked; None means all.
        limit: maximum number of images and clips, evenly spaced in the split; None means all.

    Raises:
        SettingError: the split is missing or malformed, or has no questions of the data set.
    """

    def questions_of(record: Record) -> list[DatasetQuestion]:
        return [question for question in record.questions if src in (None, question.src)]

    records = subsample([r for r in read_records(data, split) if questions_of(r)], limit)
    if not records:
        raise SettingError(
            f"The {split} split of {data} has no questions of {src or 'any source'}.",
            cure="Name another --src or --split.",
        )
    answers: list[ScoredAnswer] = []
    for record in tqdm(records, unit=" pictures and clips", disable=None):
        context = model.encode(load_clip(record, model))
        for question in questions_of(record):
            answer = "".join(model.stream(context, parse(question.text))).strip()
            judgement = (
                model.judge(context, parse(question.text), answer)
                if isinstance(model, Judges)
                else None
            )
            answers.append(
                ScoredAnswer(
                    src=question.src,
                    type=question_type(question.type, question.text),
                    question=question.text,
                    accepted=(question.answer, *(text for text, _ in question.variants)),
                    answer=answer,
                    credit=_credit(answer, question),
                    confidence=judgement.confidence if judgement else None,
                    answerable=judgement.answerable if judgement else None,
                )
            )
    return answers


def _scores_by(answers: Sequence[ScoredAnswer], field: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (value, score) for each value of a field of the answers, in alphabetical order."""
    groups: dict[str, list[float]] = {}
    for answer in answers:
        groups.setdefault(getattr(answer, field), []).append(answer.credit)
    for name, values in sorted(groups.items()):
        yield name, dataclasses.asdict(metrics.score(values))


def _yes_no_scores(answers: Sequence[ScoredAnswer]) -> dict[str, Any] | None:
    """Compute balanced accuracy and AUROC of yes/no questions; None unless both answers occur."""
    questions = [answer for answer in answers if answer.type == "yesno"]
    labels = [metrics.normalized_words(q.accepted[0])[:1] == ("yes",) for q in questions]
    credit_yes, credit_no = (
        [q.credit for q, is_yes in zip(questions, labels, strict=True) if is_yes is label]
        for label in (True, False)
    )
    if not credit_yes or not credit_no:
        return None
    yes_probabilities, judged_labels = [], []
    for question, label in zip(questions, labels, strict=True):
        first_word = metrics.normalized_words(question.answer)[:1]
        if question.confidence is not None and first_word in (("yes",), ("no",)):
            is_yes = first_word == ("yes",)
            yes_probabilities.append(question.confidence if is_yes else 1 - question.confidence)
            judged_labels.append(label)
    accuracy_yes, accuracy_no = (sum(c) / len(c) for c in (credit_yes, credit_no))
    return {
        "balanced_accuracy": (accuracy_yes + accuracy_no) / 2,
        "accuracy_yes": accuracy_yes,
        "accuracy_no": accuracy_no,
        "auroc": metrics.auroc(yes_probabilities, judged_labels),
        "n": len(questions),
    }


def summarize_answers(answers: Sequence[ScoredAnswer]) -> dict[str, Any]:
    """Compute the results of at least one answer as JSON values.

    Returns:
        Accuracies, each a dict with the fields of `metrics.Score`: `overall`, `by_src` (dict by
        data set) and `by_type` (dict by question type). `yes_no`: `balanced_accuracy`,
        `accuracy_yes`, `accuracy_no`, `auroc` and `n`, None unless both answers occur. The expected
        calibration error `ece` and that of calibrated confidences, `ece_if_calibrated` (see
        `metrics.calibrated_calibration_error`), both None without confidences, and the bins of the
        reliability diagram, `reliability` (see `metrics.ReliabilityBin`).
    """
    judged_answers = [(a.confidence, a.credit) for a in answers if a.confidence is not None]
    confidences = [confidence for confidence, _ in judged_answers]
    credits = [credit for _, credit in judged_answers]
    return {
        "overall": dataclasses.asdict(metrics.score([answer.credit for answer in answers])),
        "by_src": dict(_scores_by(answers, "src")),
        "by_type": dict(_scores_by(answers, "type")),
        "yes_no": _yes_no_scores(answers),
        "ece": metrics.expected_calibration_error(confidences, credits),
        "ece_if_calibrated": metrics.calibrated_calibration_error(confidences),
        "reliability": [dataclasses.asdict(b) for b in metrics.reliability(confidences, credits)],
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--src` to a parser."""
    parser.add_argument("--src", help="only questions of this data source, such as cocoqa")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark; return `summarize_answers`, and `answers` with the fields of each.

    Args:
        arguments: parsed arguments with `data`, `split`, `src`, `model`, `device` and `limit`.

    Raises:
        VQAError: the model or the data cannot be used.
    """
    model = load(arguments.model, device=arguments.device)
    answers = answer_split(
        model, arguments.data, arguments.split, src=arguments.src, limit=arguments.limit
    )
    rows = [dataclasses.asdict(answer) for answer in answers]
    return {**summarize_answers(answers), "answers": rows}


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the results as lines of plain text, without a newline at the end.

    One line for each accuracy (all, each data set, each type of question) in percent, with its
    95 % interval and number of questions; then balanced accuracy and area under the ROC curve of
    yes/no questions ("–" if unknown), and the expected calibration error. The last two lines are
    left out where `yes_no` or `ece` is None.

    Args:
        figures: the result of `summarize_answers`.
    """
    rows = [
        ("all", figures["overall"]),
        *((f"src {name}", score) for name, score in figures["by_src"].items()),
        *((f"type {name}", score) for name, score in figures["by_type"].items()),
    ]
    lines = [
        f"{name:24} {100 * score['accuracy']:5.1f} %  "
        f"({100 * score['ci95'][0]:.1f} to {100 * score['ci95'][1]:.1f}, n = {score['n']})"
        for name, score in rows
    ]
    if figures["yes_no"]:
        yes_no = figures["yes_no"]
        auroc = "–" if yes_no["auroc"] is None else f"{yes_no['auroc']:.3f}"
        lines.append(
            f"yes/no: balanced accuracy {100 * yes_no['balanced_accuracy']:.1f} %, AUROC {auroc}"
        )
    if figures["ece"] is not None:
        lines.append(
            f"confidence: ECE {figures['ece']:.3f} (calibrated: {figures['ece_if_calibrated']:.3f})"
        )
    return "\n".join(lines)
