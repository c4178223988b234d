"""Decoding of videos: `probe` returns metadata of a file, `read_clip` frames sampled by a plan.

`inspection` chooses the decoder and reads the timeline. Of short ranges all frames are decoded
(`sequential`), of long ones only the required frames (`seeking`). Arguments and results can cross a
process boundary, so that both functions can run in a worker process.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from vqa.errors import VideoUnreadable
from vqa.types import Clip, ProgressCallback, SamplingPlan, VideoInfo
from vqa.video.container import check_file, display_name
from vqa.video.frame import scaled_size
from vqa.video.inspection import inspect
from vqa.video.opencv import fit_into, resize_to_short_side
from vqa.video.sampling import LONG_PICTURE_S, Window
from vqa.video.sandbox import sandboxed_function
from vqa.video.seeking import prefers_seeking, read_by_seeking
from vqa.video.sequential import Reading, read_sequentially
from vqa.video.source import Source

_DAMAGE_S, _DAMAGE_SHARE = 1.0, 0.1
_FULL_SIZE_PX = 16_384  # no frame is larger
_MAX_FULL_SCAN_BYTES = (
    8_000_000_000  # more takes longer to read than the limit of a call allows on a slow disk
)


@sandboxed_function
def probe(path: str | Path) -> VideoInfo:
    """Return metadata of a video file; decodes only a few frames.

    All packets are read, except for a seekable file of over 300 MB or 30,000 frames.

    Raises:
        VideoNotFound: the file does not exist.
        VideoEmpty: the file has no bytes.
        VideoUnreadable: the file may not be read, no decoder can open it, or no frame can be
            decoded.
        VideoHasNoPicture: the file has no video track.
        VideoTooLarge: a frame has more than 40 million pixels, or the file exceeds the limits of
            time or memory of a worker.
        InterruptedError: the call was cancelled; see `worker_pool.cancellable`.
    """
    file = Path(path)
    size_bytes = check_file(file)
    return _info(inspect(file), size_bytes)


@sandboxed_function
def read_clip(
    path: str | Path,
    plan: SamplingPlan,
    *,
    progress: ProgressCallback | None = None,
    scans_all: bool = False,
) -> Clip:
    """Decode the frames that a sampling plan selects, with their exact presentation times.

    The clip has at least one frame and at most `plan.num_frames`, in order. A frame that is
    displayed for long represents all of that time, even if it began before `plan.start_s`.

    Args:
        path: the video file.
        plan: number, selection, time range and size of the frames.
        progress: called with the completed fraction, 0 to 1.
        scans_all: whether to read the packets also of a large or long file first. That pays if
            many frames of the whole file are read, part by part: the result is remembered.

    Raises:
        VideoError: see `probe`; also if the plan starts at or after the end of the video, if no
            frame of its range can be decoded, or if decoding exceeds the limits of a worker.
        InterruptedError: the call was cancelled; see `worker_pool.cancellable`.
    """
    file = Path(path)
    size_bytes = check_file(file)
    source = inspect(file, scans_all=scans_all and size_bytes <= _MAX_FULL_SCAN_BYTES)
    duration_s = source.duration_s
    if duration_s is not None and plan.start_s >= duration_s:
        raise VideoUnreadable(
            f"{display_name(file)} is {duration_s:.1f} s long; nothing is left after {plan.start_s:.1f} s.",
            cure="Begin earlier.",
        )
    on_progress = progress or _ignore_progress
    window = _window(source, plan)
    full_plan = replace(plan, short_side_px=_FULL_SIZE_PX) if plan.region else plan
    source, window, reading = _read(source, full_plan, window, on_progress)
    if not reading.frames:
        raise VideoUnreadable(
            f"No frame of {display_name(file)} lies between {plan.start_s:.1f} s and {window.end_s:.1f} s.",
            cure="Widen the range, or check whether the file is complete.",
        )
    on_progress(1.0)
    return Clip(
        info=_info(source, size_bytes),
        plan=plan,
        frames=_crop(_stack(reading, source, full_plan), plan),
        times_s=tuple(f.time_s for f in reading.frames),
        indices=tuple(f.index for f in reading.frames),
        shots=reading.shots,
        readable_until_s=_readable_until_s(source, plan, window, reading),
        gaps_s=_gaps_s(source, window, reading),
    )


def _info(source: Source, size_bytes: int) -> VideoInfo:
    width, height = source.upright_size
    return VideoInfo(
        path=source.path,
        size_bytes=size_bytes,
        width=width,
        height=height,
        duration_s=source.duration_s,
        num_frames=source.num_frames,
        fps=source.fps,
        codec=source.codec,
        decoder=source.decoder,
        has_audio=source.has_audio,
        clock_origin_s=source.timeline.origin_s,
        num_parts=source.num_parts,
    )


def _ignore_progress(_: float) -> None:
    """Progress callback that does nothing."""


def _window(source: Source, plan: SamplingPlan) -> Window:
    """Return the time range to decode: the plan's range within the first and the last frame.

    A plan that lies wholly before the first or after the last frame keeps its own times. If the
    range starts while a frame is displayed for long, `first_s` is that frame's time.
    """
    timeline = source.timeline
    picture_end_s = source.picture_end_s if source.picture_end_s is not None else np.inf
    file_end_s = source.duration_s if source.duration_s is not None else np.inf
    end_s = min(plan.end_s or np.inf, picture_end_s if plan.start_s < picture_end_s else file_end_s)
    start_s = plan.start_s
    if end_s > timeline.first_s:
        start_s = max(start_s, timeline.first_s)
    first_s = start_s
    times = timeline.times_s
    row_before = int(np.searchsorted(times, start_s, side="right")) - 1
    if row_before >= 0 and times[row_before] < start_s:
        until_s = times[row_before + 1] if row_before + 1 < len(times) else end_s
        if until_s >= end_s or until_s - start_s > max(LONG_PICTURE_S, 1.5 * timeline.usual_gap_s):
            first_s = float(times[row_before])
    return Window(start_s=start_s, end_s=float(end_s), first_s=first_s)


def _read(
    source: Source, plan: SamplingPlan, window: Window, on_progress: ProgressCallback
) -> tuple[Source, Window, Reading]:
    """Decode by the cheaper method; if that misses frames, decode sequentially with PyAV.

    Returns:
        (source with the decoder and the timeline that were used, its time range, decoded frames).
    """
    if prefers_seeking(source, plan, window):
        reading = read_by_seeking(source, plan, window, on_progress)
        if reading.frames and not _stops_early(source, window, reading):
            return source, window, reading
    if not len(source.timeline.times_s):
        # All frames are decoded, so that reading their packets first costs little.
        source = inspect(source.path, scans_all=True)
        window = _window(source, plan)
    if source.decoder != "opencv":
        return source, window, read_sequentially(source, plan, window, on_progress)
    try:
        reading = read_sequentially(source, plan, window, on_progress)
    except EOFError:
        reading = Reading()
    if reading.frames and not reading.gaps_s and not _stops_early(source, window, reading):
        return source, window, reading
    source = replace(source, decoder="pyav")
    return source, window, read_sequentially(source, plan, window, on_progress)


def _stops_early(source: Source, window: Window, reading: Reading) -> bool:
    times = source.timeline.times_s
    expected_s = times[times < window.end_s] if len(times) else np.array([window.end_s])
    if not len(expected_s):
        return False
    missing_s = float(expected_s[-1]) - reading.last_s
    return missing_s > max(_DAMAGE_S, _DAMAGE_SHARE * window.end_s)


def _readable_until_s(
    source: Source, plan: SamplingPlan, window: Window, reading: Reading
) -> float | None:
    """Return the time in seconds of the last decoded frame if the file ends before the plan does.

    That is, if decoding stopped early, or the file is truncated and the plan goes beyond its end.
    Otherwise None.
    """
    if _stops_early(source, window, reading):
        return reading.last_s
    wants_missing = source.is_truncated and (plan.end_s is None or plan.end_s > window.end_s)
    return reading.last_s if wants_missing else None


def _gaps_s(source: Source, window: Window, reading: Reading) -> tuple[tuple[float, float], ...]:
    """Return the (start, end) in seconds of the damaged ranges that overlap the window.

    They are in order; overlapping ranges are merged. Their ends may lie outside of the window.
    """
    gaps: list[tuple[float, float]] = []
    for start_s, end_s in sorted({*reading.gaps_s, *source.timeline.gaps_s}):
        if start_s >= window.end_s or end_s <= window.start_s:
            continue
        if gaps and start_s < gaps[-1][1]:
            gaps[-1] = (gaps[-1][0], max(end_s, gaps[-1][1]))
        else:
            gaps.append((start_s, end_s))
    return tuple(gaps)


def _crop(
    frames: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], plan: SamplingPlan
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Crop (T, H, W, 3) uint8 frames to the plan's region and downscale them to its short side.

    Pixels that the region covers in part are included. Without a region, return the frames
    unchanged.
    """
    region = plan.region
    if region is None:
        return frames
    height, width = frames.shape[1:3]
    columns = slice(int(region.left * width), math.ceil(region.right * width))
    rows = slice(int(region.top * height), math.ceil(region.bottom * height))
    return np.stack(
        [
            resize_to_short_side(np.ascontiguousarray(frame[rows, columns]), plan.short_side_px)
            for frame in frames
        ]
    )


def _stack(
    reading: Reading, source: Source, plan: SamplingPlan
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Stack the frames to (T, H, W, 3) uint8 RGB.

    If their sizes differ, fit each into the size of the video, keeping its aspect ratio, with black
    borders.
    """
    frames = [f.rgb() for f in reading.frames]
    if len({f.shape for f in frames}) > 1:
        width, height = scaled_size(*source.upright_size, plan.short_side_px)
        frames = [fit_into(f, width, height) for f in frames]
    return np.stack(frames)
