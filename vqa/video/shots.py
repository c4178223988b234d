"""Shot boundary detection on downscaled frames.

Source: PySceneDetect's content detector (difference in hue, saturation and brightness between
frames).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from vqa.types import Shot
from vqa.video.opencv import fit_into

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALL_SIDE_PX = 72
CUT_THRESHOLD = 27.0  # mean change of hue, saturation and value, 0 to 255
_SHORTEST_SHOT_FRAMES = 3


class CutDetector:
    """Content-based cut detector that processes the frames of a video one by one.

    Args:
        frame_rate: approximate rate of the processed frames, in Hz.
    """

    def __init__(self, frame_rate: float) -> None:
        from scenedetect import FrameTimecode
        from scenedetect.detectors import ContentDetector

        self._timecode: Any = FrameTimecode
        self._frame_rate = max(frame_rate, 1.0)
        self._detector = ContentDetector(
            threshold=CUT_THRESHOLD, min_scene_len=_SHORTEST_SHOT_FRAMES
        )
        self._times: dict[int, float] = {}  # by the frame number given to the detector
        self._number, self._last_s = -1, 0.0
        self._cuts: list[float] = []
        self._shape: tuple[int, ...] | None = None

    def process(self, time_s: float, frame: NDArray[np.uint8]) -> bool:
        """Process the next frame, (h, w, 3) uint8 RGB; return whether a cut was detected.

        A cut may be reported a few frames late, because very short shots are suppressed. `time_s`
        is the frame's presentation time in seconds; times rise. A frame of another size is fitted
        into that of the first one.
        """
        if self._shape is None:
            self._shape = frame.shape
        frame = fit_into(frame, self._shape[1], self._shape[0])
        is_far = (
            bool(self._times) and time_s - self._last_s > _SHORTEST_SHOT_FRAMES / self._frame_rate
        )
        self._number += _SHORTEST_SHOT_FRAMES if is_far else 1
        self._times[self._number], self._last_s = time_s, time_s
        cuts = self._detector.process_frame(
            self._timecode(self._number, self._frame_rate), frame[:, :, ::-1].copy()
        )
        self._cuts += [self._times[cut.frame_num] for cut in cuts if cut.frame_num in self._times]
        return bool(cuts)

    def shots(self, start_s: float, end_s: float) -> tuple[Shot, ...]:
        """Return the shots between start and end (seconds), split at the cuts detected so far.

        There is at least one, in order; each ends where the next begins, and its end is exclusive.
        """
        return split_into_shots(self._cuts, start_s, end_s)


def split_into_shots(cuts_s: Sequence[float], start_s: float, end_s: float) -> tuple[Shot, ...]:
    """Return the shots between start and end (seconds), split at the given times; at least one.

    Shots are in order and adjoin; a cut is the start of a shot. `cuts_s` has any order; times that
    are not between start and end are ignored. A range shorter than 1 ms becomes one shot of 1 ms.
    """
    inner = sorted({cut for cut in cuts_s if start_s < cut < end_s})
    edges = [start_s, *inner, max(end_s, start_s + 1e-3)]
    return tuple(Shot(start_s=a, end_s=b) for a, b in itertools.pairwise(edges) if b > a)
