"""The pictures and clips of a data folder, as clips a model can be shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vqa.training.data.still_clip import picture_clip
from vqa.video.reader import read_clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vqa.models.protocol import VideoQAModel
    from vqa.training.data.records import Record
    from vqa.types import Clip


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
