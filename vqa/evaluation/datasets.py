"""Pictures and clips of a training data folder, loaded as the clips that models encode."""

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
    """Read a record's clip with the model's sampling plan; a picture becomes a clip of one frame.

    Args:
        data: the folder that the record's path counts from.
        record: a picture or a clip.
        model: its `sampling` chooses the frames.

    Raises:
        VideoError: the clip cannot be read.
    """
    path = data / record.path
    return in_process(read_clip)(path, model.sampling) if record.is_clip else load_picture(path)


def subsample(records: Sequence[Record], limit: int | None) -> list[Record]:
    """Take at most `limit` records at even distances; None takes all."""
    if limit is None or limit >= len(records):
        return list(records)
    return [records[place * len(records) // limit] for place in range(limit)]
