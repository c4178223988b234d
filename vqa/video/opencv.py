"""OpenCV: decoder of ordinary files, and resizing for all of them; the only module that imports cv2.

Frames are read in order from the start, each with its own time. OpenCV's frame counts and seeking are not used: for a
webm recorded by a browser it reports −9.2e18 frames and seeks to frame 0, and in an .ts every read after a seek fails.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
# No file may make FFmpeg open another one.
os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "protocol_whitelist;file")

import cv2

from vqa.video.frame import DecodedFrame, scaled_size, square_pixel_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vqa.video.source import Source


def decode_first_frame(source: Source, short_side_px: int) -> NDArray[np.uint8] | None:
    """First frame, (H, W, 3) uint8 RGB; None if OpenCV cannot open the file or decode it."""
    frames = decode_frames(source)  # the capture lives as long as this
    try:
        return next(frames).rgb(short_side_px)
    except (StopIteration, EOFError):
        return None


def decode_frames(source: Source) -> Iterator[DecodedFrame]:
    """Yield every frame from the start; nothing if the file cannot be opened."""
    capture = cv2.VideoCapture(str(source.path.absolute()), cv2.CAP_FFMPEG)
    try:
        index, first_ms = 0, 0.0

        def rgb(short_side_px: int) -> NDArray[np.uint8]:
            return _retrieve(capture, short_side_px, source.upright_pixel_aspect)

        while capture.isOpened() and capture.grab():
            # OpenCV's clock may start anywhere.
            time_ms = capture.get(cv2.CAP_PROP_POS_MSEC)
            first_ms = time_ms if index == 0 else first_ms
            time_s = source.timeline.first_s + (time_ms - first_ms) / 1000
            yield DecodedFrame(index, time_s, rgb, rgb)
            index += 1
    finally:
        capture.release()


def resize_to_short_side(
    picture: NDArray[np.uint8], short_side_px: int, pixel_aspect: float = 1.0
) -> NDArray[np.uint8]:
    """Give (H, W, 3) square pixels and downscale it until the short side is at most `short_side_px`."""
    height, width = picture.shape[:2]
    size = scaled_size(*square_pixel_size(width, height, pixel_aspect), short_side_px)
    return _resize(picture, size)


def fit_into(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Scale (h, w, 3) to fit into `width` x `height` in its own aspect, and pad it with black."""
    h, w = picture.shape[:2]
    if (w, h) == (width, height):
        return picture
    scale = min(width / w, height / h)
    resized = _resize(picture, (max(1, round(w * scale)), max(1, round(h * scale))))
    h, w = resized.shape[:2]
    top, left = (height - h) // 2, (width - w) // 2
    padded: Any = cv2.copyMakeBorder(
        resized,
        top,
        height - h - top,
        left,
        width - w - left,
        cv2.BORDER_CONSTANT,
        value=(0, 0, 0),
    )
    return padded  # type: ignore[no-any-return]


def content_change(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> float:
    """Mean absolute change of hue, saturation and value, 0 to 255, between two (h, w, 3) RGB pictures of one size.

    Source: PySceneDetect's content detector.
    """
    after = fit_into(after, before.shape[1], before.shape[0])
    change = cv2.absdiff(
        cv2.cvtColor(before, cv2.COLOR_RGB2HSV), cv2.cvtColor(after, cv2.COLOR_RGB2HSV)
    )
    return float(change.mean())


def _resize(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    if size == (width, height):
        return picture
    shrinks = size[0] <= width and size[1] <= height
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    resized: Any = cv2.resize(picture, size, interpolation=method)
    return resized  # type: ignore[no-any-return]


def _retrieve(capture: Any, short_side_px: int, pixel_aspect: float) -> NDArray[np.uint8]:
    ok, picture = capture.retrieve()
    if not ok:
        raise EOFError("the grabbed frame has no picture")
    # Resizing first leaves fewer pixels to reorder.
    small = resize_to_short_side(picture, short_side_px, pixel_aspect)
    rgb: Any = cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
    return rgb  # type: ignore[no-any-return]
