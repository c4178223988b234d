"""From single answers to figures: by type, with intervals, beside the baselines, in the form that scripts read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vqa.evaluation import metrics

BASELINES = ("frequent", "blanked", "nearest_caption")
ABLATIONS = ("shuffled",)
NO_NEAREST = "needs --bank DATA_DIR: the training captions are not shipped with the model"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of the exam; `accepted` are the answers that count as right."""

    text: str
    accepted: tuple[str, ...]
    kind: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a model said to a question, beside what others say without looking.

    Args:
        others: answers of the baselines and of the shuffled frames, by name.
    """

    video: str
    question: Question
    answer: str
    confidence: float | None
    answerable: bool | None
    others: dict[str, str]

    def right(self, who: str | None = None) -> bool:
        """Whether the model, or one of the others, is right."""
        answer = self.answer if who is None else self.others[who]
        return metrics.is_right(answer, self.question.accepted)


def _score(values: Sequence[float]) -> dict[str, Any]:
    return dataclasses.asdict(metrics.score(values))


def _by_type(verdicts: Sequence[Verdict], who: str | None = None) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[float]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.question.kind, []).append(verdict.right(who))
    return {kind: _score(values) for kind, values in sorted(groups.items())}


def _of_other(verdicts: Sequence[Verdict], who: str) -> dict[str, Any]:
    return {
        **_score([verdict.right(who) for verdict in verdicts]),
        "by_type": _by_type(verdicts, who),
    }


def _margins(verdicts: Sequence[Verdict], others: Sequence[str]) -> dict[str, Any]:
    """By how much the model beats each of the others on these very questions."""
    ours = [float(verdict.right()) for verdict in verdicts]
    found = {}
    for who in others:
        beaten = metrics.margin(ours, [float(verdict.right(who)) for verdict in verdicts])
        found[who] = {"points": beaten.accuracy, "ci95": beaten.ci95}
    return found


def _doubt(verdicts: Sequence[Verdict]) -> dict[str, Any] | None:
    """How well the model knows when it is right; None where it cannot judge itself."""
    sure = [(v.confidence, v.right()) for v in verdicts if v.confidence is not None]
    if not sure:
        return None
    confidences = [confidence for confidence, _ in sure]
    right = [verdict for _, verdict in sure]
    return {
        "ece": metrics.expected_calibration_error(confidences, right),
        "auroc_right": metrics.auroc(confidences, right),
        "reliability": [dataclasses.asdict(one) for one in metrics.reliability(confidences, right)],
    }


def grade(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """All figures of an exam, as plain values for JSON.

    Args:
        verdicts: at least one.

    Returns:
        `overall` (`accuracy`, `n`, `ci95`, `contains`: accuracy when the accepted answer may stand inside a sentence),
        `by_type`, `baselines`, `ablations`, `margins`, `doubt`, `answers`.
    """
    present = [who for who in (*BASELINES, *ABLATIONS) if who in verdicts[0].others]
    contained = [metrics.contains_right(v.answer, v.question.accepted) for v in verdicts]
    baselines: dict[str, Any] = {
        who: _of_other(verdicts, who) if who in present else {"left_out": NO_NEAREST}
        for who in BASELINES
    }
    return {
        "overall": {
            **_score([verdict.right() for verdict in verdicts]),
            "contains": sum(contained) / len(contained),
        },
        "by_type": _by_type(verdicts),
        "baselines": baselines,
        "ablations": {who: _of_other(verdicts, who) for who in ABLATIONS if who in present},
        "margins": _margins(verdicts, present),
        "doubt": _doubt(verdicts),
        "answers": [
            {
                "video": verdict.video,
                "question": verdict.question.text,
                "type": verdict.question.kind,
                "answer": verdict.answer,
                "accepted": list(verdict.question.accepted),
                "right": verdict.right(),
                "confidence": verdict.confidence,
                "answerable": verdict.answerable,
                "others": dict(verdict.others),
            }
            for verdict in verdicts
        ],
    }


def _percent(value: float) -> str:
    return f"{100 * value:5.1f}"


def table(grades: Mapping[str, Any]) -> list[list[str]]:
    """Accuracy in percent by type, a row a type and the last one overall, a column for each who answered."""
    others = {**grades["baselines"], **grades["ablations"]}
    columns = {"model": {"by_type": grades["by_type"], **grades["overall"]}}
    columns |= {who: figures for who, figures in others.items() if "accuracy" in figures}
    rows = [["type", "n", *columns, "95 % of model"]]
    for kind, figures in (*grades["by_type"].items(), ("all", grades["overall"])):
        cells = [
            _percent((one if kind == "all" else one["by_type"][kind])["accuracy"])
            for one in columns.values()
        ]
        low, high = figures["ci95"]
        rows.append([kind, str(figures["n"]), *cells, f"{_percent(low)} to {_percent(high)}"])
    return rows


def as_text(grades: Mapping[str, Any]) -> str:
    """The table and the margins, for a terminal."""
    rows = table(grades)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    lines.append("")
    for who, beaten in grades["margins"].items():
        low, high = beaten["ci95"]
        lines.append(
            f"over {who}: {100 * beaten['points']:+.1f} points (95 %: {100 * low:+.1f} to {100 * high:+.1f})"
        )
    if "left_out" in grades["baselines"]["nearest_caption"]:
        lines.append(f"nearest_caption: {NO_NEAREST}")
    lines.append(f"accepted answer inside a sentence: {_percent(grades['overall']['contains'])} %")
    if grades["doubt"]:
        doubt = grades["doubt"]
        auroc = "–" if doubt["auroc_right"] is None else f"{doubt['auroc_right']:.2f}"
        lines.append(f"confidence: ECE {doubt['ece']:.3f}, AUROC of being right {auroc}")
    return "\n".join(lines)
