"""Training data folders: images and clips with captions, questions and boxes.

`train.jsonl`, `val.jsonl`, `test.jsonl` have one image per line: `image` (path relative to the
folder), `source`, `captions`, `qa` (objects with `q`, `a`, and optionally `answers`, `type`, `src`)
and optionally `objects` ([name, cx, cy, w, h]: center, width and height as fractions of the image,
0 to 1, exhaustive for `OBJECT_NAMES`) and `label`. `clips.jsonl` (optional) has one clip per line
with `clip`, `split`, `label`, `qa`; `captions_text.jsonl` (optional) has captions without images,
with `coco_id` (number of the image in COCO) and `caption`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from vqa.errors import SettingError
from vqa.models.protocol import VideoQAModel
from vqa.types import Clip, SamplingPlan, VideoInfo
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process

Split = Literal["train", "val", "test"]


@dataclass(frozen=True, kw_only=True)
class DatasetQuestion:
    """A question of a data set with its answer.

    Args:
        text: the question.
        answer: the agreed answer.
        variants: (answer, number of annotators who gave it), if several annotators answered.
        type: question type in the data set, such as `color`; empty if unknown.
        src: data set of the question, such as `cocoqa`.
    """

    text: str
    answer: str
    variants: tuple[tuple[str, int], ...] = ()
    type: str = ""
    src: str = ""


@dataclass(frozen=True, kw_only=True)
class Record:
    """An image or clip with its annotations.

    Args:
        path: unique name: the path relative to the data folder; from the second data folder on,
            with the number of the folder (from 0) as a prefix.
        source: data set of the image or clip.
        file: path of the image or video file.
        is_clip: whether the record is a clip, not an image.
        captions: human captions.
        questions: questions with their answers.
        objects: boxes (name, cx, cy, w, h), center and size as fractions of the image, or None if
            not annotated.
        label: class of the image or clip; empty without a class.
    """

    path: str
    source: str
    file: Path = Path()
    is_clip: bool = False
    captions: tuple[str, ...] = ()
    questions: tuple[DatasetQuestion, ...] = ()
    objects: tuple[tuple[str, float, float, float, float], ...] | None = None
    label: str = ""


def read_records(folder: Path, split: Split) -> list[Record]:
    """Read all images, then all clips, of a split, in the order of the files.

    A folder without `clips.jsonl` has no clips.

    Args:
        folder: data folder in the format of docs/training.md.
        split: `train`, `val` or `test`.

    Raises:
        SettingError: the split's file is missing, or a line is malformed.
    """
    pictures = folder / f"{split}.jsonl"
    if not pictures.is_file():
        raise SettingError(
            f"{pictures} is missing.",
            cure="Give --data a folder in the format that docs/training.md describes.",
        )
    records = [_record(folder, line, location) for line, location in read_json_lines(pictures)]
    clips = folder / "clips.jsonl"
    if clips.is_file():
        records += [
            _record(folder, line, location)
            for line, location in read_json_lines(clips)
            if line.get("split") == split
        ]
    return records


def read_folders(folders: Sequence[Path], split: Split) -> list[Record]:
    """Read a split of several data folders, with unique paths, see `Record.path`.

    They are in the order of the folders. A folder without `val.jsonl` or `test.jsonl` has no
    records of that split, also none of its `clips.jsonl`.

    Args:
        folders: data folders; only the train split must exist in each folder.
        split: `train`, `val` or `test`.

    Raises:
        SettingError: a train split is missing, or a line is malformed.
    """
    records: list[Record] = []
    for position, folder in enumerate(folders):
        if split == "train" or (folder / f"{split}.jsonl").is_file():
            records += _with_prefix(read_records(folder, split), position)
    return records


def read_text_only_folders(
    folders: Sequence[Path], image_records: Sequence[Record]
) -> list[Record]:
    """Read the captions without images of several data folders, see `read_text_only_records`.

    They are in the order of the folders. The paths have the number of the folder as a prefix, as in
    `Record.path`.

    Args:
        folders: data folders.
        image_records: records whose images are available; captions of these images are left out.

    Raises:
        SettingError: a line is malformed.
    """
    return [
        record
        for position, folder in enumerate(folders)
        for record in _with_prefix(read_text_only_records(folder, image_records), position)
    ]


def _with_prefix(records: Sequence[Record], position: int) -> list[Record]:
    """Return records of folder number `position` with its prefix in the path, see `Record.path`."""
    return [replace(r, path=f"{position}/{r.path}") if position else r for r in records]


def read_text_only_records(folder: Path, image_records: Sequence[Record]) -> list[Record]:
    """Read the captions without images of a data folder, one record per missing image.

    They are in the order of their first captions. White space in captions is collapsed. Empty if
    the folder has no `captions_text.jsonl`.

    Args:
        folder: data folder, as for `read_records`.
        image_records: records whose images are available; captions of these images are left out.

    Raises:
        SettingError: a line is malformed.
    """
    file = folder / "captions_text.jsonl"
    if not file.is_file():
        return []
    available = {
        number for record in image_records if (number := _coco_id(record.path)) is not None
    }
    captions_by_id: dict[int, list[str]] = {}
    for line, location in read_json_lines(file):
        try:
            number, caption = int(line["coco_id"]), str(line["caption"])
        except (KeyError, TypeError, ValueError) as error:
            raise SettingError(
                f"{location} does not have the expected fields: {error!r}.",
                cure="See docs/training.md for the format.",
            ) from error
        if number not in available:
            captions_by_id.setdefault(number, []).append(" ".join(caption.split()))
    return [
        Record(path=f"captions_text/{number}", source="captions_text", captions=tuple(captions))
        for number, captions in captions_by_id.items()
    ]


def _coco_id(path: str) -> int | None:
    """Parse COCO's image id from a file path; None for files of other data sets."""
    stem = path.rsplit("/", 1)[-1].split(".")[0]
    digits = stem.rsplit("_", 1)[-1]
    return int(digits) if "coco" in path.lower() and digits.isdecimal() else None


