"""PyAV decoder: container headers, key-frame seeking, and codecs that OpenCV cannot decode.

PyAV's errors become VideoErrors here. Times count from the stream's first frame, as in the OpenCV decoder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from vqa.errors import VideoHasNoPicture, VideoUnreadable
from vqa.video.image import DecodedFrame, scaled_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_SIDE_PX = 16384
_MAX_FPS = 1000
_MAX_DURATION_S = 30 * 24 * 3600


@dataclass(frozen=True)
class Header:
    """What the container says, nonsense taken out; None is unknown. Sizes are those of the upright picture."""

    width: int
    height: int
    duration_s: float | None
    num_frames: int | None
    fps: float | None
    codec: str
    has_audio: bool


def read_header(path: Path) -> Header:
    """Read the container's header, and one frame for the rotation.

    Raises:
        VideoUnreadable: no video container, a single picture, or a size that cannot be.
        VideoHasNoPicture: sound or data alone.
    """
    with open_container(path) as container:
        if container.format.name.endswith("_pipe") or container.format.name in ("image2", "tty"):
            raise VideoUnreadable(
                f"{path.name} is not a video but a file of another kind ({container.format.name}).",
                cure="Choose a video file, such as .mp4, .mov, .webm or .mkv.",
            )
        stream = find_video_stream(container, path)
        context = stream.codec_context
        rate = float(stream.average_rate) if stream.average_rate else None
        duration = None
        if stream.duration is not None and stream.time_base is not None:
            duration = float(stream.duration * stream.time_base)
        elif container.duration is not None:
            duration = container.duration / av.time_base
        width, height = context.width, context.height
        if not (0 < width <= _MAX_SIDE_PX and 0 < height <= _MAX_SIDE_PX):
            raise VideoUnreadable(
                f"{path.name} states a picture of {width} by {height} pixels.",
                cure="The file is damaged or no video; export it again from where it was made.",
            )
        first = next(decode_packets(container, stream), None)
        if first is not None and first.rotation % 180:
            width, height = height, width
        return Header(
            width=width,
            height=height,
            duration_s=duration if duration and 0 < duration <= _MAX_DURATION_S else None,
            num_frames=stream.frames if 0 < stream.frames < 10**9 else None,
            fps=rate if rate and 0 < rate <= _MAX_FPS else None,
            codec=context.name,
            has_audio=bool(container.streams.audio),
        )


def measure_duration(path: Path) -> float | None:
    """The length of a file whose header does not tell, from its packets' times; nothing is decoded."""
    with open_container(path) as container:
        stream = find_video_stream(container, path)
        base = stream.time_base
        first, last = None, None
        try:
            for packet in container.demux(stream):
                if packet.pts is None or base is None:
                    continue
                begin = float(packet.pts * base)
                end = begin + float((packet.duration or 0) * base)
                first = begin if first is None else min(first, begin)
                last = end if last is None else max(last, end)
        except av.FFmpegError:
            pass  # what was seen before the damage tells the length that is left
        return None if first is None or last is None else last - first


def decode_frames(path: Path) -> Iterator[DecodedFrame]:
    """Every frame from the start on, up to the end or to where the file is damaged."""
    with open_container(path) as container:
        stream = find_video_stream(container, path)
        stream.thread_type = "AUTO"
        begin: float | None = None
        for index, frame in enumerate(decode_packets(container, stream)):
            time_s = frame.time if frame.time is not None else float(index)
            begin = time_s if begin is None else begin
            yield DecodedFrame(index, max(0.0, time_s - begin), _picture_of(frame))


def decode_key_frames(
    path: Path, times_s: list[float], fps: float | None
) -> Iterator[DecodedFrame]:
    """For each time the last key frame before it, found by seeking; each is given once, in rising order.

    Their times are their own, not those asked for. The index is told from the time and the frame rate.
    """
    with open_container(path) as container:
        stream = find_video_stream(container, path)
        stream.codec_context.skip_frame = "NONKEY"
        given = -1.0
        for target in times_s:
            frame, time_s = _after_seek(container, stream, target, exact=False)
            if frame is None:
                return
            if time_s > given:
                given = time_s
                yield DecodedFrame(round(time_s * (fps or 1.0)), time_s, _picture_of(frame))


def decode_frames_at(path: Path, times_s: list[float], fps: float | None) -> Iterator[DecodedFrame]:
    """For each time the first frame from it on: seeks the key frame before it and decodes on to it."""
    with open_container(path) as container:
        stream = find_video_stream(container, path)
        stream.thread_type = "AUTO"
        given = -1.0
        for target in times_s:
            frame, time_s = _after_seek(container, stream, target, exact=True)
            if frame is not None and time_s > given:
                given = time_s
                yield DecodedFrame(round(time_s * (fps or 1.0)), time_s, _picture_of(frame))


def _after_seek(container: Any, stream: Any, target_s: float, *, exact: bool) -> tuple[Any, float]:
    """The frame a seek to a time lands on, or with `exact` the first one from that time on; None past the end."""
    base = stream.time_base
    begin = float((stream.start_time or 0) * base)
    try:
        container.seek(int((target_s + begin) / float(base)), stream=stream)
        for frame in container.decode(stream):
            time_s = max(0.0, (frame.time or 0.0) - begin)
            if not exact or time_s >= target_s:
                return frame, time_s
    except av.FFmpegError:
        pass  # nothing can be decoded from here on
    return None, 0.0


@contextmanager
def open_container(path: Path) -> Iterator[Any]:
    """Open a file as an av container; an FFmpeg error becomes VideoUnreadable."""
    try:
        container = av.open(str(path))
    except av.FFmpegError as error:
        raise VideoUnreadable(
            f"{path.name} cannot be opened as a video ({error.strerror}).",
            cure="The file may be incomplete or of another kind; download or export it again.",
        ) from error
    with container:
        yield container


def find_video_stream(container: Any, path: Path) -> Any:
    """First video track that is no cover art, or VideoHasNoPicture."""
    streams = [s for s in container.streams.video if not is_cover(s)]
    if not streams:
        raise VideoHasNoPicture(
            f"{path.name} has no picture, only sound or data.",
            cure="Choose a file with a video track.",
        )
    return streams[0]


def is_cover(stream: Any) -> bool:
    """Whether this is the cover of a piece of music rather than a video."""
    return bool(int(stream.disposition) & 0x400)


def decode_packets(container: Any, stream: Any) -> Iterator[Any]:
    """Decoded frames up to the end, or to where decoding fails."""
    try:
        yield from container.decode(stream)
    except av.FFmpegError:
        return


def _picture_of(frame: Any) -> Any:
    """The frame's picture on demand."""

    def rgb(short_side_px: int) -> NDArray[np.uint8]:
        width, height = scaled_size(frame.width, frame.height, short_side_px)
        picture = frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA")
        turns = round(frame.rotation / 90) % 4
        return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture

    return rgb
