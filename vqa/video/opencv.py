"""OpenCV decoder of most videos; the only module that imports cv2. Converts BGR to RGB.

Frames are read in order from the start, each with its own time. OpenCV's frame counts and seeking are not used: for a
webm recorded by a browser it reports −9.2e18 frames and seeks to frame 0, and in an .ts every read after a seek fails.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")

import cv2

from vqa.video.image import DecodedFrame, scaled_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def can_decode(path: Path) -> bool:
    """Whether OpenCV opens the file and decodes its first frame."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        return bool(capture.isOpened() and capture.grab() and capture.retrieve()[0])
    finally:
        capture.release()


def decode_frames(path: Path) -> Iterator[DecodedFrame]:
    """Yield every frame from the start; nothing if the file cannot be opened."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        index = 0
        while capture.isOpened() and capture.grab():
            time_s = max(0.0, capture.get(cv2.CAP_PROP_POS_MSEC) / 1000)
            yield DecodedFrame(index, time_s, lambda side: _retrieve(capture, side))
            index += 1
    finally:
        capture.release()


def resize_to_short_side(picture: NDArray[np.uint8], short_side_px: int) -> NDArray[np.uint8]:
    """Downscale (H, W, 3) by area until the short side is at most `short_side_px`; never upscale."""
    height, width = picture.shape[:2]
    size = scaled_size(width, height, short_side_px)
    if size == (width, height):
        return picture
    resized: Any = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return resized  # type: ignore[no-any-return]


def _retrieve(capture: Any, short_side_px: int) -> NDArray[np.uint8]:
    ok, picture = capture.retrieve()
    if not ok:
        raise EOFError("the grabbed frame has no picture")
    # Shrinking first leaves fewer pixels to reorder.
    rgb: Any = cv2.cvtColor(resize_to_short_side(picture, short_side_px), cv2.COLOR_BGR2RGB)
    return rgb  # type: ignore[no-any-return]