def read_json_lines(path: Path) -> list[tuple[dict[str, Any], str]]:
    """Read a file in JSON lines; return each object with its location, such as `Line 1 of a.jsonl`.

    Lines end with a line feed; blank ones are skipped.

    Raises:
        SettingError: a line is not UTF-8 or not a JSON object.
        OSError: the file cannot be read.
    """
    rows = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            location = f"Line {number} of {path}"
            try:
                text = line.decode("utf-8")
                if not text.strip():
                    continue
                row = json.loads(text)
                if not isinstance(row, dict):
                    raise ValueError("an object is expected")
            except ValueError as error:
                raise SettingError(
                    f"{location} is not a JSON object: {error}.",
                    cure="Correct or delete that line.",
                ) from error
            rows.append((row, location))
    return rows


def parse_text(value: Any) -> str:
    """Return a JSON value that must be a text.

    Raises:
        TypeError: it is of another type.
    """
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def parse_texts(value: Any) -> tuple[str, ...]:
    """Return a JSON value that must be a list of texts.

    Raises:
        TypeError: it is of another type, such as a single text.
    """
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list of texts")
    return tuple(map(parse_text, value))


def _record(folder: Path, line: dict[str, Any], location: str) -> Record:
    """Return the record of a line of a data folder; `location` names the line in errors.

    Raises:
        SettingError: a field is missing or of another type.
    """
    try:
        path = parse_text(line["clip"] if "clip" in line else line["image"])
        source = parse_text(line.get("source", "own"))
        return Record(
            path=path,
            file=folder / path,
            source=source,
            is_clip="clip" in line,
            captions=tuple(" ".join(c.split()) for c in parse_texts(line.get("captions", []))),
            questions=tuple(
                DatasetQuestion(
                    text=" ".join(q["q"].split()),
                    answer=str(q["a"]).strip(),
                    variants=tuple((str(a), int(n)) for a, n in q.get("answers", {}).items()),
                    type=parse_text(q.get("type", "")),
                    src=parse_text(q.get("src", source)),
                )
                for q in line.get("qa", ())
            ),
            objects=tuple(map(_parse_box, line["objects"]))
            if line.get("objects") is not None
            else None,
            label=parse_text(line.get("label", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingError(
            f"{location} does not have the expected fields: {error!r}.",
            cure="See docs/training.md for the format.",
        ) from error


def _parse_box(value: Any) -> tuple[str, float, float, float, float]:
    """Return the box of a list of a name and four numbers; further elements are ignored.

    Raises:
        TypeError, ValueError: it is no such list.
    """
    name, center_x, center_y, width, height = value[:5]
    return parse_text(name), float(center_x), float(center_y), float(width), float(height)


def load_picture(path: Path) -> Clip:
    """Load an image file as a clip with one RGB frame at 0.5 s and a duration of one second.

    The image is not rotated by its EXIF orientation.

    Raises:
        OSError: the file cannot be read or is no image.
    """
    with Image.open(path) as picture:
        frame = np.array(picture.convert("RGB"))
    info = VideoInfo(
        path=path,
        size_bytes=path.stat().st_size,
        width=frame.shape[1],
        height=frame.shape[0],
        duration_s=1.0,
        num_frames=1,
        fps=None,
        codec=path.suffix.lstrip("."),
        decoder="pillow",
    )
    return Clip(
        info=info,
        plan=SamplingPlan(num_frames=1),
        frames=frame[np.newaxis],
        times_s=(0.5,),
        indices=(0,),
    )


def load_clip(record: Record, model: VideoQAModel) -> Clip:
    """Load a record as a `Clip`: an image as one frame, a video sampled with the model's plan.

    Args:
        record: an image or a clip.
        model: model whose `sampling` plan selects the frames.

    Raises:
        VideoError: the video cannot be decoded.
        OSError: the image cannot be read.
    """
    if record.is_clip:
        return in_process(read_clip)(record.file, model.sampling)
    return load_picture(record.file)


def subsample(records: Sequence[Record], limit: int | None) -> list[Record]:
    """Return at most `limit` (0 or more) evenly spaced records, in order; None returns all.

    The first record is among them.
    """
    if limit is None or limit >= len(records):
        return list(records)
    return [records[place * len(records) // limit] for place in range(limit)]
