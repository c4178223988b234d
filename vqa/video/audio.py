"""Decoder of audio tracks (PyAV): mono float32 blocks at a fixed sample rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from vqa.video.container import is_webp, open_container
from vqa.video.pyav import decode_stream
from vqa.video.sandbox import sandboxed_iterator
from vqa.video.timeline import read_clock
from vqa.video.tracks import select_audio_stream
from vqa.video.wire_format import register

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
_GAP_S = 0.1


@register
@dataclass(frozen=True)
class AudioBlock:
    """Block of audio: (N,) float32 mono samples in [-1, 1] at `SAMPLE_RATE_HZ`.

    `start_s` is the time of the first sample, in seconds from the start of the file.
    """

    start_s: float
    samples: NDArray[np.float32]

    @property
    def end_s(self) -> float:
        """End of the block in seconds, exclusive."""
        return self.start_s + len(self.samples) / SAMPLE_RATE_HZ


@sandboxed_iterator
def read_audio(
    path: Path, *, start_s: float = 0.0, end_s: float | None = None, block_s: float = 60.0
) -> Iterator[AudioBlock]:
    """Stream the default audio track as consecutive blocks of bounded length.

    Blocks are contiguous, except where the track has a gap. Times are on the file's clock, the same
    as those of frames. A video without an audio track yields nothing; damaged parts are left out.

    Args:
        path: the video file.
        start_s: start of the range in seconds, inclusive.
        end_s: end of the range in seconds, exclusive; None means the end of the track.
        block_s: maximum length of a block in seconds; a longer block is one that the decoder
            returns as a whole.

    Raises:
        VideoError: the file cannot be opened, or is encrypted.
    """
    max_samples = round(block_s * SAMPLE_RATE_HZ)
    pieces: list[NDArray[np.float32]] = []
    num_samples, block_start_s = 0, 0.0
    for time_s, (piece,) in resample_audio(path, start_s, end_s, SAMPLE_RATE_HZ):
        has_gap = abs(block_start_s + num_samples / SAMPLE_RATE_HZ - time_s) > _GAP_S
        if pieces and (has_gap or num_samples + len(piece) > max_samples):
            yield AudioBlock(block_start_s, np.concatenate(pieces))
            pieces, num_samples = [], 0
        if not pieces:
            block_start_s = time_s
        pieces.append(piece)
        num_samples += len(piece)
    if pieces:
        yield AudioBlock(block_start_s, np.concatenate(pieces))


def resample_audio(
    path: Path, start_s: float, end_s: float | None, rate_hz: int, layout: str = "mono"
) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Yield (start time in seconds, (C, N) float32 samples) of the default audio track in a range.

    Blocks are in order and as long as the decoder makes them, at least one sample; nothing without
    an audio track. Undecodable packets leave a gap. This function decodes in the calling process.

    Args:
        path: the video file.
        start_s: start of the range in seconds, inclusive.
        end_s: end of the range in seconds, exclusive; None means the end of the track.
        rate_hz: sample rate of the result.
        layout: FFmpeg's name of the channel layout of the result, which determines C.

    Raises:
        VideoError: the file cannot be opened, or is encrypted.
    """
    if is_webp(path):
        return
    with open_container(path) as container:
        stream = select_audio_stream(container)
        if stream is None:
            return
        timeline = read_clock(container, path)
        origin_s, base = timeline.origin_s, float(stream.time_base)
        if start_s > 0 and not timeline.shifts_s:
            container.seek(int((start_s + origin_s) / base), stream=stream)
        resampler: av.AudioResampler | None = None
        decoded_layout: tuple[str, str, int] | None = None
        time_s = 0.0
        for frame in decode_stream(container, stream, timeline.shifts_s):
            if frame is None:
                continue  # the timestamp of the next frame states where the sound continues
            time_s = time_s if frame.pts is None else frame.pts * base - origin_s
            frame.pts = None  # the resampler would fill gaps and complain of steps back
            # Broadcasts change between stereo and surround; a resampler takes one layout alone.
            if resampler is None or decoded_layout != _layout(frame):
                resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate_hz)
                decoded_layout = _layout(frame)
            for part in resampler.resample(frame):
                piece = part.to_ndarray()
                first = max(0, round((start_s - time_s) * rate_hz))
                last = None if end_s is None else round((end_s - time_s) * rate_hz)
                if last is not None and last <= 0:
                    return
                if piece[:, first:last].shape[1]:
                    yield time_s + first / rate_hz, piece[:, first:last]
                time_s += piece.shape[1] / rate_hz


def _layout(frame: Any) -> tuple[str, str, int]:
    """Return (sample format, channel layout, sample rate in Hz) of an audio frame."""
    return frame.format.name, frame.layout.name, frame.sample_rate
