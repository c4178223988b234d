"""Films composed of held-out photographs: because we cut them ourselves, what is where and when is known."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from vqa.evaluation.synthetic_video import write_film
from vqa.types import Shot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.training.data.records import Record

FPS = 12
SIZE_PX = (320, 240)
_SHORTEST_S, _LONGEST_S = 2.0, 5.0
_ROOM = 1.25


@dataclass(frozen=True, kw_only=True)
class Film:
    """A film whose shot number i shows the photograph of record number i."""

    path: Path
    shots: tuple[Shot, ...]
    records: tuple[Record, ...]


def camera(
    picture: Image.Image, num_frames: int, dice: random.Random
) -> Iterator[NDArray[np.uint8]]:
    """A photograph as seen by a camera that pans and zooms over it, (240, 320, 3) uint8 RGB a frame."""
    width, height = SIZE_PX
    scale = _ROOM * max(width / picture.width, height / picture.height)
    room = picture.convert("RGB").resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BILINEAR
    )
    ends = []
    for _ in range(2):
        zoom = dice.uniform(1 / _ROOM, 1.0) * _ROOM
        w, h = width * zoom, height * zoom
        left, top = dice.uniform(0, room.width - w), dice.uniform(0, room.height - h)
        ends.append(np.array([left, top, left + w, top + h]))
    for number in range(num_frames):
        share = number / max(1, num_frames - 1)
        box = ends[0] * (1 - share) + ends[1] * share
        seen = room.resize(SIZE_PX, Image.Resampling.BILINEAR, box=tuple(box.tolist()))
        yield np.asarray(seen)


def compose(records: Sequence[Record], data: Path, path: Path, dice: random.Random) -> Film:
    """Cut a film of one shot a photograph, two to five seconds each, and write it.

    Args:
        records: pictures, in the order they are shown.
        data: the folder that their paths count from.
        path: where the film goes.
        dice: draws lengths and camera moves.
    """
    counts = [round(dice.uniform(_SHORTEST_S, _LONGEST_S) * FPS) for _ in records]
    starts = [sum(counts[:place]) / FPS for place in range(len(counts) + 1)]

    def frames() -> Iterator[NDArray[np.uint8]]:
        for record, count in zip(records, counts, strict=True):
            with Image.open(data / record.path) as picture:
                yield from camera(picture, count, dice)

    write_film(path, frames(), fps=FPS)
    shots = tuple(Shot(start_s=start, end_s=end) for start, end in pairwise(starts))
    return Film(path=path, shots=shots, records=tuple(records))
