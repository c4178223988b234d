"""PyAV: what a file says of itself, key frames of long videos, the codecs OpenCV lacks, and sound; the only home of av.

Errors of the library are renamed here. Times count from the stream's first frame, as OpenCV's do.
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
from vqa.video.decoding import DecodedFrame, shrunk_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_PIXELS_A_SIDE = 16384
_MOST_FPS = 1000
_LONGEST_S = 30 * 24 * 3600
SOUND_RATE = 16_000
_GAP_S = 0.1


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
    with _opened(path) as container:
        if container.format.name.endswith("_pipe") or container.format.name in ("image2", "tty"):
            raise VideoUnreadable(
                f"{path.name} is not a video but a file of another kind ({container.format.name}).",
                cure="Choose a video file, such as .mp4, .mov, .webm or .mkv.",
            )
        stream = _video_stream(container, path)
        context = stream.codec_context
        rate = float(stream.average_rate) if stream.average_rate else None
        duration = None
        if stream.duration is not None and stream.time_base is not None:
            duration = float(stream.duration * stream.time_base)
        elif container.duration is not None:
            duration = container.duration / av.time_base
        width, height = context.width, context.height
        if not (0 < width <= _MOST_PIXELS_A_SIDE and 0 < height <= _MOST_PIXELS_A_SIDE):
            raise VideoUnreadable(
                f"{path.name} states a picture of {width} by {height} pixels.",
                cure="The file is damaged or no video; export it again from where it was made.",
            )
        first = next(_decoded(container, stream), None)
        if first is not None and first.rotation % 180:
            width, height = height, width
        return Header(
            width=width,
            height=height,
            duration_s=duration if duration and 0 < duration <= _LONGEST_S else None,
            num_frames=stream.frames if 0 < stream.frames < 10**9 else None,
            fps=rate if rate and 0 < rate <= _MOST_FPS else None,
            codec=context.name,
            has_audio=bool(container.streams.audio),
        )


def measure_duration(path: Path) -> float | None:
    """The length of a file whose header does not tell, from its packets' times; nothing is decoded."""
    with _opened(path) as container:
        stream = _video_stream(container, path)
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


def frames(path: Path) -> Iterator[DecodedFrame]:
    """Every frame from the start on, up to the end or to where the file is damaged."""
    with _opened(path) as container:
        stream = _video_stream(container, path)
        stream.thread_type = "AUTO"
        begin: float | None = None
        for index, frame in enumerate(_decoded(container, stream)):
            time_s = frame.time if frame.time is not None else float(index)
            begin = time_s if begin is None else begin
            yield DecodedFrame(index, max(0.0, time_s - begin), _picture_of(frame))


def key_frames(path: Path, times_s: list[float], fps: float | None) -> Iterator[DecodedFrame]:
    """For each time the last key frame before it, found by seeking; each is given once, in rising order.

    Their times are their own, not those asked for. The index is told from the time and the frame rate.
    """
    with _opened(path) as container:
        stream = _video_stream(container, path)
        stream.codec_context.skip_frame = "NONKEY"
        given = -1.0
        for target in times_s:
            frame, time_s = _after_seek(container, stream, target, exact=False)
            if frame is None:
                return
            if time_s > given:
                given = time_s
                yield DecodedFrame(round(time_s * (fps or 1.0)), time_s, _picture_of(frame))


def frames_at(path: Path, times_s: list[float], fps: float | None) -> Iterator[DecodedFrame]:
    """For each time the first frame from it on: seeks the key frame before it and decodes on to it."""
    with _opened(path) as container:
        stream = _video_stream(container, path)
        stream.thread_type = "AUTO"
        given = -1.0
        for target in times_s:
            frame, time_s = _after_seek(container, stream, target, exact=True)
            if frame is not None and time_s > given:
                given = time_s
                yield DecodedFrame(round(time_s * (fps or 1.0)), time_s, _picture_of(frame))


