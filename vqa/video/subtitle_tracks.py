"""Decoder of subtitle tracks (PyAV): text as ASS markup, or bitmaps (PGS, DVD, DVB)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from vqa.video.container import is_webp, open_container
from vqa.video.packets import read_packets
from vqa.video.sandbox import sandboxed_iterator
from vqa.video.subtitle_palette import PGS_CODECS, SubtitlePalette
from vqa.video.timeline import read_clock
from vqa.video.wire_format import register

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BITMAP_CODECS = frozenset({*PGS_CODECS, "dvd_subtitle", "dvdsub", "dvb_subtitle", "dvbsub", "xsub"})  # fmt: skip
_MAX_STATED_S = 60.0
_LONGEST_S = 10.0
_MAX_BITMAP_PX = 4096 * 2304
_MAX_CUES = 50_000


@register
@dataclass(frozen=True)
class SubtitleCue:
    """Subtitle from `start_s` to `end_s` seconds: ASS markup or a bitmap.

    Args:
        start_s: start in seconds.
        end_s: end in seconds.
        text: ASS markup; empty for a bitmap.
        bitmap: (h, w, 3) uint8 RGB on black; None for text.
        is_styled: whether the track is ASS, in which braces without a backslash are comments.
    """

    start_s: float
    end_s: float
    text: str = ""
    bitmap: NDArray[np.uint8] | None = None
    is_styled: bool = False


@sandboxed_iterator
def read_subtitles(
    path: Path, *, start_s: float = 0.0, end_s: float | None = None, bitmaps: bool = False
) -> Iterator[SubtitleCue]:
    """Stream the cues of the best subtitle track, in file order; nothing without a track.

    Text is preferred to bitmaps, then full to forced subtitles, then the default track, then the
    first. Times are on the file's clock, the same as those of frames, and at least 0. A cue without
    a stated end lasts until the next packet, at most 10 s. At most 50,000 cues of the track are
    read.

    Args:
        path: the video file.
        start_s: time in seconds; cues that end then or earlier are left out.
        end_s: time in seconds; the stream ends at the first cue that starts then or later. None
            means the end of the file.
        bitmaps: whether to decode a bitmap track if there is no text track.

    Raises:
        VideoError: the file cannot be opened.
    """
    if is_webp(path):
        return
    with open_container(path) as container:
        stream = _best_track(container, bitmaps=bitmaps)
        if stream is None:
            return
        clock_s = read_clock(container, path).origin_s
        for number, cue in enumerate(_cues(container, stream)):
            shifted_cue = replace(cue, start_s=cue.start_s - clock_s, end_s=cue.end_s - clock_s)
            if number >= _MAX_CUES or (end_s is not None and shifted_cue.start_s >= end_s):
                return
            if shifted_cue.end_s > start_s:
                yield replace(shifted_cue, start_s=max(0.0, shifted_cue.start_s))


@sandboxed_iterator
def subtitle_codecs(path: Path) -> Iterator[str]:
    """Yield FFmpeg's codec name of each subtitle track of a file, in file order.

    It is `unknown` for a track whose codec FFmpeg does not know.

    Raises:
        VideoError: the file cannot be opened.
    """
    if is_webp(path):
        return
    with open_container(path) as container:
        for stream in container.streams.subtitles:
            yield stream.codec_context.name if stream.codec_context is not None else "unknown"


def is_bitmap_codec(codec: str) -> bool:
    """Whether a subtitle codec (FFmpeg's name) stores images of text: PGS, DVD, DVB or XSUB."""
    return codec in _BITMAP_CODECS


def _best_track(container: Any, *, bitmaps: bool) -> Any:
    """Return the subtitle stream to decode, or None without one.

    Text comes before bitmaps, full subtitles before forced ones, then the default track, then the
    first.

    Args:
        container: an open `av` container.
        bitmaps: whether bitmap tracks may be chosen.
    """
    streams = [
        stream
        for stream in container.streams.subtitles
        if stream.codec_context is not None
        and (bitmaps or not is_bitmap_codec(stream.codec_context.name))
    ]
    disposition = av.stream.Disposition

    def rank(stream: Any) -> tuple[bool, bool, bool, int]:
        flags = stream.disposition
        return (
            is_bitmap_codec(stream.codec_context.name),
            bool(flags & disposition.forced),
            not flags & disposition.default,
            stream.index,
        )

    return min(streams, key=rank, default=None)


def _cues(container: Any, stream: Any) -> Iterator[SubtitleCue]:
    """Yield cues with times on the container's clock.

    A bitmap, and a text without an end, lasts until the next packet at most; 10 s if no end is
    stated.
    """
    is_styled = stream.codec_context.name in ("ass", "ssa")
    open_cues: list[SubtitleCue] = []
    context = stream.codec_context
    palette = SubtitlePalette(context.name, bytes(context.extradata or b""))
    for packet in read_packets(container, [stream]):
        if packet.pts is None or packet.time_base is None:
            continue
        start_s = float(packet.pts * packet.time_base)
        palette.update(bytes(packet))
        ended_cues = [cue for cue in open_cues if cue.start_s < start_s]
        yield from (replace(cue, end_s=min(start_s, cue.end_s)) for cue in ended_cues)
        open_cues = [cue for cue in open_cues if cue.start_s >= start_s]
        for cue, has_end in _decode(packet, start_s, palette, is_styled=is_styled):
            if has_end and cue.bitmap is None:
                yield cue
            else:
                open_cues.append(cue)
    yield from open_cues


def _decode(
    packet: Any, start_s: float, palette: SubtitlePalette, *, is_styled: bool
) -> Iterator[tuple[SubtitleCue, bool]]:
    """Yield (cue, whether its end is stated) of a packet; nothing for a damaged one."""
    try:
        subtitles = packet.stream.codec_context.decode2(packet)
    except av.FFmpegError:
        return
    if subtitles is None:
        return
    # Muxers and encoders write 2**32 - 1 ms, or its lower bits, where there is no end.
    durations_s = (
        float((packet.duration or 0) * packet.time_base),
        subtitles.end_display_time / 1000,
    )
    duration_s = next((s for s in durations_s if 0 < s <= _MAX_STATED_S), 0.0)
    end_s = start_s + (duration_s or _LONGEST_S)
    for subtitle in subtitles:
        cue = SubtitleCue(start_s, end_s, is_styled=is_styled)
        if subtitle.type == b"bitmap":
            bitmap = _bitmap(subtitle, palette)
            if bitmap is not None:
                yield replace(cue, bitmap=bitmap), duration_s > 0
        else:
            event = bytes(getattr(subtitle, "ass", b"")).decode("utf-8", "replace")
            text = event.split(",", 8)[-1]
            if text.strip():
                yield replace(cue, text=text), duration_s > 0


def _bitmap(subtitle: Any, palette: SubtitlePalette) -> NDArray[np.uint8] | None:
    """Return a bitmap subtitle as (h, w, 3) uint8 RGB on black; None if empty or too large.

    Args:
        subtitle: PyAV's bitmap subtitle; its pixels are palette indices.
        palette: palette of the track.
    """
    width, height = subtitle.width, subtitle.height
    if not 0 < width * height <= _MAX_BITMAP_PX or not subtitle.planes:
        return None
    indices = np.frombuffer(subtitle.planes[0], np.uint8)
    if len(indices) < width * height:
        return None
    indices = indices[: width * height].reshape(height, width)
    return np.repeat(palette.luminance(indices)[indices][:, :, None], 3, axis=2)
