"""A film made on the spot, so that speed can be measured anywhere on the same thing."""

from __future__ import annotations

from fractions import Fraction
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


def write_footage(
    path: Path,
    *,
    seconds: float = 10.0,
    fps: int = 30,
    width: int = 1280,
    height: int = 720,
    seed: int = 0,
) -> Path:
    """Write an h264 film with texture and motion, so that it costs what real footage costs to decode.

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
    import av

    coarse = np.random.default_rng(seed).integers(0, 255, (height // 8, width // 8, 3), np.uint8)
    backdrop = coarse.repeat(8, axis=0).repeat(8, axis=1)
    backdrop = np.pad(
        backdrop, ((0, height - len(backdrop)), (0, width - backdrop.shape[1]), (0, 0)), mode="edge"
    )
    num_frames = round(seconds * fps)
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=Fraction(fps))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23"}
        for number in range(num_frames):
            picture = av.VideoFrame.from_ndarray(
                _frame(number, num_frames, backdrop), format="rgb24"
            )
            film.mux(stream.encode(picture))
        film.mux(stream.encode(None))
    return path