@dataclass(frozen=True)
class Sound:
    """A stretch of the sound track: when it begins, and float32 mono samples from -1 to 1, `SOUND_RATE` a second."""

    start_s: float
    samples: NDArray[np.float32]

    @property
    def end_s(self) -> float:
        """When it ends."""
        return self.start_s + len(self.samples) / SOUND_RATE


def read_audio(
    path: Path, *, start_s: float = 0.0, end_s: float | None = None, block_s: float = 60.0
) -> Iterator[Sound]:
    """The sound track in order, a block at a time, so that an hour takes no more memory than a minute.

    Blocks follow each other without a break, except where the track itself has one. Their times are the picture's.
    Nothing comes of a video without a sound track; a damaged one ends where the damage begins.

    Args:
        path: the file.
        start_s: where to begin.
        end_s: where to end; None means the end of the track.
        block_s: the most seconds a block holds.

    Raises:
        VideoUnreadable: the file cannot be opened.
    """
    most = round(block_s * SOUND_RATE)
    pieces: list[NDArray[np.float32]] = []
    held, begins_s = 0, 0.0
    for time_s, piece in _sound_pieces(path, start_s, end_s):
        broken = abs(begins_s + held / SOUND_RATE - time_s) > _GAP_S
        if pieces and (broken or held + len(piece) > most):
            yield Sound(begins_s, np.concatenate(pieces))
            pieces, held = [], 0
        if not pieces:
            begins_s = time_s
        pieces.append(piece)
        held += len(piece)
    if pieces:
        yield Sound(begins_s, np.concatenate(pieces))


def _sound_pieces(
    path: Path, start_s: float, end_s: float | None
) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Decoded pieces of the first sound track between two times, each with the time it begins."""
    with _opened(path) as container:
        if not container.streams.audio:
            return
        stream = container.streams.audio[0]
        pictures = [s for s in container.streams.video if not _is_cover(s)]
        begin = _begin_of(pictures[0]) if pictures else 0.0
        if start_s > 0 and stream.time_base:
            container.seek(int((start_s + begin) / float(stream.time_base)), stream=stream)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE)
        time_s = 0.0
        for frame in _decoded(container, stream):
            time_s = frame.time - begin if frame.time is not None else time_s
            frame.pts = None  # the resampler would fill gaps and complain of steps back
            for part in resampler.resample(frame):
                piece = part.to_ndarray()[0]
                first = max(0, round((start_s - time_s) * SOUND_RATE))
                last = None if end_s is None else round((end_s - time_s) * SOUND_RATE)
                if last is not None and last <= 0:
                    return
                if len(piece[first:last]):
                    yield time_s + first / SOUND_RATE, piece[first:last]
                time_s += len(piece) / SOUND_RATE


def _begin_of(stream: Any) -> float:
    """When a track begins on the file's own clock."""
    return float((stream.start_time or 0) * (stream.time_base or 0))


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
def _opened(path: Path) -> Iterator[Any]:
    try:
        container = av.open(str(path))
    except av.FFmpegError as error:
        raise VideoUnreadable(
            f"{path.name} cannot be opened as a video ({error.strerror}).",
            cure="The file may be incomplete or of another kind; download or export it again.",
        ) from error
    with container:
        yield container


def _video_stream(container: Any, path: Path) -> Any:
    streams = [s for s in container.streams.video if not _is_cover(s)]
    if not streams:
        raise VideoHasNoPicture(
            f"{path.name} has no picture, only sound or data.",
            cure="Choose a file with a video track.",
        )
    return streams[0]


def _is_cover(stream: Any) -> bool:
    """Whether this is the cover of a piece of music rather than a video."""
    return bool(int(stream.disposition) & 0x400)


def _decoded(container: Any, stream: Any) -> Iterator[Any]:
    """Decoded frames up to the end, or to where decoding fails."""
    try:
        yield from container.decode(stream)
    except av.FFmpegError:
        return


def _picture_of(frame: Any) -> Any:
    """The frame's picture on demand."""

    def rgb(short_side_px: int) -> NDArray[np.uint8]:
        width, height = shrunk_size(frame.width, frame.height, short_side_px)
        picture = frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA")
        turns = round(frame.rotation / 90) % 4
        return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture

    return rgb
