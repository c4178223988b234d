"""Generated video files with known content: a moving square, or shots of known images."""

from __future__ import annotations

import math
import os
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from vqa.types import Shot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.training.data.records import Record

FPS = 12
_LONG_FPS = 30
_SCENE_S = 5.0
SIZE_PX = (320, 240)
ENCODERS = {
    "H.264": ("libx264", {"preset": "veryfast", "crf": "23"}),
    "HEVC": ("libx265", {"preset": "ultrafast", "crf": "26", "x265-params": "log-level=none"}),
    "VP9": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "crf": "32", "b": "0"}),
    "AV1": ("libsvtav1", {"preset": "12", "crf": "35"}),
}
"""Encoder of PyAV and its options, by codec."""
_MIN_SHOT_S, _MAX_SHOT_S = 2.0, 5.0
_MARGIN = 1.25  # the photograph is scaled to 1.25 times the frame, so that the camera can pan


@dataclass(frozen=True, kw_only=True)
class ComposedVideo:
    """A video file composed of images.

    Args:
        path: the video file.
        shots: times of the shots, in order.
        records: the image that each shot shows.
    """

    path: Path
    shots: tuple[Shot, ...]
    records: tuple[Record, ...]


def write_video(
    path: Path, frames: Iterable[NDArray[np.uint8]], *, fps: int, codec: str = "H.264"
) -> Path:
    """Encode frames as a video file.

    Args:
        path: output file, which is overwritten; its extension selects the container format.
        frames: at least one frame, each (H, W, 3) uint8 RGB of the same size, H and W even.
        fps: frames per second.
        codec: a key of `ENCODERS`.

    Returns:
        `path`.
    """
    import av

    remaining = iter(frames)
    first = next(remaining)
    encoder, options = ENCODERS[codec]
    os.environ.setdefault("SVT_LOG", "1")  # the AV1 encoder prints its settings otherwise
    with av.open(str(path), "w") as container:
        stream = container.add_stream(encoder, rate=Fraction(fps))
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = options
        for frame in chain((first,), remaining):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def _square_frame(number: int, num_frames: int, backdrop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Render frame `number` of a video: a red square that moves right on a moving background.

    Args:
        number: number of the frame, from 0.
        num_frames: number of frames, over which the square moves from the left to the right edge.
        backdrop: (H, W, 3) uint8 RGB background, shifted by two pixels per frame.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    height, width, _ = backdrop.shape
    frame = np.roll(backdrop, shift=2 * number, axis=1)
    side = height // 4
    x_px = number * (width - side) // max(1, num_frames - 1)
    frame[height // 3 : height // 3 + side, x_px : x_px + side] = (230, 60, 40)
    return frame


def _texture_frames(
    *, seconds: float, fps: int, width: int, height: int, seed: int
) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames of `write_footage`: the red square on 8 × 8 px blocks of random colors."""
    coarse = np.random.default_rng(seed).integers(
        0, 255, (-(-height // 8), -(-width // 8), 3), np.uint8
    )
    backdrop = coarse.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]
    count = round(seconds * fps)
    for number in range(count):
        yield _square_frame(number, count, backdrop)


def write_footage(
    path: Path,
    *,
    seconds: float = 10.0,
    fps: int = 30,
    width: int = 1280,
    height: int = 720,
    seed: int = 0,
) -> Path:
    """Write a video of a red square on moving noise, as costly to decode as a camera video.

    Args:
        path: output file; its extension selects the container format.
        seconds: duration, rounded to whole frames, at least one.
        fps: frames per second.
        width: width in pixels, even.
        height: height in pixels, even.
        seed: random seed of the texture.

    Returns:
        `path`.
    """
    frames = _texture_frames(seconds=seconds, fps=fps, width=width, height=height, seed=seed)
    return write_video(path, frames, fps=fps)


def repeat_video(source: Path, path: Path, *, seconds: float) -> Path:
    """Write a long video by copying the packets of a short video repeatedly, without encoding.

    Args:
        source: video file whose container states the duration of the video stream, such as MP4;
            only this stream is copied.
        path: output file; its extension selects the container format.
        seconds: minimum duration, above 0, rounded up to whole repetitions.

    Returns:
        `path`.
    """
    import av

    with av.open(str(source)) as container, av.open(str(path), "w") as output:
        stream = container.streams.video[0]
        output_stream = output.add_stream_from_template(stream, opaque=True)
        period = stream.duration
        for number in range(math.ceil(seconds / float(period * stream.time_base))):
            container.seek(0)
            for packet in container.demux(stream):
                if packet.dts is None:  # the packet that ends the stream
                    continue
                packet.pts += number * period
                packet.dts += number * period
                packet.stream = output_stream
                output.mux(packet)
    return path


def write_long_footage(
    path: Path, *, seconds: float, width: int, height: int, codec: str = "H.264"
) -> Path:
    """Write a long video that cuts between two textures every five seconds, at 30 fps.

    Args:
        path: output file; its extension selects the container format.
        seconds: duration, above 0, rounded up to a multiple of ten.
        width: width in pixels, even.
        height: height in pixels, even.
        codec: a key of `ENCODERS`.

    Returns:
        `path`.
    """
    with tempfile.TemporaryDirectory() as folder:
        scenes = chain.from_iterable(
            _texture_frames(seconds=_SCENE_S, fps=_LONG_FPS, width=width, height=height, seed=seed)
            for seed in range(2)
        )
        pattern = write_video(Path(folder) / "pattern.mp4", scenes, fps=_LONG_FPS, codec=codec)
        return repeat_video(pattern, path, seconds=seconds)


def pan_and_zoom(
    picture: Image.Image, num_frames: int, rng: random.Random
) -> Iterator[NDArray[np.uint8]]:
    """Render an image as seen by a camera that pans and zooms linearly between two random crops.

    Args:
        picture: image of any size and mode.
        num_frames: number of frames to render.
        rng: random number generator that selects the two crops.

    Yields:
        (240, 320, 3) uint8 RGB.
    """
    width, height = SIZE_PX
    scale = _MARGIN * max(width / picture.width, height / picture.height)
    canvas = picture.convert("RGB").resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BILINEAR
    )
    boxes = []
    for _ in range(2):
        zoom = rng.uniform(1 / _MARGIN, 1.0) * _MARGIN
        w, h = width * zoom, height * zoom
        x, y = rng.uniform(0, canvas.width - w), rng.uniform(0, canvas.height - h)
        boxes.append(np.array([x, y, x + w, y + h]))
    for number in range(num_frames):
        share = number / max(1, num_frames - 1)
        box = boxes[0] * (1 - share) + boxes[1] * share
        crop = canvas.resize(SIZE_PX, Image.Resampling.BILINEAR, box=tuple(box.tolist()))
        yield np.asarray(crop)


def compose_video(records: Sequence[Record], path: Path, rng: random.Random) -> ComposedVideo:
    """Write a video with one shot of two to five seconds per image, at 12 frames per second.

    The frames have 320 × 240 pixels.

    Args:
        records: images, in the order of the shots, at least one.
        path: output file, which is overwritten; its extension selects the container format.
        rng: random number generator that selects durations and camera movements.
    """
    counts = [round(rng.uniform(_MIN_SHOT_S, _MAX_SHOT_S) * FPS) for _ in records]
    starts = [sum(counts[:place]) / FPS for place in range(len(counts) + 1)]

    def frames() -> Iterator[NDArray[np.uint8]]:
        for record, count in zip(records, counts, strict=True):
            with Image.open(record.file) as picture:
                yield from pan_and_zoom(picture, count, rng)

    write_video(path, frames(), fps=FPS)
    shots = tuple(Shot(start_s=start, end_s=end) for start, end in pairwise(starts))
    return ComposedVideo(path=path, shots=shots, records=tuple(records))
