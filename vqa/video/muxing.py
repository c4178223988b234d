"""Muxing of output files into chunks, because a worker may not write files.

The chunks cross the process boundary. A muxer goes back to fill in sizes; each chunk therefore has
its offset in the file.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from vqa.errors import SettingError
from vqa.types import TimedText
from vqa.video.wire_format import register

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_CHUNK_BYTES = 1 << 20
_TICKS_PER_S = 1000
# The header that text encoders and the MP4 muxer expect: one style.
_ASS_HEADER = (
    b"[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, "
    b"SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, "
    b"BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
    b"Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1\n\n[Events]\n"
    b"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


@dataclass(frozen=True, kw_only=True)
class OutputFormat:
    """Container format of an output file, and the encoders for it.

    Args:
        muxer: FFmpeg's name of the container format.
        video: FFmpeg's name of the encoder of frames.
        audio: FFmpeg's name of the encoder of sound.
        subtitles: FFmpeg's name of the codec of subtitle tracks.
    """

    muxer: str
    video: str
    audio: str
    subtitles: str


OUTPUT_FORMATS = {
    ".mp4": OutputFormat(muxer="mp4", video="libx264", audio="aac", subtitles="mov_text"),
    ".mov": OutputFormat(muxer="mov", video="libx264", audio="aac", subtitles="mov_text"),
    ".mkv": OutputFormat(muxer="matroska", video="libx264", audio="aac", subtitles="subrip"),
    ".webm": OutputFormat(muxer="webm", video="libvpx-vp9", audio="libopus", subtitles="webvtt"),
}
"""The formats in which output files are written, by suffix."""


@register
@dataclass(frozen=True)
class FileChunk:
    """Bytes of an output file, (N,) uint8, from byte `offset` on.

    A later chunk may overwrite them.
    """

    offset: int
    data: NDArray[np.uint8]


def preview_suffix() -> str:
    """Return the suffix of previews for browsers: `.mp4` with the encoder libx264, else `.webm`.

    It is checked whether the FFmpeg of PyAV has libx264; other H.264 encoders do not count.
    """
    has_encoder = OUTPUT_FORMATS[".mp4"].video in av.codecs_available
    return ".mp4" if has_encoder else ".webm"


def output_format(suffix: str) -> OutputFormat:
    """Return the output format of a file suffix, such as `.mp4`, in upper or lower case.

    Raises:
        SettingError: the suffix is no key of `OUTPUT_FORMATS`.
    """
    if suffix.lower() not in OUTPUT_FORMATS:
        raise SettingError(
            f"A video cannot be written as {suffix or 'a file without an ending'}.",
            cure=f"Let the name end in one of {', '.join(OUTPUT_FORMATS)}.",
        )
    return OUTPUT_FORMATS[suffix.lower()]


class ChunkBuffer(io.RawIOBase):
    """File object for a muxer that collects what is written as chunks."""

    def __init__(self) -> None:
        super().__init__()
        self._position = self._end = 0
        self._pending: list[tuple[int, bytes]] = []

    def write(self, data: Any) -> int:
        """Collect bytes at the current position and return their number."""
        piece = bytes(data)
        self._pending.append((self._position, piece))
        self._position += len(piece)
        self._end = max(self._end, self._position)
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the position, as `io.IOBase.seek`, and return it."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._end}
        self._position = origin[whence] + offset
        return self._position

    def seekable(self) -> bool:
        """Whether the position can be moved: always."""
        return True

    def writable(self) -> bool:
        """Whether bytes can be written: always."""
        return True

    def chunks(self) -> Iterator[FileChunk]:
        """Yield the bytes written since the last call as chunks, in the order of writing.

        Adjoining writes are joined until a chunk has at least 1 MiB; a write elsewhere in the file
        starts a new chunk. Write each chunk at its `offset`: it may overwrite an earlier one. The
        buffer is emptied when the iteration starts.
        """
        pending, self._pending = self._pending, []
        start, pieces, size = 0, list[bytes](), 0
        for offset, data in pending:
            if pieces and (offset != start + size or size >= _MAX_CHUNK_BYTES):
                yield FileChunk(start, np.frombuffer(b"".join(pieces), np.uint8))
                pieces, size = [], 0
            if not pieces:
                start = offset
            pieces.append(data)
            size += len(data)
        if pieces:
            yield FileChunk(start, np.frombuffer(b"".join(pieces), np.uint8))


def open_output(buffer: ChunkBuffer, form: OutputFormat) -> Any:
    """Open an `av` container that writes into the buffer; closing it writes the end of the file."""
    return av.open(buffer, "w", format=form.muxer)


def add_subtitle_track(container: Any, form: OutputFormat) -> Any:
    """Add a track of text subtitles to an output container, before its first packet; return it."""
    track = container.add_stream(form.subtitles)
    track.time_base = Fraction(1, _TICKS_PER_S)
    track.codec_context.subtitle_header = _ASS_HEADER
    return track


def subtitle_packets(
    track: Any, lines: Iterable[TimedText], form: OutputFormat
) -> Iterator[tuple[float, Any]]:
    """Yield (start in seconds, packet) of each line of timed text, in order.

    The packets are made here because PyAV has no text subtitle encoder.
    """
    for line in lines:
        data = line.text.encode()
        if form.subtitles == "mov_text":
            data = struct.pack(">H", len(data)) + data
        packet = av.Packet(data)
        packet.stream, packet.time_base = track, Fraction(1, _TICKS_PER_S)
        packet.pts = packet.dts = round(line.start_s * _TICKS_PER_S)
        packet.duration = max(1, round((line.end_s - line.start_s) * _TICKS_PER_S))
        yield line.start_s, packet


def shift_lines(
    lines: Sequence[TimedText], start_s: float, end_s: float, output_s: float
) -> list[TimedText]:
    """Return the lines of a time range, clipped to it, with times of the output, in their order.

    Lines outside of the range and blank ones are left out; the result may be empty.

    Args:
        lines: timed text of the source, in order of time.
        start_s: start of the range in the source, in seconds.
        end_s: end of the range in the source, in seconds, exclusive.
        output_s: time of the range's start in the output, in seconds.
    """
    return [
        TimedText(
            start_s=max(line.start_s, start_s) - start_s + output_s,
            end_s=min(line.end_s, end_s) - start_s + output_s,
            text=line.text,
            source=line.source,
        )
        for line in lines
        if line.start_s < end_s and line.end_s > start_s and line.text.strip()
    ]


def write_chunks(file: Path, chunks: Iterable[FileChunk]) -> None:
    """Write chunks into a file in their order, each at its offset; an existing file is replaced.

    Raises:
        OSError: the file cannot be written; what was written stays.
    """
    with file.open("wb") as stream:
        for chunk in chunks:
            stream.seek(chunk.offset)
            stream.write(chunk.data.data)
