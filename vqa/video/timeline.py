"""Timeline of a file: presentation times of its frames in seconds, read from its packets.

Time 0 is the earlier start of the video and audio tracks. Video, audio, captions and players share
this clock.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from vqa.errors import VideoHasNoPicture
from vqa.video.bitstream import (
    FieldPairs,
    H263Clock,
    allows_fields,
    scene_cut_interval,
    size_marker,
    starts_with_intra_slice,
)
from vqa.video.container import FORMATS, Format
from vqa.video.packets import JumpCorrection, position_of, read_packets
from vqa.video.tracks import select_audio_stream, select_video_stream

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_MAX_PRIMING_S = 0.2
_MAX_GAP_S = 0.1
_FALLBACK_FPS, _MAX_FPS = 25.0, 1000.0
_MIN_DAMAGED_S, _MIN_SKIPPED_BYTES = 1.0, 4096
_AVI_CHUNK_HEADER_BYTES = 8
_MIN_INTRA_SHARE = 0.15


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Presentation times of the frames of a video track, on the file's clock in seconds.

    Args:
        origin_s: the container's (shifted) timestamp at time 0.
        shifts_s: shift after each jump of the timestamps.
        times_s: (N,) presentation time of each frame, rising; empty if the packets were not read.
        key_times_s: (K,) presentation times of the keyframes.
        sizes: (N,) compressed size of each frame in bytes, in the order of `times_s`.
        intra_times_s: presentation times of large frames of H.264 and HEVC that are intra-coded,
            but no keyframes: an encoder inserts them where the picture changes.
        max_group_frames: number of frames after which the encoder begins a new group of pictures if
            no scene changes earlier; None if its settings are not stored, or ignore scene changes.
        end_s: time until which the last frame is displayed; None if unknown.
        file_end_s: end of the video and audio tracks, the later one; None if unknown.
        changes_size: whether the frame size may change within the track.
        allows_fields: whether a header within the packets allows interlaced frames.
        first_s: presentation time of the first frame.
        is_ordinal: whether the k-th decoded frame gets the k-th time, because the packets carry no
            presentation timestamps.
        gaps_s: (start, end) of ranges without frames for which damaged bytes were skipped.
        end_byte: position in the file after the last packet; 0 if unknown, or if there are tracks
            whose packets were not read.
    """

    origin_s: float = 0.0
    shifts_s: tuple[float, ...] = ()
    times_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    key_times_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    sizes: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    intra_times_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    max_group_frames: int | None = None
    end_s: float | None = None
    file_end_s: float | None = None
    changes_size: bool = False
    allows_fields: bool = False
    first_s: float = 0.0
    is_ordinal: bool = False
    gaps_s: tuple[tuple[float, float], ...] = ()
    end_byte: int = 0

    @property
    def usual_gap_s(self) -> float:
        """Median time between frames in seconds, at most 0.1.

        Longer gaps are frames that are displayed for long.
        """
        if len(self.times_s) < 2:
            return _MAX_GAP_S
        return float(min(np.median(np.diff(self.times_s)), _MAX_GAP_S))

    def ordinal_time_s(self, number: int) -> float:
        """Return the time in seconds of frame `number` in decoding order; see `is_ordinal`.

        Beyond the last known frame, the usual gap per frame is added.
        """
        num_missing = number - len(self.times_s) + 1
        if num_missing <= 0:
            return float(self.times_s[number])
        return float(self.times_s[-1]) + num_missing * self.usual_gap_s

    def display_end_s(self, index: int) -> float | None:
        """Return the time in seconds at which the next frame replaces frame `index`.

        None if unknown, as always when the packets were not read. Before a damaged range, the usual
        gap between frames is assumed.
        """
        if index + 1 < len(self.times_s):
            start, end = float(self.times_s[index]), float(self.times_s[index + 1])
            return start + self.usual_gap_s if (start, end) in self.gaps_s else end
        return self.end_s if len(self.times_s) else None

    def index_at(self, time_s: float) -> int:
        """Return the index (from 0) of the frame nearest to a presentation time in seconds.

        0 if the packets were not read.
        """
        if not len(self.times_s):
            return 0
        next_index = int(np.searchsorted(self.times_s, time_s))
        neighbors = [i for i in (next_index - 1, next_index) if 0 <= i < len(self.times_s)]
        return min(neighbors, key=lambda i: abs(self.times_s[i] - time_s))


