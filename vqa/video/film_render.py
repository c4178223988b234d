"""Rendering of output films from videos: exact cuts, several videos, title cards, cross-fades.

All frames are decoded and encoded again; `stream_copy` cuts without that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from vqa.errors import VideoUnreadable
from vqa.types import ProgressCallback
from vqa.video.audio import resample_audio
from vqa.video.container import display_name
from vqa.video.film_parts import FilmPart, clip_to_film, cross_fade_s
from vqa.video.frame import DecodedFrame
from vqa.video.inspection import inspect
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
from vqa.video.opencv import fit_into
from vqa.video.pyav import decode_frames
from vqa.video.sandbox import sandboxed_iterator
from vqa.video.source import Source
from vqa.video.stream_copy import PartTimes
from vqa.video.subtitle_overlay import SubtitleOverlay

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TICKS_PER_S = 90_000
_RATE_HZ, _LAYOUT, _CHANNELS = 48_000, "stereo", 2
_MAX_DEVIATION = 960  # samples, 20 ms
_DEFAULT_FPS = 25.0
_FRAME_DURATION_FLAG = 1 << 8  # AV_CODEC_FLAG_FRAME_DURATION, which PyAV does not name
_TOLERANCE_S = 1e-3
_VIDEO_OPTIONS = {
    "libx264": {"preset": "veryfast", "crf": "20"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "30", "b": "0"},
}
_PREVIEW_OPTIONS = {
    "libx264": {"preset": "ultrafast", "crf": "28", "g": "50"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "40", "b": "0"},
}


@dataclass
class _Frame:
    """Picture of the output, (H, W, 3) uint8 RGB, from `time_s` to `end_s` (output seconds)."""

    rgb: NDArray[np.uint8]
    time_s: float
    end_s: float


@sandboxed_iterator
def render_film(
    name: str,
    parts: Sequence[FilmPart],
    suffix: str,
    *,
    fade_s: float = 0.0,
    short_side_px: int | None = None,
    is_preview: bool = False,
    burn_lines: bool = False,
    progress: ProgressCallback | None = None,
) -> Iterator[FileChunk | PartTimes]:
    """Render an output film; yield first one `PartTimes` per part, then the file as chunks.

    The film has the size of its first part that is a video; other parts are fitted into it. A part
    begins with the frame that is displayed at its start; frames keep their times. Audio is stereo
    at 48 kHz, silent where a part has none; if no video has audio, there is no audio track.

    Args:
        name: name of the output film, for messages.
        parts: at least one.
        suffix: suffix of the output file, a key of `OUTPUT_FORMATS`.
        fade_s: seconds of the cross-fade between two parts, reduced to half of the shorter part; 0
            gives hard cuts.
        short_side_px: maximum short side of the output film; None keeps the size.
        is_preview: whether to encode fast, at lower quality; the size stays.
        burn_lines: whether to draw the parts' lines into the frames instead of adding a subtitle
            track.
        progress: called with the encoded share, 0 to 1.

    Raises:
        SettingError: the output format is unknown, a range is outside its video, a video is an
            animation (WebP), or no font has the letters of a line that is drawn.
        VideoError: a video cannot be decoded.
    """
    del name  # names the call in messages of the worker pool
    on_progress = progress or (lambda share: None)
    form = output_format(suffix)
    sources = {p.path: inspect(p.path) for p in parts if p.path is not None}
    parts = [clip_to_film(part, sources) for part in parts]
    fades_s = [0.0, *(cross_fade_s(a, b, fade_s) for a, b in pairwise(parts))]
    starts_s = [0.0]
    for part, fade in zip(parts, fades_s[1:], strict=False):
        starts_s.append(starts_s[-1] + part.length_s - fade)
    for part, output_s in zip(parts, starts_s, strict=True):
        yield PartTimes(part.start_s, part.end_s, output_s, part.hold_s)
    length_s = starts_s[-1] + parts[-1].length_s
    buffer = ChunkBuffer()
    with open_output(buffer, form) as output:
        size = _film_size(parts, sources, short_side_px)
        fps = next((s.fps for s in sources.values() if s.fps), _DEFAULT_FPS)
        video = _add_video(output, form, size, fps, is_preview=is_preview)
        has_audio = any(source.has_audio for source in sources.values())
        audio = output.add_stream(form.audio, rate=_RATE_HZ, layout=_LAYOUT) if has_audio else None
        overlay = SubtitleOverlay(size) if burn_lines else None
        if overlay is None:
            _mux_subtitles(output, form, parts, starts_s)
        sound = _Sound(output, audio)
        pictures = _film_frames(parts, sources, starts_s, fades_s, size, fps, overlay)
        blocks = _film_sound(parts, sources, fades_s) if audio is not None else iter(())
        for frame in pictures:
            output.mux(video.encode(_encoder_frame(frame)))
            sound.encode_until(blocks, frame.time_s)
            on_progress(min(1.0, frame.end_s / length_s))
            yield from buffer.chunks()
        output.mux(video.encode(None))
        sound.encode_until(blocks, np.inf)
        sound.finish()
    yield from buffer.chunks()


def _film_size(
    parts: Sequence[FilmPart], sources: dict[Path, Source], short_side_px: int | None
) -> tuple[int, int]:
    """Return the even (width, height) of the output film in pixels, with its first video's aspect.

    Without a video, it has the aspect of its first picture. Nothing is enlarged; each side is at
    least 2.

    Args:
        parts: the parts of the output film.
        sources: properties of the videos.
        short_side_px: maximum short side; None keeps that of the first video.
    """
    first = next((sources[p.path] for p in parts if p.path is not None), None)
    if first is not None:
        width, height = first.upright_size
    else:
        assert parts[0].picture is not None
        height, width = parts[0].picture.shape[:2]
    scale = min(1.0, (short_side_px or min(width, height)) / min(width, height))
    return max(2, round(width * scale) // 2 * 2), max(2, round(height * scale) // 2 * 2)


def _add_video(
    output: Any, form: OutputFormat, size: tuple[int, int], fps: float, *, is_preview: bool
) -> Any:
    video = output.add_stream(form.video, rate=Fraction(fps).limit_denominator(1001))
    video.width, video.height = size
    video.pix_fmt = "yuv420p"
    video.codec_context.time_base = Fraction(1, _TICKS_PER_S)
    video.codec_context.flags |= _FRAME_DURATION_FLAG  # packets keep the durations of frames
    video.options = (_PREVIEW_OPTIONS if is_preview else _VIDEO_OPTIONS)[form.video]
    return video


def _mux_subtitles(
    output: Any, form: OutputFormat, parts: Sequence[FilmPart], starts_s: Sequence[float]
) -> None:
    lines = [
        line
        for part, output_s in zip(parts, starts_s, strict=True)
        for line in shift_lines(part.lines, part.start_s, part.end_s + part.hold_s, output_s)
    ]
    if lines:
        track = add_subtitle_track(output, form)
        for _, packet in subtitle_packets(track, lines, form):
            output.mux(packet)


def _encoder_frame(frame: _Frame) -> Any:
    picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame.rgb), format="rgb24")
    picture.time_base = Fraction(1, _TICKS_PER_S)
    picture.pts = round(frame.time_s * _TICKS_PER_S)
    picture.duration = max(1, round((frame.end_s - frame.time_s) * _TICKS_PER_S))
    return picture


def _film_frames(
    parts: Sequence[FilmPart],
    sources: dict[Path, Source],
    starts_s: Sequence[float],
    fades_s: Sequence[float],
    size: tuple[int, int],
    fps: float,
    overlay: SubtitleOverlay | None,
) -> Iterator[_Frame]:
    """Yield the frames of the output film in order, with times in seconds from its start.

    Frames in a cross-fade are blended with those of the part before.
    """
    tail: list[_Frame] = []
    for number, part in enumerate(parts):
        output_s, fade_s = starts_s[number], fades_s[number]
        next_fade_s = fades_s[number + 1] if number + 1 < len(parts) else 0.0
        tail_s = output_s + part.length_s - next_fade_s
        previous_tail, tail = tail, []
        frames = _part_frames(part, sources, size, fps)
        for frame in frames if overlay is None else _burn(frames, part, overlay):
            frame.time_s += output_s
            frame.end_s += output_s
            if previous_tail and frame.time_s < output_s + fade_s - _TOLERANCE_S:
                background = [
                    f for f in previous_tail if f.time_s <= frame.time_s + _TOLERANCE_S
                ] or previous_tail[:1]
                share = np.float32((frame.time_s - output_s) / fade_s)
                frame.rgb = _blend(background[-1].rgb, frame.rgb, share)
            if next_fade_s and frame.end_s > tail_s + _TOLERANCE_S:
                tail.append(replace(frame))
                if frame.time_s > tail_s - _TOLERANCE_S:
                    continue  # displayed under the next part
                frame.end_s = tail_s
            yield frame


def _burn(frames: Iterator[_Frame], part: FilmPart, overlay: SubtitleOverlay) -> Iterator[_Frame]:
    """Draw a part's lines into its frames, whose times are in seconds from the part's start.

    A frame is split where a line begins or ends.
    """
    lines = shift_lines(part.lines, part.start_s, part.end_s + part.hold_s, 0.0)
    borders = sorted({t for line in lines for t in (line.start_s, line.end_s)})
    for frame in frames:
        inner_borders = [
            t for t in borders if frame.time_s + _TOLERANCE_S < t < frame.end_s - _TOLERANCE_S
        ]
        for start_s, end_s in pairwise([frame.time_s, *inner_borders, frame.end_s]):
            middle_s = (start_s + end_s) / 2
            text = "\n".join(x.text for x in lines if x.start_s <= middle_s < x.end_s)
            yield _Frame(overlay.draw(frame.rgb, text), start_s, end_s)


def _blend(
    background: NDArray[np.uint8], foreground: NDArray[np.uint8], share: np.float32
) -> NDArray[np.uint8]:
    mixture = background * (1 - share) + foreground * share
    return np.round(mixture).astype(np.uint8)


def _part_frames(
    part: FilmPart, sources: dict[Path, Source], size: tuple[int, int], fps: float
) -> Iterator[_Frame]:
    """Yield the frames of one part, with times in seconds from its start, fitted into `size`.

    Raises:
        VideoUnreadable: no frame of the part can be decoded.
    """
    if part.path is None:
        assert part.picture is not None
        yield from _still_frames(fit_into(part.picture, *size), 0.0, part.length_s, fps)
        return
    current: DecodedFrame | None = None
    last: _Frame | None = None
    for frame in decode_frames(sources[part.path], start_s=part.start_s):
        if current is not None and frame.time_s > part.start_s + _TOLERANCE_S:
            last = _cut_frame(current, part, min(frame.time_s, part.end_s), size)
            yield replace(last)  # the caller changes its times
        if frame.time_s >= part.end_s - _TOLERANCE_S:
            current = None
            break
        current = frame
    if current is not None:
        last = _cut_frame(current, part, part.end_s, size)
        yield replace(last)
    elif last is None:
        raise VideoUnreadable(
            f"No frame of {display_name(part.path)} lies between {part.start_s:.2f} and {part.end_s:.2f} s.",
            cure="Choose a range inside the video, or check whether the file is complete.",
        )
    assert last is not None
    yield from _still_frames(last.rgb, last.end_s, last.end_s + part.hold_s, fps)


def _still_frames(
    rgb: NDArray[np.uint8], start_s: float, end_s: float, fps: float
) -> Iterator[_Frame]:
    """Yield copies of a picture from `start_s` to `end_s` (exclusive), `fps` per second.

    Their number is rounded, at least 1; nothing for a range below 1 ms.
    """
    if end_s - start_s < _TOLERANCE_S:
        return
    count = max(1, round((end_s - start_s) * fps))
    step_s = (end_s - start_s) / count
    for number in range(count):
        yield _Frame(rgb, start_s + number * step_s, start_s + (number + 1) * step_s)


def _cut_frame(frame: DecodedFrame, part: FilmPart, end_s: float, size: tuple[int, int]) -> _Frame:
    rgb = fit_into(frame.rgb(min(size)), *size)
    return _Frame(rgb, max(0.0, frame.time_s - part.start_s), end_s - part.start_s)


def _film_sound(
    parts: Sequence[FilmPart], sources: dict[Path, Source], fades_s: Sequence[float]
) -> Iterator[NDArray[np.float32]]:
    """Yield the output film's audio as contiguous (2, N) float32 blocks at 48 kHz.

    Overlapping parts are cross-faded.
    """
    tail = np.zeros((_CHANNELS, 0), np.float32)
    for number, part in enumerate(parts):
        overlap_s = fades_s[number + 1] if number + 1 < len(parts) else 0.0
        num_whole = round(part.length_s * _RATE_HZ) - round(overlap_s * _RATE_HZ)
        position = 0
        overlap: list[NDArray[np.float32]] = []
        for block in _part_sound(part, sources):
            num_overlap = min(block.shape[1], max(0, tail.shape[1] - position))
            if num_overlap:
                share = (
                    np.arange(position, position + num_overlap, dtype=np.float32) + 0.5
                ) / tail.shape[1]
                background = tail[:, position : position + num_overlap] * (1 - share)
                block = np.hstack(
                    [block[:, :num_overlap] * share + background, block[:, num_overlap:]]
                )
            num_output = max(0, min(block.shape[1], num_whole - position))
            if num_output:
                yield block[:, :num_output]
            if num_output < block.shape[1]:
                overlap.append(block[:, num_output:])
            position += block.shape[1]
        tail = np.hstack(overlap) if overlap else np.zeros((_CHANNELS, 0), np.float32)


def _part_sound(part: FilmPart, sources: dict[Path, Source]) -> Iterator[NDArray[np.float32]]:
    """Yield one part's audio as contiguous (2, N) float32 blocks at 48 kHz, or silence."""
    total, position = round(part.length_s * _RATE_HZ), 0
    if part.path is not None and sources[part.path].has_audio:
        pieces = resample_audio(part.path, part.start_s, part.end_s, _RATE_HZ, _LAYOUT)
        for time_s, piece in pieces:
            at = round((time_s - part.start_s) * _RATE_HZ)
            # Timestamps are rounded: a small deviation is no gap.
            if at > position + _MAX_DEVIATION:
                yield from _silence(min(at, total) - position)
                position = min(at, total)
            elif at < position - _MAX_DEVIATION:
                piece = piece[:, position - at :]
            piece = piece[:, : total - position]
            if piece.shape[1]:
                yield piece
                position += piece.shape[1]
    yield from _silence(total - position)


def _silence(num_samples: int) -> Iterator[NDArray[np.float32]]:
    for at in range(0, num_samples, _RATE_HZ):
        yield np.zeros((_CHANNELS, min(_RATE_HZ, num_samples - at)), np.float32)


class _Sound:
    """Encoder and muxer of the audio track; does nothing if the track is None."""

    def __init__(self, output: Any, track: Any) -> None:
        self._output, self._track = output, track
        self._num_samples = 0

    def encode_until(self, blocks: Iterator[NDArray[np.float32]], time_s: float) -> None:
        """Encode blocks until the track is at least `time_s` seconds long, or they end."""
        while self._track is not None and self._num_samples / _RATE_HZ < time_s:
            block = next(blocks, None)
            if block is None:
                return
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(block), format="fltp", layout=_LAYOUT
            )
            frame.sample_rate, frame.pts = _RATE_HZ, self._num_samples
            frame.time_base = Fraction(1, _RATE_HZ)
            self._num_samples += block.shape[1]
            self._output.mux(self._track.encode(frame))

    def finish(self) -> None:
        """Encode the samples that the encoder has buffered."""
        if self._track is not None:
            self._output.mux(self._track.encode(None))
