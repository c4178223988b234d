"""Shot boundary detection on small frames.

Source: PySceneDetect's content detector (the change of hue, saturation and brightness from frame to frame).
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from vqa.types import Shot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALL_SIDE_PX = 72
_SHORTEST_SHOT_FRAMES = 3


class CutDetector:
    """Content-based cut detector that takes the frames of a video one by one.

    Args:
        frame_rate: approximate rate of the frames it is given, in Hz.
    """

    def __init__(self, frame_rate: float) -> None:
        from scenedetect import FrameTimecode
        from scenedetect.detectors import ContentDetector

        self._timecode: Any = FrameTimecode
        self._frame_rate = max(frame_rate, 1.0)
        self._detector = ContentDetector(min_scene_len=_SHORTEST_SHOT_FRAMES)
        self._times: list[float] = []
        self._cuts: list[float] = []

    def process(self, time_s: float, frame: NDArray[np.uint8]) -> bool:
        """Add the next frame, (h, w, 3) uint8 RGB; returns whether it revealed a new cut."""
        self._times.append(time_s)
        number = len(self._times) - 1
        cuts = self._detector.process_frame(
            self._timecode(number, self._frame_rate), frame[:, :, ::-1].copy()
        )
        self._cuts += [self._times[min(cut.frame_num, number)] for cut in cuts]
        return bool(cuts)

    def shots(self, start_s: float, end_s: float) -> tuple[Shot, ...]:
        """Shots between start and end, split at the detected cuts."""
        inner = sorted({cut for cut in self._cuts if start_s < cut < end_s})
        edges = [start_s, *inner, max(end_s, start_s + 1e-3)]
        return tuple(Shot(start_s=a, end_s=b) for a, b in itertools.pairwise(edges) if b > a)
