"""Decoding of long time ranges by seeking: only keyframes and the frames of the plan.

Cuts are detected without decoding all frames. A cut causes a large difference between neighbouring
keyframes; packet sizes locate it, because an encoder either starts a new group of pictures at a
cut, or spends many bytes on the frame after it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from vqa.types import ProgressCallback, SamplingPlan, Shot
from vqa.video.opencv import content_change
from vqa.video.pyav import SeekingDecoder
from vqa.video.sampling import (
    LONG_PICTURE_S,
    SampledFrame,
    Window,
    evenly_spaced_indices,
    plan_times,
    uniform_times,
)
from vqa.video.sequential import Reading
from vqa.video.shots import CUT_THRESHOLD, SMALL_SIDE_PX, split_into_shots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.video.frame import DecodedFrame
    from vqa.video.source import Source

_SEQUENTIAL_PIXELS = 300_000_000
_KEY_FRAME_COST = 4  # of ordinary frames
_MAX_KEY_FRAMES = 128
_KEPT_PER_FRAME = 2
_TOLERANCE = 0.4
_SHORT_GROUP_S = 2.5
_REGULAR_SHARE = 0.9
_OUTLIER_FACTOR, _OUTLIER_SHARE = 4.0, 0.35
_VERIFIED_PIXELS = 500_000_000
_NUM_WORKERS = min(2, os.cpu_count() or 1)

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class _KeyFrame:
    """Decoded keyframe.

    Args:
        time_s: presentation time in seconds.
        preview: (h, w, 3) uint8 RGB, short side 72 pixels.
        sampled: frame in the size of the plan; None if not needed.
    """

    time_s: float
    preview: NDArray[np.uint8]
    sampled: SampledFrame | None


@dataclass(frozen=True)
class _Pick:
    """Frame to decode: the first at or after `from_s`, in seconds.

    `is_key_frame` is whether it is a keyframe, which is decoded alone.
    """

    from_s: float
    is_key_frame: bool = False


def prefers_seeking(source: Source, plan: SamplingPlan, window: Window) -> bool:
    """Whether decoding only keyframes and the frames of the plan is cheaper than all frames."""
    if not source.format.seekable or source.timeline.is_ordinal or source.decoder == "pillow":
        return False
    span_s = window.end_s - window.first_s
    if not np.isfinite(span_s):
        return False
    frames_in_part = _frames_between(source, window.first_s, window.end_s)
    # OpenCV cannot seek: what lies before the part is decoded too.
    frames_before = _frames_between(source, 0.0, window.first_s)
    pixels = source.width * source.height
    if (frames_in_part + frames_before) * pixels <= _SEQUENTIAL_PIXELS:
        return False
    keys = source.timeline.key_times_s
    if not len(keys):
        return True
    inside = keys[(keys >= window.first_s) & (keys < window.end_s)]
    times_s = plan_times(plan, window.start_s, window.end_s)
    needed = _decoded_frames(source, _plan_picks(source, window, times_s, (), inside.tolist()))
    if plan.strategy == "shots":
        needed += _KEY_FRAME_COST * min(len(inside), _MAX_KEY_FRAMES)
    return needed < frames_in_part + frames_before


def read_by_seeking(
    source: Source, plan: SamplingPlan, window: Window, on_progress: ProgressCallback
) -> Reading:
    """Decode keyframes to detect the shots, then the frames that the plan selects."""
    shots: tuple[Shot, ...] = ()
    sampled: dict[float, SampledFrame] = {}
    key_times = _key_times(source, window)
    if plan.strategy == "shots":
        keys = _decode_key_frames(source, plan, key_times, lambda done: on_progress(0.6 * done))
        cuts = _find_cuts(source, keys)
        shots = split_into_shots(cuts, window.start_s, window.end_s)
        sampled = {key.time_s: key.sampled for key in keys if key.sampled is not None}
        key_times = [key.time_s for key in keys]
    times_s = plan_times(plan, window.start_s, window.end_s, shots)
    picks = _plan_picks(source, window, times_s, shots, key_times)
    known = [sampled[p.from_s] for p in picks if p.is_key_frame and p.from_s in sampled]
    missing = [p for p in picks if not (p.is_key_frame and p.from_s in sampled)]
    groups = _group_by_key_frame(source, missing)
    decoded = _in_parallel(
        source,
        groups,
        lambda decoder, group: _decode_group(decoder, source, plan, group),
        lambda done: on_progress(0.6 + 0.4 * done),
    )
    frames = {f.index: f for f in [*known, *(f for group in decoded for f in group)]}
    chosen = [frames[index] for index in sorted(frames)]
    # A truncated file is detected by its packets, not here: if all picks were decoded, the range is complete.
    reached = window.end_s if chosen and len(chosen) >= len(picks) else 0.0
    last_s = max([reached, *(f.time_s for f in chosen)])
    return Reading(frames=chosen, shots=shots, last_s=last_s)


def _frames_between(source: Source, start_s: float, end_s: float) -> int:
    times = source.timeline.times_s
    if len(times):
        return int(np.searchsorted(times, end_s) - np.searchsorted(times, start_s))
    return round(max(0.0, end_s - start_s) * (source.fps or 30.0))


def _key_times(source: Source, window: Window) -> list[float]:
    """Return the times of at most 128 keyframes in the range, evenly spaced.

    If the packets were not read, return uniform times to seek to.
    """
    keys = source.timeline.key_times_s
    if not len(source.timeline.times_s):
        return uniform_times(window.start_s, window.end_s, _MAX_KEY_FRAMES)
    inside = keys[(keys >= window.first_s - 1e-6) & (keys < window.end_s)]
    return [float(inside[i]) for i in evenly_spaced_indices(len(inside), _MAX_KEY_FRAMES)]


def _decode_key_frames(
    source: Source, plan: SamplingPlan, times_s: list[float], on_progress: ProgressCallback
) -> list[_KeyFrame]:
    keep = set(evenly_spaced_indices(len(times_s), _KEPT_PER_FRAME * plan.num_frames))

    def decode(decoder: SeekingDecoder, job: tuple[int, float]) -> _KeyFrame | None:
        number, time_s = job
        frame = decoder.key_frame(time_s)
        if frame is None:
            return None
        sampled = _sample(source, plan, frame) if number in keep else None
        return _KeyFrame(frame.time_s, frame.preview(SMALL_SIDE_PX), sampled)

    keys = _in_parallel(source, list(enumerate(times_s)), decode, on_progress)
    by_time = {key.time_s: key for key in keys if key is not None}
    return [by_time[time_s] for time_s in sorted(by_time)]


def _sample(source: Source, plan: SamplingPlan, frame: DecodedFrame) -> SampledFrame:
    until_s = source.timeline.display_end_s(frame.index)
    return SampledFrame(frame.index, frame.time_s, frame.rgb(plan.short_side_px), until_s)


def _find_cuts(source: Source, keys: Sequence[_KeyFrame]) -> list[float]:
    """Return the times of the first frames after cuts, in seconds, sorted."""
    longest_s = max((b.time_s - a.time_s for a, b in pairwise(keys)), default=0.0)
    has_all_keys = bool(keys) and _covers(source, keys)
    cuts, unsure = [], []
    for before, after in pairwise(keys):
        changes = content_change(before.preview, after.preview) > CUT_THRESHOLD
        outlier_s = _size_outlier(source, before.time_s, after.time_s) if has_all_keys else None
        span_s = after.time_s - before.time_s
        is_irregular = span_s < _REGULAR_SHARE * longest_s or span_s <= _SHORT_GROUP_S
        if changes and outlier_s is not None:
            cuts.append(outlier_s)
        elif changes and (is_irregular or not has_all_keys):
            cuts.append(after.time_s)
        elif outlier_s is not None:
            unsure.append((before.time_s, outlier_s))
    if keys and has_all_keys:
        last_s = keys[-1].time_s
        outlier_s = _size_outlier(source, last_s, np.inf)
        unsure += [(last_s, outlier_s)] if outlier_s is not None else []
    return sorted([*cuts, *_verified(source, unsure)])


def _covers(source: Source, keys: Sequence[_KeyFrame]) -> bool:
    """Whether the decoded keyframes include all of the file between the first and the last."""
    times = source.timeline.key_times_s
    inside = times[(times >= keys[0].time_s - 1e-6) & (times <= keys[-1].time_s + 1e-6)]
    return len(keys) == len(inside)


def _size_outlier(source: Source, start_s: float, end_s: float) -> float | None:
    """Return the time of the largest frame of a group of pictures if it is an outlier, else None.

    An outlier has more than 4 times the median size and more than 35 % of the keyframe's size.
    """
    timeline = source.timeline
    first = int(np.searchsorted(timeline.times_s, start_s + 1e-6))
    last = int(np.searchsorted(timeline.times_s, end_s - 1e-6))
    sizes = timeline.sizes[first:last]
    if first == 0 or len(sizes) < 3:
        return None
    largest = int(sizes.argmax())
    limit = max(
        _OUTLIER_FACTOR * float(np.median(sizes)), _OUTLIER_SHARE * float(timeline.sizes[first - 1])
    )
    return float(timeline.times_s[first + largest]) if sizes[largest] > limit else None


def _verified(source: Source, spans: Sequence[tuple[float, float]]) -> list[float]:
    """Decode around suspected cuts and return the times of those that are confirmed.

    Short ranges are decoded first, until the pixel budget is used up.

    Args:
        source: the video.
        spans: (time of the keyframe before, time of the suspected cut) in seconds.
    """
    budget = _VERIFIED_PIXELS // (source.width * source.height)
    jobs = []
    for start_s, cut_s in sorted(spans, key=lambda span: span[1] - span[0]):
        budget -= _frames_between(source, start_s, cut_s)
        if budget < 0:
            break
        jobs.append((start_s, cut_s))

    def verify(decoder: SeekingDecoder, job: tuple[float, float]) -> float | None:
        before: NDArray[np.uint8] | None = None
        for frame in decoder.frames_between(*job):
            preview = frame.preview(SMALL_SIDE_PX)
            is_last = frame.time_s >= job[1] - 1e-4
            if is_last and before is not None and content_change(before, preview) > CUT_THRESHOLD:
                return frame.time_s
            before = preview
        return None

    results = _in_parallel(source, jobs, verify, lambda _: None)
    return [time_s for time_s in results if time_s is not None]


def _plan_picks(
    source: Source,
    window: Window,
    times_s: Sequence[float],
    shots: Sequence[Shot],
    key_times: Sequence[float],
) -> list[_Pick]:
    """Return for each time the pick that is cheapest to decode near it, in order of time.

    It is a keyframe if possible. Near is: in the same shot, within 40 % of the distance between
    neighbouring times.
    """
    picks: dict[float, _Pick] = {}
    keys = np.array(key_times)
    edges = [window.start_s, *((a + b) / 2 for a, b in pairwise(times_s)), window.end_s]
    for number, time_s in enumerate(times_s):
        shot = next((s for s in shots if s.start_s <= time_s < s.end_s), None)
        spread_s = _TOLERANCE * (edges[number + 1] - edges[number])
        low = max(time_s - spread_s, shot.start_s if shot else window.first_s)
        high = min(time_s + spread_s, shot.end_s if shot else window.end_s)
        held_s = _long_picture_at(source, time_s)
        near = keys[(keys >= low - 1e-6) & (keys < high)] if len(keys) else keys
        if held_s is not None:
            pick = _Pick(held_s)
        elif len(near):
            key_s = float(near[np.abs(near - time_s).argmin()])
            pick = _Pick(key_s, is_key_frame=True)
        else:
            pick = _Pick(_first_frame_from(source, low))
        picks.setdefault(pick.from_s, pick)
    return [picks[from_s] for from_s in sorted(picks)]


def _long_picture_at(source: Source, time_s: float) -> float | None:
    """Return the time of the frame displayed at `time_s` if it lasts over 0.25 s, else None."""
    times = source.timeline.times_s
    index = int(np.searchsorted(times, time_s, side="right")) - 1
    if index < 0:
        return None
    until_s = source.timeline.display_end_s(index)
    is_long = until_s is not None and until_s - times[index] > LONG_PICTURE_S
    return float(times[index]) if is_long else None


def _first_frame_from(source: Source, time_s: float) -> float:
    times = source.timeline.times_s
    index = int(np.searchsorted(times, time_s - 1e-6))
    return float(times[min(index, len(times) - 1)]) if len(times) else time_s


def _key_before(source: Source, time_s: float) -> float:
    keys = source.timeline.key_times_s
    index = int(np.searchsorted(keys, time_s + 1e-6)) - 1
    return float(keys[max(0, index)]) if len(keys) else time_s


def _group_by_key_frame(source: Source, picks: Sequence[_Pick]) -> list[list[_Pick]]:
    """Group picks by the keyframe that decoding starts from."""
    groups: dict[float, list[_Pick]] = {}
    for pick in picks:
        groups.setdefault(_key_before(source, pick.from_s), []).append(pick)
    return list(groups.values())


def _decoded_frames(source: Source, picks: Sequence[_Pick]) -> int:
    """Return the number of frames to decode for some picks; a keyframe counts as 4."""
    total = 0
    for group in _group_by_key_frame(source, picks):
        start_s = _key_before(source, group[0].from_s)
        total += _KEY_FRAME_COST + _frames_between(source, start_s, group[-1].from_s)
    return total


def _decode_group(
    decoder: SeekingDecoder, source: Source, plan: SamplingPlan, group: Sequence[_Pick]
) -> list[SampledFrame]:
    if len(group) == 1 and group[0].is_key_frame:
        frame = decoder.key_frame(group[0].from_s)
        return [] if frame is None else [_sample(source, plan, frame)]
    pending = list(group)
    sampled: list[SampledFrame] = []
    for frame in decoder.frames_between(group[0].from_s, group[-1].from_s):
        if pending and frame.time_s >= pending[0].from_s - 1e-4:
            sampled.append(_sample(source, plan, frame))
            pending = [p for p in pending if p.from_s > frame.time_s + 1e-4]
    return sampled


def _in_parallel(
    source: Source,
    jobs: Sequence[_Job],
    work: Callable[[SeekingDecoder, _Job], _Result],
    on_progress: ProgressCallback,
) -> list[_Result]:
    """Return the results of independent jobs, in order; each thread has a decoder of its own."""
    results: dict[int, _Result] = {}

    def run(offset: int) -> None:
        with SeekingDecoder(source) as decoder:
            for number in range(offset, len(jobs), _NUM_WORKERS):
                results[number] = work(decoder, jobs[number])
                if offset == 0:
                    on_progress(len(results) / len(jobs))

    with ThreadPoolExecutor(_NUM_WORKERS) as pool:
        for future in [pool.submit(run, offset) for offset in range(min(_NUM_WORKERS, len(jobs)))]:
            future.result()
    return [results[number] for number in range(len(jobs))]
