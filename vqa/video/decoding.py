"""What every decoder gives the reader: frames in order, each with its true time, made into a picture only on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class DecodedFrame:
    """One frame of a running decoder.

    Args:
        index: its position in the video, counting from 0.
        time_s: its presentation time.
        rgb: gives the picture, (H, W, 3) uint8 RGB upright, shrunk until its short side is at most the given pixels;
            valid only until the decoder moves on.
    """

    index: int
    time_s: float
    rgb: Callable[[int], NDArray[np.uint8]]


def shrunk_size(width: int, height: int, short_side_px: int) -> tuple[int, int]:
    """Width and height with the short side at most `short_side_px`, never enlarged."""
    scale = min(1.0, short_side_px / min(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
