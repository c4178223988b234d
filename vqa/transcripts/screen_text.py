"""What is written on the screen: read in the frames, followed over time, given as timed text.

By RapidOCR (Apache-2.0), whose models come inside its package; nothing is fetched. It is an extra, because onnxruntime and
the models take as much room as half the app.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

import numpy as np

from vqa.errors import ExtraMissing
from vqa.types import Clip, SamplingPlan, TimedText

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_SCORE = 0.7
_SAME_RATIO = 0.8
# What coding changes in a picture that stands still; a letter changes more.
_STILL_LEVELS = 24

Line = tuple[str, float]
LineReader = Callable[["NDArray[np.uint8]"], Sequence[Line]]


@dataclass
class _Following:
    """A line while it stays on the screen: its best reading so far, and the frames it was seen in."""

    text: str
    score: float
    first: int
    last: int


def screen_plan(*, start_s: float = 0.0, end_s: float | None = None) -> SamplingPlan:
    """How a video is read for its text: larger than a model needs it, for small print is lost at 360 pixels."""
    return SamplingPlan(
        strategy="shots", num_frames=24, short_side_px=1080, start_s=start_s, end_s=end_s
    )


def read_screen(clip: Clip, *, reader: LineReader | None = None) -> list[TimedText]:
    """The text on the screen, each line from when it first to when it last stood there, in order.

    Args:
        clip: read by `screen_plan`.
        reader: gives the lines (text, score from 0 to 1) of a frame (H, W, 3) uint8 RGB; None means RapidOCR.

    Raises:
        ExtraMissing: RapidOCR is not installed.
    """
    read = reader or ocr_reader()
    finished: list[_Following] = []
    running: list[_Following] = []
    lines: Sequence[Line] = ()
    for row, frame in enumerate(clip.frames):
        if row == 0 or not _still(clip.frames[row - 1], frame):
            lines = read(frame)
        seen = [(text, score) for text, score in lines if score >= _LEAST_SCORE and text.strip()]
        left = []
        for line in running:
            match = next((s for s in seen if _same(s[0], line.text)), None)
            if match is None:
                finished.append(line)
                continue
            seen.remove(match)
            line.last = row
            if match[1] > line.score:
                line.text, line.score = match
            left.append(line)
        running = left + [_Following(text.strip(), score, row, row) for text, score in seen]
    edges = _edges(clip)
    return sorted(
        (
            TimedText(start_s=edges[f.first], end_s=edges[f.last + 1], text=f.text, source="screen")
            for f in [*finished, *running]
        ),
        key=lambda line: line.start_s,
    )


def ocr_reader() -> LineReader:
    """RapidOCR as a reader of lines, top to bottom.

    Raises:
        ExtraMissing: it is not installed.
    """
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise ExtraMissing(
            "Reading text on the screen needs RapidOCR, which is not installed.",
            extra="screen",
        ) from error
    engine = RapidOCR(params={"Global.log_level": "error"})

    def read(frame: NDArray[np.uint8]) -> list[Line]:
        found: Any = engine(frame[:, :, ::-1])  # it wants BGR
        if found.txts is None:
            return []
        return list(zip(found.txts, map(float, found.scores), strict=True))

    return read


def _still(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether two frames show the same, so that one reading serves both."""
    change = np.abs(one[::2, ::2].astype(np.int16) - other[::2, ::2])
    return int(change.max()) <= _STILL_LEVELS


def _same(one: str, other: str) -> bool:
    """Whether two readings are of the same line, a letter or two misread."""
    return SequenceMatcher(None, one.lower(), other.lower()).ratio() >= _SAME_RATIO


def _edges(clip: Clip) -> list[float]:
    """Where the stretch of each frame begins, and where the last one ends: halfway between neighbours."""
    times = clip.times_s
    inner = [(a + b) / 2 for a, b in itertools.pairwise(times)]
    end_s = min(clip.duration_s, clip.plan.end_s or clip.duration_s)
    return [clip.plan.start_s, *inner, max(end_s, times[-1])]
