"""OpenCV decoder of common files, and image resizing; the only module that imports cv2.

Frames are decoded in order from the start, each with its own time. OpenCV's frame counts and
seeking are not used: for a WebM recorded by a browser, OpenCV reports −9.2e18 frames and seeks to
frame 0; in an MPEG-TS, every read after a seek fails.
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
    """Return the first frame, (H, W, 3) uint8 RGB, upright; None if OpenCV cannot decode the file.

    It is downscaled to a short side of at most `short_side_px`.
    """
    frames = decode_frames(source)  # the capture lives as long as this
    try:
        return next(frames).rgb(short_side_px)
    except (StopIteration, EOFError):
        return None


def decode_frames(source: Source) -> Iterator[DecodedFrame]:
    """Yield all frames from the start, in order; nothing if OpenCV cannot open the file.

    A frame can be converted to RGB only until the next one is requested; the conversion raises
    EOFError if OpenCV has no picture for it. The iteration ends at the first frame that cannot be
    decoded.
    """
    capture = cv2.VideoCapture(str(source.path.absolute()), cv2.CAP_FFMPEG)
    try:
        index, first_ms = 0, 0.0
        picture: NDArray[np.uint8] | None = None  # BGR, of the frame at `index`

        def rgb(short_side_px: int) -> NDArray[np.uint8]:
            nonlocal picture
            if picture is None:
                picture = _retrieve(capture)
            # Resizing first leaves fewer pixels to reorder.
            small = resize_to_short_side(picture, short_side_px, source.upright_pixel_aspect)
            resized_rgb: Any = cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
            return resized_rgb  # type: ignore[no-any-return]

        while capture.isOpened() and capture.grab():
            # OpenCV's clock may start anywhere.
            time_ms = capture.get(cv2.CAP_PROP_POS_MSEC)
            first_ms = time_ms if index == 0 else first_ms
            time_s = source.timeline.first_s + (time_ms - first_ms) / 1000
            yield DecodedFrame(index, time_s, rgb, rgb)
            index, picture = index + 1, None
    finally:
        capture.release()


def resize_to_short_side(
    picture: NDArray[np.uint8], short_side_px: int, pixel_aspect: float = 1.0
) -> NDArray[np.uint8]:
    """Resize (H, W, 3) uint8 to square pixels and downscale to a short side of `short_side_px`.

    An image that has that size already is returned itself.

    Args:
        picture: the image.
        short_side_px: maximum length of the short side; a smaller image is not enlarged, except as
            needed for square pixels.
        pixel_aspect: width of a pixel divided by its height.
    """
    height, width = picture.shape[:2]
    size = scaled_size(*square_pixel_size(width, height, pixel_aspect), short_side_px)
    return _resize(picture, size)


def fit_into(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Resize (h, w, 3) uint8 to (height, width, 3), enlarged or reduced, padded with black.

    The aspect ratio is kept and the content is centred. An image of that size is returned itself.
    """
    h, w = picture.shape[:2]
    if (w, h) == (width, height):
        return picture
    scale = min(width / w, height / h)
    content = _resize(picture, (max(1, round(w * scale)), max(1, round(h * scale))))
    h, w = content.shape[:2]
    top, left = (height - h) // 2, (width - w) // 2
    padded_picture: Any = cv2.copyMakeBorder(
        content,
        top,
        height - h - top,
        left,
        width - w - left,
        cv2.BORDER_CONSTANT,
        value=(0, 0, 0),
    )
    return padded_picture  # type: ignore[no-any-return]


def content_change(first_frame: NDArray[np.uint8], second_frame: NDArray[np.uint8]) -> float:
    """Return the mean absolute difference in HSV between two (h, w, 3) uint8 RGB frames.

    The mean is over all pixels and the three channels: hue from 0 to 179, saturation and value from
    0 to 255. The second frame is fitted into the size of the first.

    Source: PySceneDetect's content detector.
    """
    second_frame = fit_into(second_frame, first_frame.shape[1], first_frame.shape[0])
    change = cv2.absdiff(
        cv2.cvtColor(first_frame, cv2.COLOR_RGB2HSV), cv2.cvtColor(second_frame, cv2.COLOR_RGB2HSV)
    )
    return float(change.mean())


def _resize(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    if size == (width, height):
        return picture
    shrinks = size[0] <= width and size[1] <= height
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    resized_picture: Any = cv2.resize(picture, size, interpolation=method)
    return resized_picture  # type: ignore[no-any-return]


def _retrieve(capture: Any) -> NDArray[np.uint8]:
    """Return the grabbed frame, (H, W, 3) uint8 BGR."""
    ok, picture = capture.retrieve()
    if not ok:
        raise EOFError("the grabbed frame has no picture")
    return picture  # type: ignore[no-any-return]
