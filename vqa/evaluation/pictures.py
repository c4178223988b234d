"""The pictures and clips of a data folder, as clips a model can be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PIL import Image

from vqa.errors import SettingError
from vqa.types import Clip, SamplingPlan, VideoInfo
from vqa.video.reader import read_clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vqa.models.base import VideoQAModel

Split = Literal["val", "test"]


def picture_clip(path: Path) -> Clip:
    """A photograph as a clip of one frame at time 0."""
    with Image.open(path) as picture:
        frame = np.asarray(picture.convert("RGB"))
    info = VideoInfo(
        path=path,
        size_bytes=path.stat().st_size,
        width=frame.shape[1],
        height=frame.shape[0],
        duration_s=None,
        num_frames=1,
        fps=None,
        codec=path.suffix.lstrip("."),
        decoder="opencv",
    )
    return Clip(
        info=info,
        plan=SamplingPlan(num_frames=1),
        frames=frame[np.newaxis],
        times_s=(0.0,),
        indices=(0,),
    )


def read_records(data: Path, split: Split) -> Iterator[Mapping[str, Any]]:
    """The pictures of a split, then its clips, each as its line in the data folder says.

    Raises:
        SettingError: the folder has no such split.
    """
    pictures = data / f"{split}.jsonl"
    if not pictures.is_file():
        raise SettingError(
            f"{data} has no {split}.jsonl.", cure="Give a folder in the training data format."
        )
    with pictures.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
    clips = data / "clips.jsonl"
    if clips.is_file():
        with clips.open(encoding="utf-8") as lines:
            yield from (record for record in map(json.loads, lines) if record["split"] == split)


def show(data: Path, record: Mapping[str, Any], model: VideoQAModel) -> Clip:
    """The picture or clip of a record, as the model wants to be shown it.

    Raises:
        VideoError: the clip cannot be read.
    """
    if "image" in record:
        return picture_clip(data / record["image"])
    return read_clip(data / record["clip"], model.sampling)


def thinned(records: Sequence[Mapping[str, Any]], limit: int | None) -> list[Mapping[str, Any]]:
    """At most `limit` records, evenly spread over all of them."""
    if limit is None or limit >= len(records):
        return list(records)
    return [records[place * len(records) // limit] for place in range(limit)]
