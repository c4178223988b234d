"""Measures of the sampled frames: brightness, colors, blur and movement of the camera in each shot."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vqa.look_words import Look
from vqa.types import Clip, Shot

_PIXEL_STEP = 4
# Compression leaves some color in gray pixels; objects of a dull scene cover this share of it.
_STRONG_CHROMA_PERCENTILE = 98
_BLUR_TAPS = 9
# Least mean difference of neighbouring pixels of a picture with edges, of 255.
_MIN_EDGE = 0.2
_MOTION_WIDTH_PX = 160
# A moving thing covers one percent of the picture.
_CHANGE_PERCENTILE = 99
# Peak of the phase correlation from which the displacement of two frames is reliable.
_MIN_CORRELATION = 0.2
_MIN_RELIABLE_SHARE = 0.5

Measure = Literal["luma", "chroma", "strong_chroma", "blur", "motion", "change", "length"]


@dataclass(frozen=True, kw_only=True)
class LookScale:
    """Measure of a look, and the value from which a shot has it.

    Args:
        measure: name of the measure.
        is_high: whether high values have the look.
        limit: value from which, or up to which, a shot has the look.
        margin: difference of two shots that is visible.
    """

    measure: Measure
    is_high: bool
    limit: float
    margin: float

    def has_look(self, value: float) -> bool:
        """Whether a value of the measure passes the limit."""
        return value > self.limit if self.is_high else value < self.limit


# Luma, chroma and change are 0 to 255, blur is 0 to 1, motion a share of the width of the picture, a length
# is in seconds. Limit of blur: of 150 sharp photographs 95 % are below 0.6, and 95 % above it after a blur with σ = 2 px.
SCALES: Mapping[Look, LookScale] = {
    "dark": LookScale(measure="luma", is_high=False, limit=77.0, margin=6.0),
    "bright": LookScale(measure="luma", is_high=True, limit=90.0, margin=6.0),
    "grey": LookScale(measure="strong_chroma", is_high=False, limit=20.0, margin=10.0),
    "colored": LookScale(measure="strong_chroma", is_high=True, limit=20.0, margin=10.0),
    "colorful": LookScale(measure="chroma", is_high=True, limit=40.0, margin=5.0),
    "blurry": LookScale(measure="blur", is_high=True, limit=0.6, margin=0.03),
    "sharp": LookScale(measure="blur", is_high=False, limit=0.6, margin=0.03),
    "moving": LookScale(measure="motion", is_high=True, limit=0.012, margin=0.01),
    "still": LookScale(measure="motion", is_high=False, limit=0.012, margin=0.01),
    "frozen": LookScale(measure="change", is_high=False, limit=25.0, margin=5.0),
    "changing": LookScale(measure="change", is_high=True, limit=25.0, margin=5.0),
    "long": LookScale(measure="length", is_high=True, limit=0.0, margin=0.2),
    "short": LookScale(measure="length", is_high=False, limit=0.0, margin=0.2),
}


def measure_shots(clip: Clip, shots: Sequence[Shot], measure: Measure) -> NDArray[np.float64]:
    """Return a measure of each of S shots, (S,): its length in seconds, or the mean over its sampled frames.

    NaN for a shot without a sampled frame, and for the motion of one whose frames have too little
    in common.
    """
    if measure == "length":
        return np.array([shot.end_s - shot.start_s for shot in shots])
    times_s = np.array(clip.times_s)
    values: list[float] = []
    for shot in shots:
        frames = clip.frames[(times_s >= shot.start_s) & (times_s < shot.end_s)]
        values.append(_measure(frames, measure) if len(frames) else np.nan)
    return np.array(values)


def _measure(frames: NDArray[np.uint8], measure: Measure) -> float:
    """Return a measure of (T, H, W, 3) RGB frames, at least one; NaN for a motion that is unknown."""
    match measure:
        case "motion":
            return _motion(frames)
        case "change":
            return _change(frames)
        case "blur":
            values = [_blur(_gray(frame)) for frame in frames]
            return float(np.mean([value for value in values if value is not None] or np.nan))
        case "luma":
            return float(frames[:, ::_PIXEL_STEP, ::_PIXEL_STEP].mean())
    pixels = frames[:, ::_PIXEL_STEP, ::_PIXEL_STEP].astype(np.int16)
    chroma = pixels.max(axis=-1) - pixels.min(axis=-1)
    if measure == "chroma":
        return float(chroma.mean())
    return float(np.percentile(chroma, _STRONG_CHROMA_PERCENTILE, axis=(1, 2)).mean())


def _gray(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
    gray: NDArray[np.float32] = frame.mean(axis=-1, dtype=np.float32)
    return gray


def _blur(gray: NDArray[np.float32]) -> float | None:
    """Return the blur of a picture, 0 (sharp) to 1: how little another blur changes its edges.

    The larger of both directions counts; None for a picture without edges.

    Source: Crété-Roffet et al., "The blur effect", SPIE 6492, 2007.
    """
    shares = []
    for axis in (0, 1):
        edges = np.abs(np.diff(gray, axis=axis))
        smooth_edges = np.abs(np.diff(_box_blur(gray, axis), axis=axis))
        loss = np.maximum(0.0, edges - smooth_edges).sum()
        if edges.mean() > _MIN_EDGE:
            shares.append(float(1.0 - loss / edges.sum()))
    return max(shares, default=None)


def _box_blur(gray: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Return a picture smoothed along one axis by the mean of nine pixels."""
    pad = [(0, 0), (0, 0)]
    pad[axis] = (_BLUR_TAPS // 2 + 1, _BLUR_TAPS // 2)
    sums = np.pad(gray, pad, mode="edge").cumsum(axis=axis, dtype=np.float64)
    length = gray.shape[axis]
    upper = sums.take(range(_BLUR_TAPS, _BLUR_TAPS + length), axis=axis)
    blurry: NDArray[np.float32] = (
        (upper - sums.take(range(length), axis=axis)) / _BLUR_TAPS
    ).astype(np.float32)
    return blurry


def _change(frames: NDArray[np.uint8]) -> float:
    """Return how much frames differ from the first: the 99th percentile of the most different one."""
    step = max(1, frames.shape[2] // _MOTION_WIDTH_PX)
    first, *others = (_downscaled(_gray(frame), step) for frame in frames)
    changes = [float(np.percentile(np.abs(one - first), _CHANGE_PERCENTILE)) for one in others]
    return max(changes, default=float("nan"))


def _motion(frames: NDArray[np.uint8]) -> float:
    """Return how far the camera moves in frames, as a share of the picture's width; NaN if unknown.

    It is the largest distance between the places of two frames, by the sum of the displacements
    from frame to frame. Unknown if fewer than half of the neighbours are alike.

    Source: phase correlation, Kuglin and Hines, 1975.
    """
    step = max(1, frames.shape[2] // _MOTION_WIDTH_PX)
    pictures = [_downscaled(_gray(frame), step) for frame in frames]
    steps = [_displacement(*pair) for pair in itertools.pairwise(pictures)]
    reliable = [(dy, dx) for dy, dx, peak in steps if peak >= _MIN_CORRELATION]
    if not steps or len(reliable) < _MIN_RELIABLE_SHARE * len(steps):
        return float("nan")
    path = np.cumsum([(0.0, 0.0), *reliable], axis=0)
    down, right = path.max(axis=0) - path.min(axis=0)
    width = float(pictures[0].shape[1])
    return math.hypot(float(down), float(right)) / width


def _downscaled(gray: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Return a picture of the means of blocks of `step` x `step` pixels."""
    height, width = (side // step * step for side in gray.shape)
    blocks = gray[:height, :width].reshape(height // step, step, width // step, step)
    means: NDArray[np.float32] = blocks.mean(axis=(1, 3))
    return means


def _displacement(
    first: NDArray[np.float32], second: NDArray[np.float32]
) -> tuple[float, float, float]:
    """Return how many pixels down and right a picture has moved, and the peak of the correlation."""
    height, width = first.shape
    window = np.outer(np.hanning(height), np.hanning(width))
    spectra = [np.fft.rfft2((picture - picture.mean()) * window) for picture in (first, second)]
    cross = spectra[0].conj() * spectra[1]
    correlation = np.fft.irfft2(cross / (np.abs(cross) + 1e-6), s=first.shape)
    row, column = np.unravel_index(correlation.argmax(), correlation.shape)
    down = float(row) if row <= height // 2 else float(row) - height
    right = float(column) if column <= width // 2 else float(column) - width
    return down, right, float(correlation.max())