@dataclass
class _TrackTimes:
    """Timestamps and sizes of the packets of one track, in file order; unknown times are NaN."""

    present_s: array[float] = field(default_factory=lambda: array("d"))
    decode_s: array[float] = field(default_factory=lambda: array("d"))
    durations_s: array[float] = field(default_factory=lambda: array("d"))
    is_key: array[int] = field(default_factory=lambda: array("b"))
    is_intra: array[int] = field(default_factory=lambda: array("b"))
    sizes: array[int] = field(default_factory=lambda: array("q"))
    positions: array[int] = field(default_factory=lambda: array("q"))
    size_markers: set[bytes] = field(default_factory=set)
    allows_fields: bool = False
    max_group_frames: int | None = None

    def add_headers(self, codec: str, key_packet: Any) -> None:
        """Read the headers in a keyframe's packet."""
        data = memoryview(key_packet)
        self.size_markers.add(size_marker(codec, key_packet))
        self.allows_fields = self.allows_fields or allows_fields(codec, data)
        if len(self.size_markers) == 1 and self.max_group_frames is None:
            self.max_group_frames = scene_cut_interval(data)


def scan_timeline(container: Any, stream: Any, form: Format) -> Timeline:
    """Return the timeline of the video track `stream` by reading all packets, without decoding.

    The container is at its start before and at its end afterwards. Without packets, it is empty.
    """
    sound_stream = select_audio_stream(container)
    audio = [] if sound_stream is None else [sound_stream]
    tracks = {s.index: _TrackTimes() for s in (stream, *audio)}
    correction, codec = JumpCorrection(), stream.codec_context.name
    has_field_pairs = form.timestamps == "ordinal" and codec == "h264"
    fields = FieldPairs(bytes(stream.codec_context.extradata or b"")) if has_field_pairs else None
    h263_clock = H263Clock() if form.demuxer == "h263" else None
    numbers = _frame_numbers(stream) if form.demuxer == "avi" else {}
    bases = {s.index: float(s.time_base or 0) for s in (stream, *audio)}
    key_size = 0
    for packet in read_packets(container, [stream, *audio]):
        track, base = tracks[packet.stream.index], bases[packet.stream.index]
        if packet.is_discard or (
            fields is not None
            and packet.stream.index == stream.index
            and fields.is_second(memoryview(packet))
        ):
            continue
        duration = (packet.duration or 0) * base
        position = position_of(container, packet)
        is_picture = packet.stream.index == stream.index
        decode_stamp = numbers.get(position, packet.dts) if is_picture else packet.dts
        stamp = packet.dts if packet.dts is not None else packet.pts
        shift = 0.0
        if form.resets and stamp is not None:
            shift = correction.shift_s(packet.stream.index, stamp * base, duration)
        decode_s = np.nan if decode_stamp is None else decode_stamp * base + shift
        if h263_clock is not None:
            # The demuxer assumes 25 frames a second.
            decode_s, duration = h263_clock.time_s(bytes(memoryview(packet)[:8])), 0.0
        track.present_s.append(np.nan if packet.pts is None else packet.pts * base + shift)
        track.decode_s.append(decode_s)
        track.durations_s.append(duration)
        track.sizes.append(packet.size)
        track.positions.append(position)
        if is_picture:
            track.is_key.append(packet.is_keyframe)
            track.is_intra.append(
                packet.size > _MIN_INTRA_SHARE * key_size
                and not packet.is_keyframe
                and starts_with_intra_slice(codec, memoryview(packet))
            )
            if packet.is_keyframe:
                key_size = packet.size
                track.add_headers(codec, packet)
    sound = tracks[audio[0].index] if audio else None
    timeline = _build_timeline(tracks[stream.index], sound, stream, form)
    if len(container.streams) == len(tracks):
        gaps = _damaged_gaps(timeline, tracks[stream.index], sound)
        end_byte = max((_end_byte(track) for track in tracks.values()), default=0)
        timeline = replace(timeline, gaps_s=gaps, end_byte=end_byte)
    return replace(timeline, shifts_s=tuple(correction.shifts_s[1:]))


