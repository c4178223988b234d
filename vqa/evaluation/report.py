"""The exam to look at: every video's frames, every answer, and the twenty worst first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from vqa.evaluation.grading import table

if TYPE_CHECKING:
    from vqa.types import Clip

NUM_WORST = 20
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
    """Save up to eight of the clip's frames side by side as one picture."""
    count = min(_STRIP_FRAMES, len(clip.frames))
    rows = [round(step * (len(clip.frames) - 1) / max(1, count - 1)) for step in range(count)]
    pictures = [Image.fromarray(clip.frames[row]) for row in rows]
    width = max(1, round(pictures[0].width * _STRIP_HEIGHT_PX / pictures[0].height))
    strip = Image.new("RGB", (width * count, _STRIP_HEIGHT_PX))
    for place, picture in enumerate(pictures):
        strip.paste(picture.resize((width, _STRIP_HEIGHT_PX)), (place * width, 0))
    strip.save(path, quality=85)


def worst(answers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The wrong answers the model was surest of; where it cannot judge itself, the first wrong ones.

    A refusal without a confidence is none of them.
    """
    wrong = [one for one in answers if not one["right"]]
    if all(one["confidence"] is None for one in answers):
        return wrong[:NUM_WORST]
    sure = [one for one in wrong if one["confidence"] is not None]
    return sorted(sure, key=lambda one: -one["confidence"])[:NUM_WORST]


def _table(rows: Sequence[Sequence[str]]) -> str:
    """An HTML table of cells that are HTML already; the first row is its head."""
    head = "".join(f"<th>{cell}</th>" for cell in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[1:]
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _answer_row(one: Mapping[str, Any]) -> list[str]:
    confidence = "" if one["confidence"] is None else f"{one['confidence']:.2f}"
    said = f'<span class="{"right" if one["right"] else "wrong"}">{escape(one["answer"])}</span>'
    return [
        escape(one["question"]),
        said,
        escape(" / ".join(one["accepted"])),
        confidence,
        escape(one["others"]["blanked"]),
    ]


def _reliability_plot(bins: Sequence[Mapping[str, Any]]) -> str:
    """How often answers of a confidence are right, as a drawing: dots on the diagonal mean doubt can be trusted."""
    side = 260
    most = max(one["n"] for one in bins)
    dots = "".join(
        f'<circle cx="{side * one["confidence"]:.1f}" cy="{side * (1 - one["accuracy"]):.1f}"'
        f' r="{3 + 9 * (one["n"] / most) ** 0.5:.1f}"><title>said {one["confidence"]:.2f},'
        f" right {one['accuracy']:.2f}, {one['n']} answers</title></circle>"
        for one in bins
    )
    return (
        f'<svg class="plot" viewBox="-40 -15 {side + 60} {side + 60}" width="{side + 60}" role="img"'
        ' aria-label="accuracy over confidence">'
        f'<path d="M0 0V{side}H{side}M0 {side}L{side} 0"/>{dots}'
        f'<text x="0" y="{side + 20}">confidence 0 to 1</text><text x="-30" y="-4">right</text></svg>'
    )


def _doubt(doubt: Mapping[str, Any] | None) -> list[str]:
    if doubt is None:
        return []
    told = f"<p>Expected calibration error {doubt['ece']:.3f}.</p>"
    return ["<h2>Doubt</h2>", told, _reliability_plot(doubt["reliability"])]


_HEAD = ["question", "answer", "accepted", "confidence", "answer when blanked"]


def write_report(path: Path, grades: Mapping[str, Any], videos: Sequence[str]) -> None:
    """Write the report; the strips `0.jpg`, `1.jpg`, … lie beside it, one for each video.

    Args:
        path: the HTML file.
        grades: what `grade` returned, with `model` and `device`.
        videos: the videos' names, in the strips' order.
    """
    strips = {name: f"{number}.jpg" for number, name in enumerate(videos)}

    def strip(name: str) -> str:
        return f'<img src="{strips[name]}" alt="frames of {escape(name)}" loading="lazy">'

    answers = grades["answers"]
    parts = [
        f"<h1>Exam of {escape(grades['model'])} on {escape(grades['device'])}</h1>",
        _table([[escape(cell) for cell in row] for row in table(grades)]),
        *(
            f"<p>Over {escape(who)}: {100 * one['points']:+.1f} points, 95 % between {100 * one['ci95'][0]:+.1f}"
            f" and {100 * one['ci95'][1]:+.1f}.</p>"
            for who, one in grades["margins"].items()
        ),
        *_doubt(grades["doubt"]),
        f"<h2>The {NUM_WORST} worst: wrong, and surest of it</h2>",
    ]
    for one in worst(answers):
        parts += [f"<p>{escape(one['video'])}</p>", strip(one["video"])]
        parts.append(_table([_HEAD, _answer_row(one)]))
    parts.append("<h2>Every video</h2>")
    for name in videos:
        rows = [_answer_row(one) for one in answers if one["video"] == name]
        parts += [f"<h3>{escape(name)}</h3>", strip(name), _table([_HEAD, *rows])]
    path.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Exam of {escape(grades['model'])}</title><style>{_STYLE}</style>{''.join(parts)}</html>\n",
        encoding="utf-8",
    )
