"""Choice of the video and audio track of a file."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from vqa.errors import VideoHasNoPicture, VideoUnreadable
from vqa.video.container import MAX_FRAME_PIXELS, codec_tag, display_name, open_container
from vqa.video.packets import read_packets

_PACKETS_TO_FIND_MOTION = 400
_COMPARED_PICTURES, _MAX_NOISE = 8, 6  # grey values, 0 to 255


def select_video_stream(container: Any, path: Path) -> Any:
    """Return the `av` video track to decode, of those with a supported codec that are no cover art.

    Of several, tracks with more than one frame are preferred, then those that do not repeat one
    picture, then those marked as default, then the largest frame size, then the first.

    Raises:
        VideoHasNoPicture: there is no video track besides cover art.
        VideoUnreadable: there are video tracks, and none has a supported codec.
    """
    streams = [s for s in container.streams if s.type == "video"]
    decodable = [s for s in streams if s.codec_context is not None]
    if streams and not decodable:
        raise VideoUnreadable(
            f"{display_name(path)} uses a video codec that is not supported ({codec_tag(container, path)}).",
            cure="Convert it to H.264 (.mp4), for example with HandBrake or ffmpeg.",
        )
    pictures = [s for s in decodable if not _is_cover(s)]
    if not pictures:
        raise VideoHasNoPicture(
            f"{display_name(path)} has no picture, only sound or data.",
            cure="Choose a file with a video track.",
        )
    if len(pictures) == 1:
        return pictures[0]
    moving = _moving_streams(container, pictures) or pictures
    if len(moving) == 1:
        return moving[0]
    stat = path.stat()
    key = (path.absolute(), stat.st_size, stat.st_mtime_ns)
    best = sorted(moving, key=_rank)
    return next((s for s in best if not _repeats_picture(*key, s.index)), best[0])


def select_audio_stream(container: Any) -> Any | None:
    """Return the first default audio track with a supported codec, else the first, or None."""
    streams = [s for s in container.streams if s.type == "audio" and s.codec_context is not None]
    default = [s for s in streams if int(s.disposition) & 1] or streams
    return default[0] if default else None


def _rank(stream: Any) -> tuple[bool, int, int]:
    """Return the sort key of a video track: default ones come first, then larger ones."""
    area = stream.codec_context.width * stream.codec_context.height
    return not int(stream.disposition) & 1, -area, stream.index


def _is_cover(stream: Any) -> bool:
    """Whether a track is cover art or thumbnails (disposition attached_pic or timed_thumbnails)."""
    return bool(int(stream.disposition) & (0x400 | 0x800))


def _moving_streams(container: Any, streams: list[Any]) -> list[Any]:
    """Return the tracks with more than one frame, according to the index or the first 400 packets.

    These are the packets of all tracks together. They are read only if the index lacks the count of
    a track; then the container is rewound.
    """
    counts = {s.index: _indexed_frames(s) for s in streams}
    if not all(counts.values()):
        counts = dict.fromkeys(counts, 0)
        for number, packet in enumerate(read_packets(container, streams)):
            counts[packet.stream.index] += 1
            if number + 1 >= _PACKETS_TO_FIND_MOTION:
                break
        container.seek(0)
    return [s for s in streams if counts[s.index] > 1]


@lru_cache(maxsize=64)
def _repeats_picture(path: Path, size: int, modified_ns: int, index: int) -> bool:
    """Whether a track shows one picture at eight times across the file, such as a repeated cover.

    False if its length is unknown, or fewer than five of the pictures can be decoded.
    """
    del size, modified_ns  # parts of the key of the cache
    pictures = []
    with suppress(av.FFmpegError, VideoUnreadable), open_container(path) as container:
        stream = container.streams[index]
        stream.codec_context.options = {"max_pixels": str(MAX_FRAME_PIXELS)}
        start, length = container.start_time or 0, container.duration or 0
        for number in range(_COMPARED_PICTURES if length > 0 else 0):
            container.seek(start + number * length // _COMPARED_PICTURES)
            frame = next(container.decode(stream), None)
            if frame is None:
                break  # no key frame after this time
            grey = frame.to_ndarray(format="gray", width=64, height=36, interpolation="AREA")
            pictures.append(grey.astype(np.int16))
    return len(pictures) > _COMPARED_PICTURES // 2 and all(
        int(np.abs(picture - pictures[0]).max()) <= _MAX_NOISE for picture in pictures
    )


def _indexed_frames(stream: Any) -> int:
    """Return the least number of frames of a track that the index of its file proves; 0 for none.

    The index of a Matroska file lists keyframes alone, so one entry does not mean one frame; such
    files state no number of frames. The header of an AVI file states a length in time, which is
    more than one for one picture.
    """
    entries = len(stream.index_entries)
    return min(stream.frames, entries) if stream.frames else max(0, entries - 1)
