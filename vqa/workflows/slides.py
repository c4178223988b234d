"""Slide detection: time ranges with a still picture; a small picture of the speaker may move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vqa.transcripts.screen_text import MIN_SCORE, OcrEngine
from vqa.types import ProgressCallback, SamplingPlan
from vqa.video.reader import probe, read_clip

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SMALL_SIDE_PX, _PICTURE_SIDE_PX = 144, 1080
_INTERVAL_S, _LONG_INTERVAL_S, _LONG_S = 0.5, 2.0, 600.0
_CHUNK_S = 300.0
_LEVELS = 24  # video compression changes pixels of a still picture by less
_MOVING_SHARE = 0.3  # of the time: pixels that change more often belong to an inset
_MIN_STILL_AREA = 0.3  # of the picture
_MAX_CHANGED_SHARE = 0.004  # of the still area
_MIN_SLIDE_S = 2.0
_MIN_SIMILARITY = 0.8


@dataclass(frozen=True, kw_only=True)
class Slide:
    """Time range in which a slide is displayed, in seconds.

    Args:
        start_s: start.
        end_s: end, exclusive.
        picture: (H, W, 3) uint8 RGB frame at three quarters of the range, with a short side of at
            most 1080 pixels.
        text: its lines of text, top to bottom; empty without text recognition.
    """

    start_s: float
    end_s: float
    picture: NDArray[np.uint8]
    text: tuple[str, ...] = ()


def find_slides(
    path: Path,
    *,
    ocr: OcrEngine | None = None,
    on_progress: ProgressCallback | None = None,
) -> list[Slide]:
    """Return the slides of a video in order of time; empty for a video without still pictures.

    A slide is displayed for at least two seconds. With text recognition, a still picture that
    repeats all lines of the one before is the same slide with more lines, and the result is empty
    if no picture has text, because still pictures without text are photographs.

    Args:
        path: the video file.
        ocr: recognizes the lines of a picture; lines with a score below 0.7 are left out. None
            leaves the text empty.
        on_progress: called with the completed fraction, rising to 1.

    Raises:
        VideoError: the file cannot be decoded.
    """
    notify = on_progress or (lambda _: None)
    times, frames = _small_frames(path, lambda share: notify(0.5 * share))
    slides: list[Slide] = []
    ranges = still_ranges(times, frames)
    for number, (start_s, end_s) in enumerate(ranges, 1):
        slide = Slide(start_s=start_s, end_s=end_s, picture=_picture(path, start_s, end_s))
        if ocr is not None:
            slide = replace(slide, text=_lines(slide.picture, ocr))
        if slides and slides[-1].text and _contains(slide.text, slides[-1].text):
            slide = replace(slide, start_s=slides.pop().start_s)
        slides.append(slide)
        notify(0.5 + 0.5 * number / len(ranges))
    notify(1.0)
    # Still pictures without a word are photographs, not slides.
    return slides if ocr is None or any(slide.text for slide in slides) else []


def still_ranges(times_s: Sequence[float], frames: NDArray[np.uint8]) -> list[tuple[float, float]]:
    """Return (start, end) of each range of at least two seconds in which the picture is still.

    Times are in seconds; ranges are in order and do not overlap. One that begins
    with the first frame starts at its time or, if earlier, half a median step after 0; one that
    ends with the last frame ends a median step after it. Empty for fewer than two frames.

    A pixel changes if one of its colors changes by more than 24 of 255 from one frame to the next;
    a range ends where more than 0.4 % of the pixels change. Pixels that change in at least 30 % of
    the steps, such as those of a small picture of the speaker, are ignored; if fewer than 30 % of
    the pixels remain, the result is empty.

    Args:
        times_s: N times in seconds, rising.
        frames: (N, h, w, 3) uint8 RGB.
    """
    if len(times_s) < 2:
        return []
    is_different = np.stack(
        [(np.abs(a.astype(np.int16) - b) > _LEVELS).any(-1) for a, b in pairwise(frames)]
    )
    is_still = is_different.mean(0) < _MOVING_SHARE
    if is_still.mean() < _MIN_STILL_AREA:
        return []
    cuts = np.flatnonzero(is_different[:, is_still].mean(1) > _MAX_CHANGED_SHARE) + 1
    edges = [0, *cuts.tolist(), len(times_s)]
    step_s = float(np.median(np.diff(times_s)))
    ranges = []
    for first, last in pairwise(edges):
        start_s = times_s[first] if first else min(times_s[0], step_s / 2)
        end_s = times_s[last] if last < len(times_s) else times_s[-1] + step_s
        if end_s - start_s >= _MIN_SLIDE_S:
            ranges.append((start_s, end_s))
    return ranges


def _small_frames(
    path: Path, notify: Callable[[float], None]
) -> tuple[list[float], NDArray[np.uint8]]:
    """Sample downscaled frames at a fixed interval, five minutes of the video per decoding call.

    The interval is 0.5 s, or 2 s for a video of more than ten minutes. The short side has at most
    144 pixels. Frames of another size than the first one are left out.

    Args:
        path: the video.
        notify: called with the completed share, 0 to 1.

    Returns:
        Times of the frames in seconds, rising, and (N, H, W, 3) uint8 RGB frames; N is at least 1.

    Raises:
        VideoError: the file cannot be decoded.
    """
    duration_s = probe(path).duration_s or _LONG_S
    interval_s = _INTERVAL_S if duration_s <= _LONG_S else _LONG_INTERVAL_S
    times: list[float] = []
    frames: list[NDArray[np.uint8]] = []
    for start_s in _steps(duration_s):
        plan = SamplingPlan(
            strategy="interval",
            interval_s=interval_s,
            num_frames=int(_CHUNK_S / interval_s) + 1,
            start_s=start_s,
            end_s=min(start_s + _CHUNK_S, duration_s + interval_s),
            short_side_px=_SMALL_SIDE_PX,
        )
        clip = read_clip(path, plan)
        shape = frames[0].shape if frames else clip.frames[0].shape
        # Frames after a change of the picture's size cannot be compared; their times go, too.
        new_rows = [
            row
            for row, t in enumerate(clip.times_s)
            if (not times or t > times[-1]) and clip.frames[row].shape == shape
        ]
        times += [clip.times_s[row] for row in new_rows]
        frames += [clip.frames[row] for row in new_rows]
        notify(min(1.0, (start_s + _CHUNK_S) / duration_s))
    return times, np.stack(frames)


def _steps(duration_s: float) -> Iterator[float]:
    """Yield the start in seconds of each decoding call: 0, 300, 600 and so on, at least one."""
    start_s = 0.0
    while start_s < max(duration_s - 0.1, 0.1):
        yield start_s
        start_s += _CHUNK_S


def _picture(path: Path, start_s: float, end_s: float) -> NDArray[np.uint8]:
    """Return a frame, (H, W, 3) uint8 RGB, at three quarters of a range in seconds.

    Its short side has at most 1080 pixels. Slides are often filled in step by step, so that a late
    frame is more complete.

    Raises:
        VideoError: the frame cannot be decoded.
    """
    late_s = end_s - (end_s - start_s) / 4
    plan = SamplingPlan(
        num_frames=1,
        start_s=max(start_s, late_s - 0.1),
        end_s=late_s + 0.1,
        short_side_px=_PICTURE_SIDE_PX,
    )
    picture: NDArray[np.uint8] = read_clip(path, plan).frames[0]
    return picture


def _lines(picture: NDArray[np.uint8], ocr: OcrEngine) -> tuple[str, ...]:
    """Return the lines of text in a picture with a score of at least 0.7, top to bottom."""
    return tuple(
        text.strip() for text, score in ocr(picture) if score >= MIN_SCORE and text.strip()
    )


def _contains(lines: Sequence[str], earlier: Sequence[str]) -> bool:
    """Whether each of the earlier lines is among `lines`, up to recognition errors.

    Two lines are the same if `difflib` gives them a similarity of at least 0.8, whatever their
    case.
    """
    return all(
        any(
            SequenceMatcher(None, line.lower(), other.lower()).ratio() >= _MIN_SIMILARITY
            for other in lines
        )
        for line in earlier
    )
