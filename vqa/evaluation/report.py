"""HTML report of an exam: accuracy, calibration, most confident errors, and all answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from vqa.evaluation.grading import accuracy_table

if TYPE_CHECKING:
    from vqa.types import Clip

NUM_ERRORS = 20
_STRIP_FRAMES = 8
_STRIP_HEIGHT_PX = 120
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
img { max-width: 100%; display: block; margin: .3rem 0; } table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
td, th { padding: .2rem .7rem; text-align: left; border-bottom: 1px solid #ccc; vertical-align: top; }
.right { color: #106010; } .wrong { color: #a01010; }
.plot path { fill: none; stroke: #888; } .plot circle { fill: #2563c9; fill-opacity: .75; } .plot text { font-size: 12px;
  fill: currentColor; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #161616; } td, th { border-color: #444; }
  .right { color: #80d080; } .wrong { color: #ff9090; } }
"""


def save_strip(clip: Clip, path: Path) -> None:
    """Save a JPEG image of up to eight evenly spaced frames side by side, 120 px high.

    The first and the last frame are included, in the order of the clip; `path` has the extension
    .jpg and an existing folder, and an existing file is overwritten.
    """
    count = min(_STRIP_FRAMES, len(clip.frames))
    rows = [round(step * (len(clip.frames) - 1) / max(1, count - 1)) for step in range(count)]
    pictures = [Image.fromarray(clip.frames[row]) for row in rows]
    width = max(1, round(pictures[0].width * _STRIP_HEIGHT_PX / pictures[0].height))
    strip = Image.new("RGB", (width * count, _STRIP_HEIGHT_PX))
    for place, picture in enumerate(pictures):
        strip.paste(picture.resize((width, _STRIP_HEIGHT_PX)), (place * width, 0))
    strip.save(path, quality=85)


def confident_errors(answers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return up to 20 wrong answers, the most confident first.

    If no answer has a confidence, they are in the given order; otherwise answers without one are
    omitted. Empty if all answers are right.

    Args:
        answers: `answers` of the result of `grade`.
    """
    wrong = [answer for answer in answers if not answer["right"]]
    if all(answer["confidence"] is None for answer in answers):
        return wrong[:NUM_ERRORS]
    judged_answers = [answer for answer in wrong if answer["confidence"] is not None]
    return sorted(judged_answers, key=lambda answer: -answer["confidence"])[:NUM_ERRORS]


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Format rows of cells as an HTML table; the first row is the header, the cells are HTML."""
    head = "".join(f"<th>{cell}</th>" for cell in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[1:]
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _answer_row(answer: Mapping[str, Any]) -> list[str]:
    """Return the HTML cells of an answer, in the order of `_HEAD`."""
    confidence = "" if answer["confidence"] is None else f"{answer['confidence']:.2f}"
    css_class = "right" if answer["right"] else "wrong"
    return [
        escape(answer["question"]),
        f'<span class="{css_class}">{escape(answer["answer"])}</span>',
        escape(" / ".join(answer["accepted"])),
        confidence,
        escape(answer["others"]["blanked"]),
    ]


def _reliability_plot(bins: Sequence[Mapping[str, Any]]) -> str:
    """Return a reliability diagram as an SVG element, with a dot per bin, larger for more answers.

    The horizontal axis is the confidence, the vertical one the accuracy, both from 0 to 1.

    Args:
        bins: fields of each `metrics.ReliabilityBin`, at least one bin.
    """
    side = 260
    largest = max(b["n"] for b in bins)
    dots = "".join(
        f'<circle cx="{side * b["confidence"]:.1f}" cy="{side * (1 - b["accuracy"]):.1f}"'
        f' r="{3 + 9 * (b["n"] / largest) ** 0.5:.1f}"><title>confidence {b["confidence"]:.2f},'
        f" accuracy {b['accuracy']:.2f}, {b['n']} answers</title></circle>"
        for b in bins
    )
    return (
        f'<svg class="plot" viewBox="-40 -15 {side + 60} {side + 60}" width="{side + 60}" role="img"'
        ' aria-label="accuracy over confidence">'
        f'<path d="M0 0V{side}H{side}M0 {side}L{side} 0"/>{dots}'
        f'<text x="0" y="{side + 20}">confidence 0 to 1</text><text x="-30" y="-4">accuracy</text></svg>'
    )


def _calibration(calibration: Mapping[str, Any] | None) -> list[str]:
    """Return the report's section on calibration as HTML elements; [] without confidences."""
    if calibration is None:
        return []
    error = (
        f"<p>Expected calibration error {calibration['ece']:.3f}; calibrated confidences would have "
        f"{calibration['ece_if_calibrated']:.3f} with so many answers.</p>"
    )
    return ["<h2>Calibration</h2>", error, _reliability_plot(calibration["reliability"])]


_HEAD = ["question", "answer", "accepted", "confidence", "answer when blanked"]


def write_report(path: Path, grades: Mapping[str, Any], videos: Sequence[str]) -> None:
    """Write the exam's HTML report, which links to the strips `0.jpg`, `1.jpg`, … in its folder.

    Args:
        path: HTML file to write; its folder must exist, an existing file is overwritten.
        grades: the result of `grade`, with `model` and `device` added; the answers have the
            baseline `blanked`.
        videos: names of the videos, all of those in the answers; strip i shows video i, from 0.
    """
    strips = {name: f"{number}.jpg" for number, name in enumerate(videos)}

    def strip(name: str) -> str:
        return f'<img src="{strips[name]}" alt="frames of {escape(name)}" loading="lazy">'

    answers = grades["answers"]
    parts = [
        f"<h1>Exam of {escape(grades['model'])} on {escape(grades['device'])}</h1>",
        _table([[escape(cell) for cell in row] for row in accuracy_table(grades)]),
        *(
            f"<p>Over {escape(name)}: {100 * margin['points']:+.1f} points, 95 % between"
            f" {100 * margin['ci95'][0]:+.1f} and {100 * margin['ci95'][1]:+.1f}.</p>"
            for name, margin in grades["margins"].items()
        ),
        *_calibration(grades["calibration"]),
        f"<h2>The {NUM_ERRORS} most confident errors</h2>",
    ]
    for answer in confident_errors(answers):
        parts += [f"<p>{escape(answer['video'])}</p>", strip(answer["video"])]
        parts.append(_table([_HEAD, _answer_row(answer)]))
    parts.append("<h2>Every video</h2>")
    for name in videos:
        rows = [_answer_row(answer) for answer in answers if answer["video"] == name]
        parts += [f"<h3>{escape(name)}</h3>", strip(name), _table([_HEAD, *rows])]
    path.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Exam of {escape(grades['model'])}</title><style>{_STYLE}</style>{''.join(parts)}</html>\n",
        encoding="utf-8",
    )
