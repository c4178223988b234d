"""The exam to look at: every video's frames, every answer, and the twenty worst first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from vqa.evaluation.grades import table

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
    """The wrong answers the model was surest of; where it cannot judge itself, the first wrong ones."""
    wrong = [one for one in answers if not one["right"]]
    return sorted(wrong, key=lambda one: -(one["confidence"] or 0.0))[:NUM_WORST]


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
