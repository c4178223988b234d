"""The pictures and clips of a data folder, as clips a model can be shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from vqa.types import Clip, SamplingPlan, VideoInfo
from vqa.video.reader import read_clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vqa.models.base import VideoQAModel
    from vqa.training.records import Record


def picture_clip(path: Path) -> Clip:
    """A photograph as a clip of one frame at time 0."""
    with Image.open(path) as picture:
        frame = np.array(picture.convert("RGB"))
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


def show(data: Path, record: Record, model: VideoQAModel) -> Clip:
    """The picture or clip of a record, as the model wants to be shown it.

    Raises:
        VideoError: the clip cannot be read.
    """
    path = data / record.path
    return read_clip(path, model.sampling) if record.is_clip else picture_clip(path)


def thinned(records: Sequence[Record], limit: int | None) -> list[Record]:
    """At most `limit` records, evenly spread over all of them."""
    if limit is None or limit >= len(records):
        return list(records)
    return [records[place * len(records) // limit] for place in range(limit)]
