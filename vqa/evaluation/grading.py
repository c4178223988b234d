"""Grading of exam answers: accuracy by question type, baselines, calibration, and a table."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vqa.evaluation import metrics

BASELINES = ("frequent", "blanked", "nearest_caption")
ABLATIONS = ("shuffled",)
NEAREST_CAPTION_CURE = "needs --bank DATA_DIR: the training captions are not shipped with the model"


@dataclass(frozen=True, kw_only=True)
class ExamQuestion:
    """A question of the exam.

    Args:
        text: the question.
        accepted_answers: the answers that count as right, at least one.
        type: question type, such as `color`.
    """

    text: str
    accepted_answers: tuple[str, ...]
    type: str


@dataclass(frozen=True, kw_only=True)
class GradedAnswer:
    """The model's answer to an exam question, with the answers of the baselines and ablations.

    Args:
        video: the video's name in the exam file.
        question: the exam question.
        answer: the model's answer.
        confidence: calibrated probability that the answer is right, 0 to 1; None if the model gives
            none.
        answerable: whether the model predicts that the question is answerable; None if it makes no
            prediction.
        others: answers of baselines and ablations, by name.
    """

    video: str
    question: ExamQuestion
    answer: str
    confidence: float | None
    answerable: bool | None
    others: dict[str, str]

    def is_right(self, name: str | None = None) -> bool:
        """Whether the answer of the baseline or ablation `name`, of the model if None, is right.

        See `metrics.is_right` for the comparison.

        Raises:
            KeyError: there is no such baseline or ablation in `others`.
        """
        answer = self.answer if name is None else self.others[name]
        return metrics.is_right(answer, self.question.accepted_answers)


def _score(values: Sequence[float]) -> dict[str, Any]:
    """Return the fields of `metrics.score` of the values."""
    return dataclasses.asdict(metrics.score(values))


def _by_type(answers: Sequence[GradedAnswer], name: str | None = None) -> dict[str, dict[str, Any]]:
    """Return the score by question type, in alphabetical order; `name` is as in `is_right`."""
    groups: dict[str, list[float]] = {}
    for answer in answers:
        groups.setdefault(answer.question.type, []).append(answer.is_right(name))
    return {type_name: _score(values) for type_name, values in sorted(groups.items())}


def _baseline_scores(answers: Sequence[GradedAnswer], name: str) -> dict[str, Any]:
    """Return the score of a baseline or ablation, with `by_type`."""
    return {
        **_score([answer.is_right(name) for answer in answers]),
        "by_type": _by_type(answers, name),
    }


def _margins(answers: Sequence[GradedAnswer], names: Sequence[str]) -> dict[str, Any]:
    """Compute the accuracy of the model minus that of each baseline or ablation.

    Returns:
        By name, `points` (-1 to 1) and `ci95` (ends of the 95 % interval).
    """
    ours = [float(answer.is_right()) for answer in answers]
    margins = {}
    for name in names:
        margin = metrics.margin(ours, [float(answer.is_right(name)) for answer in answers])
        margins[name] = {"points": margin.accuracy, "ci95": margin.ci95}
    return margins


def _calibration(answers: Sequence[GradedAnswer]) -> dict[str, Any] | None:
    """Compute the calibration metrics of the confidence; None if no answer has a confidence.

    Returns:
        `ece`, `ece_if_calibrated` (see `metrics.calibrated_calibration_error`), `auroc_right`
        (AUROC of the confidence for right answers) and `reliability` (bins).
    """
    judged_answers = [(a.confidence, a.is_right()) for a in answers if a.confidence is not None]
    if not judged_answers:
        return None
    confidences = [confidence for confidence, _ in judged_answers]
    correct = [is_right for _, is_right in judged_answers]
    return {
        "ece": metrics.expected_calibration_error(confidences, correct),
        "ece_if_calibrated": metrics.calibrated_calibration_error(confidences),
        "auroc_right": metrics.auroc(confidences, correct),
        "reliability": [dataclasses.asdict(b) for b in metrics.reliability(confidences, correct)],
    }


def grade(answers: Sequence[GradedAnswer]) -> dict[str, Any]:
    """Compute all results of an exam as JSON-serializable values.

    Args:
        answers: the graded answers, at least one; all have the same names in `others`.

    Returns:
        `overall` (`accuracy` 0 to 1, `n`, `ci95`, and `contains`: accuracy if an answer only has to
        contain an accepted answer), `by_type` (the first three by question type), `baselines` and
        `ablations` (by name, the same three and `by_type`; a baseline without answers has only the
        key `left_out` with a reason, an ablation without answers is missing), `margins` (model
        minus baseline or ablation; see `_margins`), `calibration` (of the confidence, see
        `_calibration`, or None) and the same under its older key `doubt`, `answers` (a dict each).

    Raises:
        IndexError: there are no answers.
        KeyError: an answer lacks a baseline or ablation that the first has.
    """
    names = [name for name in (*BASELINES, *ABLATIONS) if name in answers[0].others]
    contains = [metrics.contains_right(a.answer, a.question.accepted_answers) for a in answers]
    baselines: dict[str, Any] = {
        name: _baseline_scores(answers, name)
        if name in names
        else {"left_out": NEAREST_CAPTION_CURE}
        for name in BASELINES
    }
    return {
        "overall": {
            **_score([answer.is_right() for answer in answers]),
            "contains": sum(contains) / len(contains),
        },
        "by_type": _by_type(answers),
        "baselines": baselines,
        "ablations": {name: _baseline_scores(answers, name) for name in ABLATIONS if name in names},
        "margins": _margins(answers, names),
        "calibration": (calibration := _calibration(answers)),
        "doubt": calibration,
        "answers": [
            {
                "video": answer.video,
                "question": answer.question.text,
                "type": answer.question.type,
                "answer": answer.answer,
                "accepted": list(answer.question.accepted_answers),
                "right": answer.is_right(),
                "confidence": answer.confidence,
                "answerable": answer.answerable,
                "others": dict(answer.others),
            }
            for answer in answers
        ],
    }


def _percent(value: float) -> str:
    """Format a share from 0 to 1 as percent with one decimal, without a sign, 5 characters wide."""
    return f"{100 * value:5.1f}"


def accuracy_table(grades: Mapping[str, Any]) -> list[list[str]]:
    """Tabulate the accuracy in percent: a row per question type and a row for all questions.

    The columns are the type, the number of questions, the model, the baselines and ablations, and
    the model's 95 % interval.

    Args:
        grades: the result of `grade`.

    Returns:
        Rows of text cells: the header, the types in alphabetical order, all questions.
    """
    others = {**grades["baselines"], **grades["ablations"]}
    columns = {"model": {"by_type": grades["by_type"], **grades["overall"]}}
    columns |= {name: figures for name, figures in others.items() if "accuracy" in figures}
    rows = [["type", "n", *columns, "95 % of model"]]
    for type_name, figures in (*grades["by_type"].items(), ("all", grades["overall"])):
        cells = [
            _percent((column if type_name == "all" else column["by_type"][type_name])["accuracy"])
            for column in columns.values()
        ]
        low, high = figures["ci95"]
        rows.append([type_name, str(figures["n"]), *cells, f"{_percent(low)} to {_percent(high)}"])
    return rows


def format_text(grades: Mapping[str, Any]) -> str:
    """Format the result of `grade` as plain text: accuracy table, margins and calibration.

    Calibration is left out without confidences. There is no line break at the end.
    """
    rows = accuracy_table(grades)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    lines.append("")
    for name, margin in grades["margins"].items():
        low, high = margin["ci95"]
        lines.append(
            f"over {name}: {100 * margin['points']:+.1f} points (95 %: {100 * low:+.1f} to {100 * high:+.1f})"
        )
    if "left_out" in grades["baselines"]["nearest_caption"]:
        lines.append(f"nearest_caption: {NEAREST_CAPTION_CURE}")
    lines.append(f"accepted answer inside a sentence: {_percent(grades['overall']['contains'])} %")
    if calibration := grades["calibration"]:
        auroc = "–" if calibration["auroc_right"] is None else f"{calibration['auroc_right']:.2f}"
        lines.append(
            f"confidence: ECE {calibration['ece']:.3f} (calibrated: "
            f"{calibration['ece_if_calibrated']:.3f}), AUROC of being right {auroc}"
        )
    return "\n".join(lines)