def _end_byte(track: _TrackTimes) -> int:
    """Return the position in the file after the last packet of a track; 0 without packets."""
    ends = (at + size for at, size in zip(track.positions, track.sizes, strict=True))
    return max(ends, default=0)


def _frame_numbers(stream: Any) -> dict[int, int]:
    """Return the frame timestamps of an AVI file's index, by byte position of the packet.

    FFmpeg numbers the packets that it reads, so that its timestamps are too early after damage.
    """
    return {entry.pos + _AVI_CHUNK_HEADER_BYTES: entry.timestamp for entry in stream.index_entries}


def read_clock(container: Any, path: Path) -> Timeline:
    """Return the timeline of an open file, whose clock its audio and subtitle tracks use too.

    Time 0 is the earlier start of the video and audio tracks; without a video track, it is
    timestamp 0 of the container. The container is at its start before and afterwards.

    Raises:
        VideoUnreadable: no video track has a supported codec.
    """
    form = FORMATS[container.format.name]
    try:
        picture = select_video_stream(container, path)
    except VideoHasNoPicture:
        return Timeline()
    if not form.resets:
        return header_timeline(container, picture, form)
    timeline = scan_timeline(container, picture, form)
    container.seek(0)
    return timeline


def header_timeline(container: Any, stream: Any, form: Format) -> Timeline:
    """Return a timeline with the origin and the end stated by the header; reads no packets."""
    header_s = None if container.duration is None else container.duration / 1e6
    picture_s = 0.0 if form.timestamps == "ordinal" else _start_s(stream)
    sound_stream = select_audio_stream(container)
    origin_s = start_of_clock(picture_s, None if sound_stream is None else _start_s(sound_stream))
    end_s = header_s
    if stream.duration is not None and stream.time_base is not None:
        end_s = picture_s - origin_s + float(stream.duration * stream.time_base)
    return Timeline(
        origin_s=origin_s, end_s=end_s, file_end_s=header_s, first_s=picture_s - origin_s
    )


def _start_s(stream: Any) -> float:
    """Return the start time of a track on the container's clock, in seconds."""
    return float((stream.start_time or 0) * (stream.time_base or 0))


def _build_timeline(
    track: _TrackTimes, sound: _TrackTimes | None, stream: Any, form: Format
) -> Timeline:
    rate = float(stream.guessed_rate or stream.average_rate or _FALLBACK_FPS)
    header = bytes(stream.codec_context.extradata or b"")
    present = np.array(track.present_s)
    is_ordinal = form.timestamps == "ordinal" or np.isnan(present).sum() > len(present) / 10
    if is_ordinal:
        times, order = _ordinal_times(np.array(track.decode_s), rate), np.arange(len(present))
    else:
        order = np.argsort(present, kind="stable")[: int((~np.isnan(present)).sum())]
        times = present[order]
    if not len(times):
        return Timeline()
    sound_times = np.empty(0) if sound is None else np.array(sound.present_s)
    sound_times = sound_times[~np.isnan(sound_times)]
    origin = start_of_clock(float(times[0]), float(sound_times[0]) if len(sound_times) else None)
    times = times - origin
    # MP4 states how long a frame takes in decoding order. Where frames are reordered, the duration of
    # the last one displayed is with the last one decoded.
    longest = -1 if form.demuxer.startswith("mov") else order[-1]
    last = track.durations_s[longest] or (times[-1] - times[-2] if len(times) > 1 else 1 / rate)
    end = file_end = float(times[-1] + last)
    if sound is not None and len(sound_times):
        file_end = max(end, float(sound_times[-1]) + sound.durations_s[-1] - origin)
    return Timeline(
        origin_s=origin,
        times_s=times,
        key_times_s=times[np.array(track.is_key, bool)[order]],
        sizes=np.array(track.sizes, np.int64)[order],
        intra_times_s=times[np.array(track.is_intra, bool)[order]],
        max_group_frames=track.max_group_frames or scene_cut_interval(header),
        end_s=end,
        file_end_s=file_end,
        changes_size=len(track.size_markers - {b""}) > 1,
        allows_fields=track.allows_fields,
        first_s=float(times[0]),
        is_ordinal=bool(is_ordinal),
    )


