"""Decoded frames, the value that every decoder yields, and frame sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class DecodedFrame:
    """Frame of a running decoder, converted to RGB only on request.

    Args:
        index: position in the video, counting from 0.
        time_s: presentation time.
        rgb: called with a short side in pixels, returns (H, W, 3) uint8 RGB, upright, downscaled to that short side;
            valid only until the decoder moves on.
    """

    index: int
    time_s: float
    rgb: Callable[[int], NDArray[np.uint8]]


def scaled_size(width: int, height: int, short_side_px: int) -> tuple[int, int]:
    """Width and height scaled down until the short side is at most `short_side_px`; never scaled up."""
    scale = min(1.0, short_side_px / min(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
