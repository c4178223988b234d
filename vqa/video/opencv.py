"""OpenCV: the decoder of most videos, and the only home of cv2. BGR ends here.

OpenCV's own counts and seeks are not used: a browser's webm reports −9.2e18 frames and seeks to frame 0, an .ts fails
every read after a seek. Reading on from the start with the time of each frame is right for every container.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")

import cv2

from vqa.video.decoding import DecodedFrame, shrunk_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def can_decode(path: Path) -> bool:
    """Whether OpenCV opens the file and yields a frame of it."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        return bool(capture.isOpened() and capture.grab() and capture.retrieve()[0])
    finally:
        capture.release()


def frames(path: Path) -> Iterator[DecodedFrame]:
    """Every frame from the start on; nothing where the file cannot be opened."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        index = 0
        while capture.isOpened() and capture.grab():
            time_s = max(0.0, capture.get(cv2.CAP_PROP_POS_MSEC) / 1000)
            yield DecodedFrame(index, time_s, lambda side: _retrieve(capture, side))
            index += 1
    finally:
        capture.release()


def shrink(picture: NDArray[np.uint8], short_side_px: int) -> NDArray[np.uint8]:
    """A picture (H, W, 3) shrunk by area until its short side is at most `short_side_px`; never enlarged."""
    height, width = picture.shape[:2]
    size = shrunk_size(width, height, short_side_px)
    if size == (width, height):
        return picture
    shrunk: Any = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return shrunk  # type: ignore[no-any-return]


def _retrieve(capture: Any, short_side_px: int) -> NDArray[np.uint8]:
    fine, picture = capture.retrieve()
    if not fine:
        raise EOFError("the grabbed frame has no picture")
    # Shrinking first leaves fewer pixels to reorder.
    rgb: Any = cv2.cvtColor(shrink(picture, short_side_px), cv2.COLOR_BGR2RGB)
    return rgb  # type: ignore[no-any-return]
