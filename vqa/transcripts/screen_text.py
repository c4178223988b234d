"""On-screen text: optical character recognition (OCR) of frames, with lines tracked over time.

The models of RapidOCR (Apache-2.0) are inside its package, so nothing is downloaded. It is an
optional package, because onnxruntime and the models are half as large as the rest of the program.
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

MIN_SCORE = 0.7  # of a recognised line, 0 to 1
_MIN_SIMILARITY = 0.8
# Video compression changes pixels of a static picture by less than this; a letter changes them by more.
_STATIC_LEVELS = 24

OcrLine = tuple[str, float]
"""A recognised line and its score, 0 to 1."""

OcrEngine = Callable[["NDArray[np.uint8]"], Sequence[OcrLine]]
"""Recognises the lines of a frame, (H, W, 3) uint8 RGB, top to bottom."""


@dataclass
class _LineTrack:
    """Line of text tracked over sampled frames, with the highest-scoring recognition of it.

    `first` and `last` (inclusive) are row indices of frames in the clip.
    """

    text: str
    score: float
    first: int
    last: int


def screen_sampling_plan(*, start_s: float = 0.0, end_s: float | None = None) -> SamplingPlan:
    """Return the sampling plan for text recognition between two times in seconds.

    It selects at most 24 frames by shots, with a short side of 1080 pixels, because small print is
    illegible at 360. `end_s` None means the end of the video.

    Raises:
        ValueError: `start_s` is below 0 or not below `end_s`.
    """
    return SamplingPlan(
        strategy="shots", num_frames=24, short_side_px=1080, start_s=start_s, end_s=end_s
    )


def read_screen_text(clip: Clip, *, ocr: OcrEngine | None = None) -> list[TimedText]:
    """Recognize the on-screen text of a clip; return lines with their time ranges, by start time.

    A line that is visible in consecutive frames is returned once, as recognized with the highest
    score, from halfway to the frame before its first one to halfway to the frame after its last
    one, or from the start or to the end of the sampled range. Lines with a score below 0.7 are left
    out; without text, the list is empty.

    Args:
        clip: frames sampled by `screen_sampling_plan`.
        ocr: recognizes the lines of a frame; None means RapidOCR.

    Raises:
        ExtraMissing: RapidOCR is needed and not installed.
    """
    recognise = ocr or load_ocr()
    finished_tracks: list[_LineTrack] = []
    running_tracks: list[_LineTrack] = []
    lines: Sequence[OcrLine] = ()
    for row, frame in enumerate(clip.frames):
        if row == 0 or not _is_static(clip.frames[row - 1], frame):
            lines = recognise(frame)
        visible_lines = [
            (text, score) for text, score in lines if score >= MIN_SCORE and text.strip()
        ]
        continued_tracks = []
        for line in running_tracks:
            match = next((v for v in visible_lines if _is_same_line(v[0], line.text)), None)
            if match is None:
                finished_tracks.append(line)
                continue
            visible_lines.remove(match)
            line.last = row
            if match[1] > line.score:
                line.text, line.score = match
            continued_tracks.append(line)
        running_tracks = continued_tracks + [
            _LineTrack(text.strip(), score, row, row) for text, score in visible_lines
        ]
    boundaries = _frame_boundaries(clip)
    return sorted(
        (
            TimedText(
                start_s=boundaries[t.first],
                end_s=boundaries[t.last + 1],
                text=t.text,
                source="screen",
            )
            for t in [*finished_tracks, *running_tracks]
        ),
        key=lambda line: line.start_s,
    )


def load_ocr() -> OcrEngine:
    """Load RapidOCR and return a function that recognizes the lines of a frame.

    The function returns lines of any score, top to bottom; [] for a frame without text.

    Raises:
        ExtraMissing: RapidOCR is not installed.
    """
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise ExtraMissing(
            "Reading on-screen text needs the package rapidocr, which is not installed.",
            extra="screen",
        ) from error
    engine = RapidOCR(params={"Global.log_level": "error"})

    def recognise(frame: NDArray[np.uint8]) -> list[OcrLine]:
        result: Any = engine(frame[:, :, ::-1])  # RapidOCR expects BGR
        if result.txts is None:
            return []
        return list(zip(result.txts, map(float, result.scores), strict=True))

    return recognise


def _is_static(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether two (H, W, 3) uint8 frames of one size differ by at most 24 levels in every pixel.

    That is the noise of video compression; every other row and column is compared.
    """
    change = np.abs(one[::2, ::2].astype(np.int16) - other[::2, ::2])
    return int(change.max()) <= _STATIC_LEVELS


def _is_same_line(one: str, other: str) -> bool:
    """Whether two recognized texts are the same line up to recognition errors.

    Their similarity by `SequenceMatcher` must be at least 0.8; case is ignored.
    """
    return SequenceMatcher(None, one.lower(), other.lower()).ratio() >= _MIN_SIMILARITY


def _frame_boundaries(clip: Clip) -> list[float]:
    """Return T + 1 times in seconds that bound the time ranges of the T frames of a clip.

    They are the midpoints between neighbouring frames, with the start and the end of the sampled
    range.
    """
    times = clip.times_s
    midpoints = [(a + b) / 2 for a, b in itertools.pairwise(times)]
    end_s = min(clip.duration_s, clip.plan.end_s or clip.duration_s)
    return [clip.plan.start_s, *midpoints, max(end_s, times[-1])]
