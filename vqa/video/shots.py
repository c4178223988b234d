"""Cuts: where one shot ends and the next begins.

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


class CutFinder:
    """Is fed the small frames of a video in order and knows the cuts.

    Args:
        rate: frames a second it is fed, roughly; for the detector's own clock.
    """

    def __init__(self, rate: float) -> None:
        from scenedetect import FrameTimecode
        from scenedetect.detectors import ContentDetector

        self._timecode: Any = FrameTimecode
        self._rate = max(rate, 1.0)
        self._detector = ContentDetector(min_scene_len=_SHORTEST_SHOT_FRAMES)
        self._times: list[float] = []
        self._cuts: list[float] = []

    def feed(self, time_s: float, small: NDArray[np.uint8]) -> bool:
        """Look at the next frame (h, w, 3) uint8 RGB; whether a new cut is known since the last one."""
        self._times.append(time_s)
        number = len(self._times) - 1
        found = self._detector.process_frame(
            self._timecode(number, self._rate), small[:, :, ::-1].copy()
        )
        self._cuts += [self._times[min(cut.frame_num, number)] for cut in found]
        return bool(found)

    def shots(self, start_s: float, end_s: float) -> tuple[Shot, ...]:
        """The shots between start and end."""
        inner = sorted({cut for cut in self._cuts if start_s < cut < end_s})
        edges = [start_s, *inner, max(end_s, start_s + 1e-3)]
        return tuple(Shot(start_s=a, end_s=b) for a, b in itertools.pairwise(edges) if b > a)
