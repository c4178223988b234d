"""Generator of test videos whose frames carry their number as a row of black and white blocks."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

NUM_BITS = 8
WIDTH, HEIGHT = 192, 128
Colour = tuple[int, int, int]
RED, GREEN, BLUE = (200, 40, 40), (40, 160, 60), (40, 60, 200)


@dataclass(frozen=True, kw_only=True)
class VideoSpec:
    """Parameters of a generated video, and thereby its true facts."""

    file: str
    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    fps: int = 24
    count: int = 48
    colours: tuple[Colour, ...] = (RED, BLUE)
    variable_rate: bool = False
    rotated: bool = False
    unseekable: bool = False
    options: dict[str, str] = field(default_factory=dict)

    @property
    def times_s(self) -> list[float]:
        """Presentation time of each frame."""
        if not self.variable_rate:
            return [number / self.fps for number in range(self.count)]
        gaps = [(1 if number % 3 else 4) / self.fps for number in range(self.count - 1)]
        return [0.0, *np.cumsum(gaps).tolist()]


SPECS = {
    "h264.mp4": VideoSpec(file="h264.mp4"),
    "hevc.mp4": VideoSpec(
        file="hevc.mp4", codec="libx265", options={"x265-params": "log-level=none"}
    ),
    "vp9.webm": VideoSpec(
        file="vp9.webm", codec="libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"}
    ),
    "av1.mp4": VideoSpec(file="av1.mp4", codec="libsvtav1", options={"preset": "8"}),
    "mpeg4.avi": VideoSpec(file="mpeg4.avi", codec="mpeg4"),
    "h264.mkv": VideoSpec(file="h264.mkv"),
    "h264.mov": VideoSpec(file="h264.mov"),
    "h264.ts": VideoSpec(file="h264.ts"),
    "film.gif": VideoSpec(file="film.gif", codec="gif", pix_fmt="rgb8", fps=10, count=20),
    "uneven.mp4": VideoSpec(file="uneven.mp4", variable_rate=True),
    "turned.mp4": VideoSpec(file="turned.mp4", rotated=True),
    "recorded.webm": VideoSpec(
        file="recorded.webm",
        codec="libvpx",
        unseekable=True,
        options={"deadline": "realtime", "cpu-used": "8"},
    ),
    "two frames.mp4": VideoSpec(file="two frames.mp4", count=2),
    "фильм.mp4": VideoSpec(file="фильм.mp4", count=12),
}


def frame(number: int, colour: Colour) -> NDArray[np.uint8]:
    """Frame (H, W, 3) uint8 RGB of one colour, with its number in blocks along the top."""
    picture = np.full((HEIGHT, WIDTH, 3), colour, np.uint8)
    block = WIDTH // NUM_BITS
    for bit in range(NUM_BITS):
        picture[: HEIGHT // 6, bit * block : (bit + 1) * block] = 255 if number >> bit & 1 else 0
    return picture


def read_frame_number(picture: NDArray[np.uint8]) -> int:
    """Decode the number that a frame carries."""
    height, width = picture.shape[:2]
    block = width / NUM_BITS
    row = picture[height // 12].mean(axis=1)
    return sum(1 << bit for bit in range(NUM_BITS) if row[int((bit + 0.5) * block)] > 127)


def write_video(spec: VideoSpec, folder: Path) -> Path:
    """Write the video that a spec describes; returns its path."""
    path = folder / spec.file
    shots = len(spec.colours)
    pictures = (
        frame(number, spec.colours[min(shots - 1, number * shots // spec.count)])
        for number in range(spec.count)
    )
    if spec.unseekable:
        with path.open("wb") as file:
            _encode(_WriteOnly(file), pictures, spec, "webm")
    else:
        _encode(str(path), pictures, spec, None)
    if spec.rotated:
        _rotate(path)
    return path


def write_clip(
    path: Path,
    shots: Sequence[tuple[Colour, float]],
    *,
    fps: int = 10,
    pictures: Sequence[Any] | None = None,
) -> Path:
    """Write an h264 video of single-colour shots, each (colour, seconds), or of the given pictures, one per frame."""
    if pictures is None:
        pictures = [
            frame(0, colour) for colour, seconds in shots for _ in range(round(seconds * fps))
        ]
    spec = VideoSpec(file=path.name, fps=fps, count=len(pictures))
    _encode(str(path), iter(pictures), spec, None)
    return path


def write_audio(path: Path) -> Path:
    """Write one second of a tone without a video track."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000, layout="mono")
        tone = (8000 * np.sin(np.arange(16000) * 0.1)).astype(np.int16)[None]
        sound = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        sound.sample_rate = 16000
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    return path


class _WriteOnly:
    """Output file that cannot seek, like that of a browser's recorder."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        return self._file.write(data)


def _encode(
    target: Any,
    pictures: Iterator[NDArray[np.uint8]],
    spec: VideoSpec,
    container_format: str | None,
) -> None:
    ticks = 1000
    with (
        ordinary_priority(),
        av.open(target, "w", format=container_format) as container,
    ):
        stream: Any = container.add_stream(spec.codec, rate=Fraction(spec.fps))
        stream.pix_fmt = spec.pix_fmt
        stream.options = {"g": "12", **spec.options}
        if spec.variable_rate:
            stream.codec_context.time_base = Fraction(1, ticks)
        first = True
        for picture, time_s in zip(pictures, spec.times_s, strict=False):
            image = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            if first:
                stream.height, stream.width = picture.shape[:2]
                first = False
            if spec.variable_rate:
                image.pts, image.time_base = round(time_s * ticks), Fraction(1, ticks)
            else:
                image.pts, image.time_base = round(time_s * spec.fps), Fraction(1, spec.fps)
            container.mux(stream.encode(image))
        container.mux(stream.encode(None))


@contextmanager
def ordinary_priority() -> Iterator[None]:
    """Afterwards give every thread ordinary scheduling again.

    The encoder libsvtav1, run by root, gives the process real-time priority, and every process that
    it starts later inherits it: on two cores, whatever computes then stops all others.
    """
    try:
        yield
    finally:
        if sys.platform == "linux":
            for thread in Path("/proc/self/task").iterdir():
                with suppress(ProcessLookupError):  # it has ended meanwhile
                    os.sched_setscheduler(int(thread.name), os.SCHED_OTHER, os.sched_param(0))


def _rotate(path: Path) -> None:
    """Write a rotation by 90 degrees into the track's matrix, as phones do."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 4 + 4 + 4 + 4 + 4 + 4 + 8 + 8
    one = 1 << 16
    matrix = (0, one, 0, -one, 0, 0, HEIGHT * one, 0, 1 << 30)
    data[at : at + 36] = struct.pack(">9i", *matrix)
    path.write_bytes(data)
