"""Decoding speed of `read_clip` on generated videos, compared with PyAV's keyframes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from vqa.evaluation.synthetic_video import write_long_footage
from vqa.evaluation.timing import Measurement
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip

NUM_KEY_FRAMES = 32


@dataclass(frozen=True, kw_only=True)
class VideoSize:
    """Duration in seconds, width and height in pixels, and codec of a generated video."""

    seconds: int
    width: int
    height: int
    codec: str = "H.264"

    def __str__(self) -> str:
        """Return a text such as `3 min 1080p`, for another codec than H.264 `10 s 720p AV1`."""
        length = f"{self.seconds // 60} min" if self.seconds >= 60 else f"{self.seconds} s"
        codec = "" if self.codec == "H.264" else f" {self.codec}"
        return f"{length} {self.height}p{codec}"


VIDEOS = (
    VideoSize(seconds=60, width=1280, height=720),
    VideoSize(seconds=180, width=1920, height=1080),
    VideoSize(seconds=600, width=1280, height=720),
    VideoSize(seconds=3600, width=1280, height=720),
    *(
        VideoSize(seconds=60, width=1280, height=720, codec=codec)
        for codec in ("HEVC", "VP9", "AV1")
    ),
)
QUICK_VIDEOS = (
    VideoSize(seconds=10, width=640, height=360),
    VideoSize(seconds=20, width=1280, height=720),
)


def read_key_frames(path: Path, num_frames: int = NUM_KEY_FRAMES) -> list[NDArray[np.uint8]]:
    """Decode evenly spaced keyframes with PyAV alone, the fastest way to sample a video.

    Args:
        path: the video file.
        num_frames: number of keyframes; a keyframe is repeated if the video has fewer.

    Returns:
        `num_frames` frames, (H, W, 3) uint8 RGB in full size, in order of time.
    """
    frames = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        stream.thread_type = "AUTO"
        # Matroska and WebM state the duration of the container alone, in microseconds.
        duration, seek_stream = stream.duration, stream
        if duration is None:
            duration, seek_stream = container.duration, None
        for number in range(num_frames):
            container.seek(number * duration // num_frames, stream=seek_stream)
            frame = next(container.decode(stream))
            frames.append(frame.to_ndarray(format="rgb24"))
    return frames


def time_reading(
    plan: SamplingPlan, videos: Sequence[VideoSize], folder: Path, *, runs: int
) -> list[Measurement]:
    """Measure the seconds to sample videos with a plan, and to decode 32 keyframes with PyAV.

    Args:
        plan: sampling plan.
        videos: sizes of the videos; each is generated, measured and deleted in turn.
        folder: existing folder for the video files.
        runs: number of repetitions.

    Returns:
        For each video: seconds of `read_clip`, seconds of PyAV, and the first divided by the
        second; one value per repetition.
    """
    measurements = []
    for video in videos:
        path = folder / "video.mp4"
        write_long_footage(
            path, seconds=video.seconds, width=video.width, height=video.height, codec=video.codec
        )
        ours, key_frames = [], []
        for _ in range(runs):
            ours.append(_seconds(partial(read_clip, path, plan)))
            key_frames.append(_seconds(partial(read_key_frames, path)))
        path.unlink()
        ratios = tuple(a / b for a, b in zip(ours, key_frames, strict=True))
        name = f"read {video}, {plan.num_frames} frames, {plan.strategy}"
        measurements += [
            Measurement(name=name, unit="s", values=tuple(ours)),
            Measurement(
                name=f"  PyAV, {NUM_KEY_FRAMES} key frames of {video}",
                unit="s",
                values=tuple(key_frames),
            ),
            Measurement(name=f"  ratio, {video}", unit="x", values=ratios),
        ]
    return measurements


def _seconds(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
