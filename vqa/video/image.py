"""Decoder of animated WebP, which FFmpeg cannot demux, by Pillow."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vqa.errors import VideoUnreadable
from vqa.video.container import check_frame_size, display_name
from vqa.video.frame import DecodedFrame
from vqa.video.opencv import resize_to_short_side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.video.source import Source

_DEFAULT_DELAY_S = 0.1


def read_animation_times(path: Path) -> tuple[int, int, list[float]]:
    """Return (width, height, times) of an animated WebP of N frames, with the size in pixels.

    `times` has N + 1 values in seconds from 0: the start of each frame, and the end of the last
    one.

    Raises:
        VideoUnreadable: the file is a still image, is damaged, or cannot be opened.
        VideoTooLarge: a frame has more than 40 million pixels.
    """
    _check_header(path)
    with _open_image(path) as picture:
        count = getattr(picture, "n_frames", 1)
        if count < 2:
            raise _still_picture(path)
        delays_s = _read_delays_s(path)[:count]
        times_s = np.cumsum([0.0, *delays_s]).tolist()
        return picture.width, picture.height, times_s


def _check_header(path: Path) -> None:
    """Check the header of a WebP file before Pillow opens it, which refuses large ones otherwise.

    Raises:
        VideoTooLarge: the canvas has more than 40 million pixels.
        VideoUnreadable: the file has the simple format, so it is a still image; or a side of the
            canvas is too long.

    Source: RFC 9649 section 2.7 (VP8X chunk).
    """
    with path.open("rb") as file:
        head = file.read(30)
    if head[12:16] in (b"VP8 ", b"VP8L"):
        raise _still_picture(path)
    if head[12:16] == b"VP8X":
        width, height = (1 + int.from_bytes(head[at : at + 3], "little") for at in (24, 27))
        check_frame_size(path, width, height)


def _still_picture(path: Path) -> VideoUnreadable:
    return VideoUnreadable(
        f"{display_name(path)} is not a video but a still picture.",
        cure="Choose a video file, such as .mp4, .mov, .webm or .mkv.",
    )


def _read_delays_s(path: Path) -> list[float]:
    """Return the display time in seconds of each frame of an animated WebP, in file order.

    A stored delay of 0 counts as 0.1 s. The chunks are parsed here because Pillow states the delay
    of decoded frames only.

    Source: RFC 9649 section 2.7.1.1 (ANMF chunk).
    """
    delays_s = []
    with path.open("rb") as file:
        at = file.seek(12)
        while len(head := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", head)
            if name == b"ANMF":
                delay_ms = int.from_bytes(file.read(15)[12:], "little")
                delays_s.append(delay_ms / 1000 or _DEFAULT_DELAY_S)
            at = file.seek(at + 8 + size + size % 2)
    return delays_s


def decode_frames(source: Source) -> Iterator[DecodedFrame]:
    """Yield all frames of an animated WebP in order; transparent pixels are blended over white.

    A frame can be converted to RGB only until the next one is requested.

    Raises:
        VideoUnreadable: the file or one of its frames is damaged.
    """
    with _open_image(source.path) as picture:

        def rgb(short_side_px: int) -> NDArray[np.uint8]:
            return _rgb(picture, short_side_px)

        for index, time_s in enumerate(source.timeline.times_s.tolist()):
            picture.seek(index)
            yield DecodedFrame(index, time_s, rgb, rgb)


def _rgb(picture: Any, short_side_px: int) -> NDArray[np.uint8]:
    from PIL import Image

    rgba = picture.convert("RGBA")
    canvas = Image.new("RGBA", rgba.size, "white")
    canvas.alpha_composite(rgba)
    return resize_to_short_side(np.asarray(canvas.convert("RGB")), short_side_px)


@contextmanager
def _open_image(path: Path) -> Iterator[Any]:
    from PIL import Image, UnidentifiedImageError  # 40 ms that other videos need not wait for

    try:
        with Image.open(path, formats=("WEBP",)) as picture:
            yield picture
    except (UnidentifiedImageError, OSError, EOFError, SyntaxError) as error:
        raise VideoUnreadable(
            f"{display_name(path)} is a damaged picture ({error}).",
            cure="Download or export it again.",
        ) from error