def _damaged_gaps(
    timeline: Timeline, track: _TrackTimes, sound: _TrackTimes | None
) -> tuple[tuple[float, float], ...]:
    """Return (start, end) in seconds of gaps over 1 s between frames with skipped bytes."""
    times = timeline.times_s
    if len(times) < 2 or min(track.positions) < 0:
        return ()
    gaps = np.diff(times)
    long = np.flatnonzero(gaps > max(_MIN_DAMAGED_S, 5 * float(np.median(gaps))))
    if not len(long):
        return ()
    places = [*zip(track.positions, track.sizes, strict=True)]
    if sound is not None:
        places += zip(sound.positions, sound.sizes, strict=True)
    places.sort()
    min_bytes = min(_MIN_SKIPPED_BYTES, max(_MIN_SKIPPED_BYTES // 8, sum(track.sizes) // 100))
    skipped_ranges = [
        (end, start) for (at, size), (start, _) in pairwise(places)
        if start - (end := at + size) > min_bytes
    ]  # fmt: skip
    order = np.argsort(np.array(track.present_s), kind="stable")  # NaN comes last
    if timeline.is_ordinal:
        order = np.arange(len(times))
    spans = []
    for i in long.tolist():
        # Ogg states the time of a page's last packet: the first one after damage seems to follow the
        # last one before it.
        first = max(0, i - 1)
        previous_position, at, next_position = (
            track.positions[order[n]] for n in (first, i, i + 1)
        )
        if any(at <= start and end <= next_position for start, end in skipped_ranges):
            spans.append((float(times[i]), float(times[i + 1])))
        elif any(previous_position <= start and end <= at for start, end in skipped_ranges):
            spans.append((float(times[first]), float(times[i + 1])))
    return tuple(spans)


def _ordinal_times(decode_s: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    """Return the (N,) times in seconds of the frames, rising from 0: sorted decode timestamps.

    Args:
        decode_s: (N,) decode timestamps in file order; NaN if unknown.
        rate: frame rate in Hz, used if timestamps are missing or repeated, or are numbers of frames
            in place of times.
    """
    is_bad = np.isnan(decode_s).any() or len(np.unique(decode_s)) < len(decode_s)
    if is_bad or (len(decode_s) > 1 and np.ptp(decode_s) < (len(decode_s) - 1) / _MAX_FPS):
        decode_s = np.arange(len(decode_s)) / rate
    times: NDArray[np.float64] = np.sort(decode_s)
    return times - times[0] if len(times) else times


def start_of_clock(picture_start_s: float, sound_start_s: float | None) -> float:
    """Return the container timestamp of time 0 in seconds: the earlier start of video and audio.

    The priming samples of audio codecs, up to 0.2 s before 0, do not count.
    """
    if sound_start_s is None:
        return picture_start_s
    if -_MAX_PRIMING_S < sound_start_s < 0 <= picture_start_s:
        sound_start_s = 0.0
    return min(picture_start_s, sound_start_s)
