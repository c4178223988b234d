"""Packets of an open file in file order, also where they are damaged or where files were joined."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av

from vqa.video.file_parts import FileSlice

_MAX_DEMUX_ERRORS = 20_000
_MAX_PRIMING_S = 0.2
_TOLERANCE_S = 1e-3
_MAX_GAP_S = 1.0
_MAX_JUMP_FORWARD_S, _MAX_JUMP_BACK_S = 10.0, 1.0
_MEDIA = ("video", "audio")


def read_packets(container: Any, streams: list[Any]) -> Iterator[Any]:
    """Yield the non-empty packets of some tracks in file order; continue after damaged data.

    The iteration starts at the container's position and ends at the end of the file, or after
    20,000 successive demuxer errors.
    """
    errors = 0
    while errors < _MAX_DEMUX_ERRORS:
        try:
            for packet in container.demux(*streams):
                if packet.size:
                    errors = 0
                    yield packet
            return
        except av.EOFError:
            return
        except (av.FFmpegError, IndexError):
            # IndexError: PyAV does not know a track that begins in the middle of the file.
            errors += 1


def decoder_of(container: Any, stream: Any) -> Any:
    """Return the codec context that decodes the packet of a track that was read last.

    In a joined file, it is that of the current part; None if the part lacks the track.
    """
    if isinstance(container, JoinedContainer):
        return container.decoder(stream)
    return stream.codec_context


def position_of(container: Any, packet: Any) -> int:
    """Return the byte position in the file of the packet that was read last; -1 if unknown."""
    if packet.pos is None:
        return -1
    start = container.part_start if isinstance(container, JoinedContainer) else 0
    return int(packet.pos) + start


class JumpCorrection:
    """Correction of timestamps that jump where streams were concatenated, to keep them continuous.

    A jump is a step of over 10 s forward or 1 s back from the end of the packet before. Each track
    counts its own jumps. The track that meets the n-th jump first sets the shift for all of them,
    so that they stay synchronous although packets from both sides of a jump are interleaved.

    Args:
        shifts_s: shift in seconds after each jump, if already known. The attribute of this name
            begins with 0, the shift before the first jump, and grows with each new jump.
    """

    def __init__(self, shifts_s: Sequence[float] = ()) -> None:
        self.shifts_s = [0.0, *shifts_s]
        self._jumps: dict[int, int] = {}
        self._ends_s: dict[int, float] = {}

    def shift_s(self, stream_index: int, decode_s: float, duration_s: float) -> float:
        """Return the shift in seconds to add to the timestamps of a track's next packet.

        Args:
            stream_index: index of the track.
            decode_s: decode timestamp of the packet, in seconds; call once per packet, in file
                order.
            duration_s: duration of the packet.
        """
        jumps = self._jumps.get(stream_index, 0)
        end_s = self._ends_s.get(stream_index)
        shift = self.shifts_s[jumps]
        if (
            end_s is not None
            and not -_MAX_JUMP_BACK_S <= decode_s + shift - end_s <= _MAX_JUMP_FORWARD_S
        ):
            jumps += 1
            if jumps == len(self.shifts_s):
                self.shifts_s.append(end_s - decode_s)
            shift = self.shifts_s[jumps]
            self._jumps[stream_index] = jumps
        self._ends_s[stream_index] = decode_s + shift + duration_s
        return shift


@dataclass(frozen=True)
class _Part:
    """One of the files that a file was joined from.

    Args:
        start: position of its first byte.
        end: position after its last byte.
        start_s: first timestamp of its video and audio tracks, in seconds.
        end_s: end of its last packet, in seconds.
        shift_s: seconds to add to its timestamps, so that it begins where the part before ends.
    """

    start: int
    end: int
    start_s: float
    end_s: float
    shift_s: float


class JoinedContainer:
    """Files that were joined byte by byte, opened one after the other, as one `av` container.

    The tracks are those of the first part. The packets of the n-th track of each media type of
    later parts belong to the n-th one of the first, with timestamps that continue; their codec
    parameters may differ, see `decoder_of`. Parts that cannot be opened are left out; `is_complete`
    is then False. `duration` is None. Other attributes are those of the first part.

    Args:
        path: the file.
        ranges: byte ranges of the parts.
        open_part: opens a part as an `av` container.

    Raises:
        av.FFmpegError: no part can be opened.
    """

    duration = None

    def __init__(
        self,
        path: Path,
        ranges: Sequence[tuple[int, int]],
        open_part: Callable[[FileSlice], Any],
    ) -> None:
        self._path, self._open_part = path, open_part
        stat = path.stat()
        self._parts = _measure(path.absolute(), tuple(ranges), open_part, stat.st_mtime_ns)
        self.is_complete = len(self._parts) == len(ranges)
        self._slices: dict[int, FileSlice] = {}
        self._first = self._current = self._open(0)
        self._number = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._first, name)

    def __enter__(self) -> JoinedContainer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def num_parts(self) -> int:
        """Number of parts that can be opened."""
        return len(self._parts)

    @property
    def part_start(self) -> int:
        """Position in the file, in bytes, of the first byte of the part that is read now."""
        return self._parts[self._number].start

    def close(self) -> None:
        """Close the open parts and their files."""
        self._close_current()
        self._first.close()
        for file in self._slices.values():
            file.close()

    def decoder(self, stream: Any) -> Any:
        """Return the codec context of a track in the current part; None if it lacks the track."""
        track = self._counterpart(stream)
        return None if track is None else track.codec_context

    def demux(self, *streams: Any) -> Iterator[Any]:
        """Yield the packets of some tracks, from the current position through all later parts.

        Args:
            *streams: tracks of the first part; parts that lack them are skipped.
        """
        while True:
            own = {s.index: t for t in streams if (s := self._counterpart(t)) is not None}
            if own:
                tracks = [self._current.streams[index] for index in own]
                try:
                    for packet in self._current.demux(*tracks):
                        if packet.size:
                            self._adopt(packet, own[packet.stream.index])
                            yield packet
                except av.EOFError:
                    pass
            if self._number + 1 == len(self._parts):
                return
            self._enter(self._number + 1)

    def seek(self, offset: int, *, stream: Any = None) -> None:
        """Move to the keyframe at or before a timestamp; see `av.container.InputContainer.seek`.

        Args:
            offset: continuous timestamp, in ticks of the track's time base, or in microseconds.
            stream: track of the first part; None takes any track.
        """
        base = Fraction(1, av.time_base) if stream is None else stream.time_base
        starts_s = [part.start_s + part.shift_s - _TOLERANCE_S for part in self._parts]
        number = max(0, bisect_right(starts_s, float(offset * base)) - 1)
        self._enter(number)
        own = None if stream is None else self._counterpart(stream)
        own_base = Fraction(1, av.time_base) if own is None else own.time_base
        local = offset * base - Fraction(self._parts[number].shift_s)
        self._current.seek(round(local / own_base), stream=own)

    def _open(self, number: int) -> Any:
        part = self._parts[number]
        self._slices[number] = FileSlice(self._path, part.start, part.end)
        return self._open_part(self._slices[number])

    def _enter(self, number: int) -> None:
        """Make a part the current one; at most the first part and this one are open."""
        if number != self._number:
            self._close_current()
            self._current = self._first if number == 0 else self._open(number)
            self._number = number
            for stream in self._first.streams:
                own = self._counterpart(stream)
                if own is not None and own is not stream and own.codec_context is not None:
                    _configure_like(own.codec_context, stream.codec_context)
        for stream in self._current.streams:
            if stream.codec_context is not None and stream.type in _MEDIA:
                stream.codec_context.flush_buffers()

    def _close_current(self) -> None:
        if self._current is not self._first:
            self._current.close()
            self._slices.pop(self._number).close()

    def _counterpart(self, stream: Any) -> Any | None:
        """Return the current part's track that continues a track of the first part, or None."""
        if self._current is self._first:
            return stream
        place = [s.index for s in self._first.streams if s.type == stream.type].index(stream.index)
        tracks = [s for s in self._current.streams if s.type == stream.type]
        return tracks[place] if place < len(tracks) else None

    def _adopt(self, packet: Any, stream: Any) -> None:
        """Move a packet of the current part to a track of the first part, with its timestamps."""
        if self._current is self._first:
            return
        scale = packet.time_base / stream.time_base
        shift = round(self._parts[self._number].shift_s / float(stream.time_base))
        packet.pts = None if packet.pts is None else round(packet.pts * scale) + shift
        packet.dts = None if packet.dts is None else round(packet.dts * scale) + shift
        packet.duration = round((packet.duration or 0) * scale)
        packet.stream, packet.time_base = stream, stream.time_base


