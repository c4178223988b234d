"""Cutting without re-encoding: packets are copied, from the keyframe before each range on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from vqa.errors import SettingError, VideoUnreadable
from vqa.types import ProgressCallback, TimedText
from vqa.video.container import FORMATS, display_name, open_container
from vqa.video.muxing import (
    ChunkBuffer,
    FileChunk,
    OutputFormat,
    add_subtitle_track,
    open_output,
    output_format,
    shift_lines,
    subtitle_packets,
)
from vqa.video.packets import JoinedContainer, read_packets
from vqa.video.sandbox import sandboxed_iterator
from vqa.video.timeline import read_clock
from vqa.video.tracks import select_video_stream
from vqa.video.wire_format import register

_BEFORE_KEY_S = 1.0  # sound of the first frames may be stored before their key frame
_TOLERANCE_S = 1e-3


@register
@dataclass(frozen=True)
class PartTimes:
    """Time range of a source video, and its position in the output film; in seconds.

    Args:
        start_s: start in the source; of a copied range, the time of its keyframe.
        end_s: end in the source, exclusive.
        output_s: start in the output.
        hold_s: how long the last frame stands still in the output after the range.
    """

    start_s: float
    end_s: float
    output_s: float
    hold_s: float = 0.0

    @property
    def output_end_s(self) -> float:
        """End in the output, in seconds, `hold_s` included."""
        return self.output_s + self.end_s - self.start_s + self.hold_s


@dataclass(frozen=True)
class _PacketRange:
    """Packets of the video track to copy, with times in ticks of the track's time base.

    Args:
        first: timestamp of the keyframe that the range begins with.
        last: highest timestamp of the packets.
        end: time at which the frame with that timestamp ends.
        stamps: timestamps of the packets in decoding order, at least one.
    """

    first: int
    last: int
    end: int
    stamps: tuple[int, ...]

    @property
    def reorder_delay(self) -> int:
        """The longest time by which a frame must be decoded before frames that are displayed earlier."""
        return max(
            late - stamp for late, stamp in zip(sorted(self.stamps), self.stamps, strict=True)
        )

    def decoding_times(self, delay: int) -> dict[int, int]:
        """Return the decoding time of each packet by its timestamp, rising in decoding order.

        `delay` is at least `reorder_delay`.
        """
        return {
            stamp: early - delay
            for stamp, early in zip(self.stamps, sorted(self.stamps), strict=True)
        }


@sandboxed_iterator
def copy_ranges(
    path: Path,
    ranges: Sequence[tuple[float, float]],
    suffix: str,
    *,
    lines: Sequence[TimedText] = (),
    progress: ProgressCallback | None = None,
) -> Iterator[FileChunk | PartTimes]:
    """Copy time ranges of a video into an output film; yield a `PartTimes` each, then file chunks.

    A range begins at the keyframe at or before its start, because the frames after it refer to it,
    and ends with the last frame that the range needs. All audio tracks are copied with their
    timestamps, so that sound and picture keep their offset.

    Args:
        path: the source video.
        ranges: (start, end) in seconds, end exclusive, in the order of the film; at least one.
        suffix: suffix of the output, a key of `OUTPUT_FORMATS`.
        lines: timed text to add as a subtitle track; none adds no track.
        progress: called with the copied share of the frames, 0 to 1.

    Raises:
        SettingError: the source or the output format does not allow copying, or a range is outside
            the video.
        VideoError: the video cannot be read.
    """
    form = output_format(suffix)
    on_progress = progress or (lambda share: None)
    _check_copyable(path)
    packet_ranges = [_select_packets(path, start_s, end_s) for start_s, end_s in ranges]
    buffer = ChunkBuffer()
    with open_container(path) as source:
        video = select_video_stream(source, path)
        origin_s, base = read_clock(source, path).origin_s, video.time_base
        times, output_s = [], 0.0
        for packets in packet_ranges:
            start_s, end_s = (
                float(ticks * base) - origin_s for ticks in (packets.first, packets.end)
            )
            times.append(PartTimes(start_s, end_s, output_s))
            output_s += end_s - start_s
        yield from times
        with open_output(buffer, form) as output:
            tracks = _add_tracks(source, video, output, form, path)
            if lines:
                track = add_subtitle_track(output, form)
                parts = [
                    x for t in times for x in shift_lines(lines, t.start_s, t.end_s, t.output_s)
                ]
                for _, packet in subtitle_packets(track, parts, form):
                    output.mux(packet)
            num_frames, position = sum(len(packets.stamps) for packets in packet_ranges), 0
            delay = max(packets.reorder_delay for packets in packet_ranges)
            for packets, part in zip(packet_ranges, times, strict=True):
                for packet in _copied_packets(source, video, tracks, packets, part, delay):
                    position += packet.stream.index == tracks[video.index].index
                    output.mux(packet)
                    on_progress(position / num_frames)
                    yield from buffer.chunks()
    yield from buffer.chunks()


def _check_copyable(path: Path) -> None:
    """Check that a video is one file whose container stores timestamps that can be copied.

    Raises:
        SettingError: it is not, or does not.
        VideoError: the file cannot be opened.
    """
    with open_container(path) as container:
        form = FORMATS[container.format.name]
        is_joined = isinstance(container, JoinedContainer)
    if is_joined:
        raise SettingError(
            f"{display_name(path)} cannot be cut without re-encoding: it was joined from several files.",
            cure="Cut it with re-encoding (--exact).",
        )
    if form.timestamps == "ordinal" or form.resets:
        raise SettingError(
            f"{display_name(path)} cannot be cut without re-encoding: its format ({form.demuxer}) has no lasting times.",
            cure="Cut it with re-encoding (--exact).",
        )


def _add_tracks(
    source: Any, video: Any, output: Any, form: OutputFormat, path: Path
) -> dict[int, Any]:
    """Add the video track and all decodable audio tracks to the output.

    Returns:
        The output tracks by the index of their source track.

    Raises:
        SettingError: the output format cannot hold the codec of a track.
    """
    streams = [video, *(s for s in source.streams.audio if s.codec_context is not None)]
    tracks = {}
    for stream in streams:
        name = stream.codec_context.codec.canonical_name
        if name not in output.supported_codecs:
            raise SettingError(
                f"A {form.muxer} file cannot hold {name}, in which {display_name(path)} is encoded.",
                cure="Write a .mkv file, or cut with re-encoding (--exact).",
            )
        # opaque: without it, a codec that has no encoder of the same name cannot be copied
        tracks[stream.index] = output.add_stream_from_template(stream, opaque=True)
    return tracks


def _select_packets(path: Path, start_s: float, end_s: float) -> _PacketRange:
    """Determine the packets of a range: from its keyframe to the last frame that it needs.

    Packets are in decoding order, so that frames before the end may refer to one after it; that one
    and all that are displayed before it are then included.

    Raises:
        SettingError: no frame is displayed in the range.
    """
    with open_container(path) as container:
        stream = select_video_stream(container, path)
        origin_s, base = read_clock(container, path).origin_s, float(stream.time_base)
        start, end = ((time_s + origin_s) / base for time_s in (start_s, end_s))
        tolerance = _TOLERANCE_S / base
        _seek_before(container, stream, start)
        packets: list[tuple[int, bool, int]] = []
        for packet in read_packets(container, [stream]):
            if packet.pts is None:
                continue
            if packet.is_keyframe and packet.pts <= start + tolerance:
                packets = []  # a later key frame before the start
            if packets or packet.is_keyframe:
                if packets and packet.is_keyframe and packet.pts >= end - tolerance:
                    break
                packets.append((packet.pts, packet.is_keyframe, packet.duration or 0))
    places_in_range = [place for place, (pts, _, _) in enumerate(packets) if pts < end - tolerance]
    range_error = SettingError(
        f"{display_name(path)} has no frame between {start_s:.2f} and {end_s:.2f} s.",
        cure="Choose a range inside the video.",
    )
    if not places_in_range:
        raise range_error
    first = packets[0][0]
    place = places_in_range[-1]
    while True:
        last = max(pts for pts, _, _ in packets[: place + 1])
        next_place = max(n for n, (pts, _, _) in enumerate(packets) if pts <= last)
        if next_place == place:
            break
        place = next_place
    range_packets = [(pts, duration) for pts, _, duration in packets[: place + 1] if pts >= first]
    if len(range_packets) > 1:
        stamps = sorted(pts for pts, _ in range_packets)
        gap = stamps[-1] - stamps[-2]
    else:
        gap = round(1 / base / 25)
    duration = next((d for pts, d in range_packets if pts == last and d), gap)
    if last + duration <= start + tolerance:
        raise range_error
    return _PacketRange(first, last, last + duration, tuple(pts for pts, _ in range_packets))


def _copied_packets(
    source: Any,
    video: Any,
    tracks: dict[int, Any],
    packet_range: _PacketRange,
    part: PartTimes,
    delay: int,
) -> Iterator[Any]:
    """Yield the packets of one range, in file order, with output tracks and timestamps.

    Decoding times of the video are computed, as Matroska stores none: they precede the timestamps
    by `delay`, in ticks of the video track, and those of all ranges rise if it is the longest
    `reorder_delay` of them.

    Raises:
        VideoUnreadable: the file ends before the range.
    """
    _seek_before(source, video, packet_range.first - _BEFORE_KEY_S / float(video.time_base))
    streams = [source.streams[index] for index in tracks]
    first_s, end_s = (float(t * video.time_base) for t in (packet_range.first, packet_range.end))
    decoding_times = packet_range.decoding_times(delay)
    has_begun, remaining = False, len(packet_range.stamps)
    open_streams = {s.index for s in streams}
    for packet in read_packets(source, streams):
        stream = packet.stream
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is None or stream.index not in open_streams:
            continue
        if stream.index == video.index:
            has_begun = has_begun or (packet.is_keyframe and packet.pts == packet_range.first)
            if not has_begun or not packet_range.first <= stamp <= packet_range.last:
                continue
            packet.dts = decoding_times.get(stamp, packet.dts)
            remaining -= 1
            if remaining == 0:
                open_streams.discard(video.index)
        else:
            time_s = float(stamp * stream.time_base)
            if time_s >= end_s - _TOLERANCE_S:
                open_streams.discard(stream.index)
            if not first_s - _TOLERANCE_S <= time_s < end_s - _TOLERANCE_S:
                continue
        shift = round((part.output_s - first_s) / float(stream.time_base))
        packet.pts = stamp + shift
        packet.dts = packet.pts if packet.dts is None else packet.dts + shift
        packet.stream = tracks[stream.index]
        yield packet
        if not open_streams:
            return
    if remaining:
        raise VideoUnreadable(
            "The file ended before the range that was to be cut.",
            cure="Check whether it is complete.",
        )


def _seek_before(container: Any, stream: Any, ticks: float) -> None:
    """Move to the keyframe at or before a timestamp; to the start if the format cannot seek.

    The timestamp is in ticks of the track's time base. A failed rewind is ignored.
    """
    if FORMATS[container.format.name].seekable:
        container.seek(max(0, int(ticks)), stream=stream)
    else:
        try:
            container.seek(0)
        except av.FFmpegError:
            return
