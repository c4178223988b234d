"""The training folder: pictures and clips with captions, questions and boxes.

`train.jsonl`, `val.jsonl`, `test.jsonl` hold a picture a line: `image` (path from the folder), `source`, `captions`,
`qa` (objects with `q`, `a`, and perhaps `answers`, `type`, `src`) and perhaps `objects` ([name, cx, cy, w, h], from 0
to 1, complete for `OBJECT_NAMES`). `clips.jsonl`, if there, holds a clip a line with `clip`, `split`, `label`, `qa`;
`captions_text.jsonl`, if there, captions whose pictures nobody has, with `coco_id` (which picture) and `caption`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vqa.errors import SettingError

Split = Literal["train", "val", "test"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with its answer; `variants` are other answers people gave, with how many gave them."""

    text: str
    answer: str
    variants: tuple[tuple[str, int], ...] = ()
    type: str = ""
    src: str = ""


@dataclass(frozen=True, kw_only=True)
class Record:
    """A picture or a clip and what people said of it.

    `objects` are boxes (name, cx, cy, w, h), None where nobody drew any.
    """

    path: str
    source: str
    is_clip: bool = False
    captions: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    objects: tuple[tuple[str, float, float, float, float], ...] | None = None
    label: str = ""


def read_records(folder: Path, split: Split) -> list[Record]:
    """All pictures and clips of a split, in the order of the files.

    Raises:
        SettingError: the folder lacks the split's file, or a line of it cannot be understood.
    """
    pictures = folder / f"{split}.jsonl"
    if not pictures.is_file():
        raise SettingError(
            f"{pictures} is missing.",
            cure="Give --data a folder in the format that docs/training.md describes.",
        )
    records = [_record(line, where) for line, where in _lines(pictures)]
    clips = folder / "clips.jsonl"
    if clips.is_file():
        records += [
            _record(line, where) for line, where in _lines(clips) if line.get("split") == split
        ]
    return records


def read_unpictured(folder: Path, pictured: Sequence[Record]) -> list[Record]:
    """What was said of pictures that the folder lacks, a record for each of them; none where there is no such file.

    Args:
        folder: as for `read_records`.
        pictured: records whose pictures are there, so that none is given twice.

    Raises:
        SettingError: a line cannot be understood.
    """
    file = folder / "captions_text.jsonl"
    if not file.is_file():
        return []
    known = {number for record in pictured if (number := _coco_id(record.path)) is not None}
    said: dict[int, list[str]] = {}
    for line, where in _lines(file):
        try:
            number, caption = int(line["coco_id"]), str(line["caption"])
        except (KeyError, TypeError, ValueError) as error:
            raise SettingError(
                f"{where} does not have the expected fields: {error!r}.",
                cure="See docs/training.md for the format.",
            ) from error
        if number not in known:
            said.setdefault(number, []).append(" ".join(caption.split()))
    return [
        Record(path=f"captions_text/{number}", source="captions_text", captions=tuple(captions))
        for number, captions in said.items()
    ]


def _coco_id(path: str) -> int | None:
    """The number that COCO gives a picture, if its file is named as COCO's are."""
    stem = path.rsplit("/", 1)[-1].split(".")[0]
    digits = stem.rsplit("_", 1)[-1]
    return int(digits) if "coco" in path.lower() and digits.isdigit() else None


def _lines(path: Path) -> list[tuple[dict[str, Any], str]]:
    rows = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            where = f"{path.name} line {number}"
            try:
                rows.append((json.loads(line), where))
            except json.JSONDecodeError as error:
                raise SettingError(
                    f"{where} is not JSON: {error}.", cure="Mend or drop that line."
                ) from error
    return rows


def _record(line: dict[str, Any], where: str) -> Record:
    try:
        return Record(
            path=line["clip"] if "clip" in line else line["image"],
            source=line.get("source", "own"),
            is_clip="clip" in line,
            captions=tuple(" ".join(c.split()) for c in line.get("captions", ())),
            questions=tuple(
                Question(
                    text=" ".join(q["q"].split()),
                    answer=str(q["a"]).strip(),
                    variants=tuple((str(a), int(n)) for a, n in q.get("answers", {}).items()),
                    type=q.get("type", ""),
                    src=q.get("src", line.get("source", "own")),
                )
                for q in line.get("qa", ())
            ),
            objects=tuple((str(o[0]), *map(float, o[1:5])) for o in line["objects"])  # type: ignore[misc]
            if line.get("objects") is not None
            else None,
            label=line.get("label", ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingError(
            f"{where} does not have the expected fields: {error!r}.",
            cure="See docs/training.md for the format.",
        ) from error