def _configure_like(context: Any, model: Any) -> None:
    """Give a codec context that is not open yet the options and threads of another one."""
    if model is not None and context.type == "video":
        context.options = model.options
        context.thread_count, context.thread_type = model.thread_count, model.thread_type


@lru_cache(maxsize=16)
def _measure(
    path: Path,
    ranges: tuple[tuple[int, int], ...],
    open_part: Callable[[FileSlice], Any],
    modified_ns: int,
) -> tuple[_Part, ...]:
    """Return the parts that can be opened, measured by their packets.

    Raises:
        av.FFmpegError: no part can be opened.
    """
    del modified_ns  # a part of the key of the cache
    parts: list[_Part] = []
    failure: av.FFmpegError | None = None
    for start, end in ranges:
        try:
            with FileSlice(path, start, end) as file, open_part(file) as container:
                times = _measure_part(container)
        except av.FFmpegError as error:
            failure = error
            continue
        if times is not None:
            last_s = parts[-1].end_s + parts[-1].shift_s if parts else times[0]
            parts.append(_Part(start, end, *times, shift_s=last_s - times[0]))
    if not parts:
        raise failure or av.InvalidDataError(-1, "no packets", str(path))
    return tuple(parts)


def _measure_part(container: Any) -> tuple[float, float] | None:
    """Return (first timestamp, end of the last packet) in seconds; None without packets.

    The priming samples of audio codecs, up to 0.2 s before 0, do not count.
    """
    streams = [s for s in container.streams if s.type in _MEDIA and s.codec_context is not None]
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    stamps: dict[int, float] = {}
    for packet in read_packets(container, streams) if streams else ():
        index, base = packet.stream.index, float(packet.time_base)
        stamp = packet.pts if packet.pts is not None else packet.dts
        start_s = ends.get(index, 0.0) if stamp is None else stamp * base
        starts[index] = min(starts.get(index, start_s), start_s)
        # Flash states no durations.
        gap_s = min(_MAX_GAP_S, max(0.0, start_s - stamps.get(index, start_s)))
        length_s = (packet.duration or 0) * base or gap_s
        ends[index] = max(ends.get(index, start_s), start_s + length_s)
        stamps[index] = start_s
    if not starts:
        return None
    first_s = min(starts.values())
    return 0.0 if -_MAX_PRIMING_S < first_s < 0 else first_s, max(ends.values())
