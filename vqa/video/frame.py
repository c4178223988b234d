"""Decoded frame, the value that every decoder yields, and computation of frame sizes."""

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
        index: index of the frame in the video, from 0.
        time_s: presentation time in seconds on the file's clock.
        rgb: takes a short side in pixels and returns (H, W, 3) uint8 RGB, upright, with square
            pixels, downscaled to that short side; valid only until the decoder advances.
        preview: like `rgb` and at least as fast, for comparing frames; colors may be inexact and
            the frame not upright.
        convert_later: like `rgb`, but returns a function that completes a slow conversion later,
            when the decoder has advanced; None if the conversion is fast.
        follows_damage: whether data between the previous frame and this one could not be decoded.
    """

    index: int
    time_s: float
    rgb: Callable[[int], NDArray[np.uint8]]
    preview: Callable[[int], NDArray[np.uint8]]
    convert_later: Callable[[int], Callable[[], NDArray[np.uint8]]] | None = None
    follows_damage: bool = False

    def keep(self, short_side_px: int) -> Callable[[], NDArray[np.uint8]]:
        """Return a function that returns what `rgb(short_side_px)` does, valid also later.

        Call this method before the decoder advances; the returned function may be called at any
        time. Without `convert_later`, the frame is converted at once.
        """
        if self.convert_later is not None:
            return self.convert_later(short_side_px)
        picture = self.rgb(short_side_px)
        return lambda: picture


def scaled_size(width: int, height: int, short_side_px: int) -> tuple[int, int]:
    """Return (width, height) in pixels, scaled down to a short side of at most `short_side_px`.

    A smaller frame keeps its size. Each side is rounded and at least 1. The given sides are above
    0.
    """
    scale = min(1.0, short_side_px / min(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def square_pixel_size(width: int, height: int, pixel_aspect: float) -> tuple[int, int]:
    """Return (width, height) with square pixels, rounded; one side is enlarged, none is reduced.

    Args:
        width: stored width in pixels.
        height: stored height in pixels.
        pixel_aspect: width of a pixel divided by its height, above 0.
    """
    if pixel_aspect > 1:
        return round(width * pixel_aspect), height
    return width, round(height / pixel_aspect)
