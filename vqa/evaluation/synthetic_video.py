"""Films made on the spot: of a moving square, so that speed is measured anywhere on the same thing, or of any frames."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _frame(number: int, num_frames: int, backdrop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The backdrop, drifting, with a bright square crossing it."""
    height, width, _ = backdrop.shape
    frame = np.roll(backdrop, shift=2 * number, axis=1)
    side = height // 4
    left = number * (width - side) // max(1, num_frames - 1)
    frame[height // 3 : height // 3 + side, left : left + side] = (230, 60, 40)
    return frame


def write_film(path: Path, frames: Iterable[NDArray[np.uint8]], *, fps: int) -> Path:
    """Write frames as an h264 film.

    Args:
        path: where; the suffix chooses the container.
        frames: at least one, each (H, W, 3) uint8 RGB of one size, H and W even.
        fps: frames a second.

    Returns:
        The path.
    """
    import av

    rest = iter(frames)
    first = next(rest)
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=Fraction(fps))
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23"}
        for frame in chain((first,), rest):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        film.mux(stream.encode(None))
    return path


def write_footage(
    path: Path,
    *,
    seconds: float = 10.0,
    fps: int = 30,
    width: int = 1280,
    height: int = 720,
    seed: int = 0,
) -> Path:
    """Write a film with texture and motion, so that it costs what real footage costs to decode.

    Args:
        path: where; the suffix chooses the container.
        seconds: how long.
        fps: frames a second.
        width: even, in pixels.
        height: even, in pixels.
        seed: of the texture.

    Returns:
        The path.
    """
    coarse = np.random.default_rng(seed).integers(
        0, 255, (-(-height // 8), -(-width // 8), 3), np.uint8
    )
    backdrop = coarse.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]
    count = round(seconds * fps)
    frames = (_frame(number, count, backdrop) for number in range(count))
    return write_film(path, frames, fps=fps)
