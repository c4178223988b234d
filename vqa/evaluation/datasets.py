"""Images and clips of a training data folder, loaded as `Clip`s that models encode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vqa.training.data.records import load_picture
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vqa.models.protocol import VideoQAModel
    from vqa.training.data.records import Record
    from vqa.types import Clip


def load_clip(data: Path, record: Record, model: VideoQAModel) -> Clip:
    """Load a record as a `Clip`: an image as one frame, a video sampled with the model's plan.

    Args:
        data: data folder, to which the path of the record is relative.
        record: an image or a clip.
        model: model whose `sampling` plan selects the frames.

    Raises:
        VideoError: the video cannot be decoded.
    """
    path = data / record.path
    return in_process(read_clip)(path, model.sampling) if record.is_clip else load_picture(path)


def subsample(records: Sequence[Record], limit: int | None) -> list[Record]:
    """Return at most `limit` evenly spaced records; None returns all records."""
    if limit is None or limit >= len(records):
        return list(records)
    return [records[place * len(records) // limit] for place in range(limit)]
