"""Decoded frames, the value that every decoder yields, and the sizes of pictures."""

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
        time_s: presentation time on the file's clock.
        rgb: called with a short side in pixels, returns (H, W, 3) uint8 RGB, upright, with square pixels, downscaled to
            that short side; valid only until the decoder moves on.
        preview: the same, at least as fast, for comparing frames: colours need not be exact, nor the picture upright.
        follows_damage: whether data between the frame before and this one could not be decoded.
    """

    index: int
    time_s: float
    rgb: Callable[[int], NDArray[np.uint8]]
    preview: Callable[[int], NDArray[np.uint8]]
    follows_damage: bool = False


def scaled_size(width: int, height: int, short_side_px: int) -> tuple[int, int]:
    """Width and height scaled down until the short side is at most `short_side_px`; never scaled up."""
    scale = min(1.0, short_side_px / min(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def square_pixel_size(width: int, height: int, pixel_aspect: float) -> tuple[int, int]:
    """Size of a picture with square pixels: the shorter side of each pixel is stretched, nothing is shrunk.

    Args:
        width: stored width in pixels.
        height: stored height in pixels.
        pixel_aspect: width of a pixel divided by its height.
    """
    if pixel_aspect > 1:
        return round(width * pixel_aspect), height
    return width, round(height / pixel_aspect)
