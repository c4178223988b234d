"""Decoding of long time ranges by seeking: only keyframes and the frames of the plan.

A plan that names times (`uniform`, `interval`) gets the frames displayed then, as in sequential
decoding. A plan by shots may get a keyframe nearby, which is cheaper.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from vqa.types import ProgressCallback, SamplingPlan, Shot
from vqa.video.cut_suspects import KeyFrame
from vqa.video.cuts import find_cuts
from vqa.video.sampling import (
    LONG_PICTURE_S,
    SampledFrame,
    Window,
    evenly_spaced_indices,
    plan_times,
    uniform_times,
)
from vqa.video.seeking_decoder import DecoderPool, SeekingDecoder
from vqa.video.sequential import Reading, nearest_frames
from vqa.video.shots import SMALL_SIDE_PX, split_into_shots

if TYPE_CHECKING:
    from vqa.video.frame import DecodedFrame
    from vqa.video.source import Source

_SEQUENTIAL_PIXELS = 300_000_000
_KEY_FRAME_COST = 4  # of ordinary frames
_MAX_KEY_FRAMES = 128
_SAMPLES_PER_FRAME = 2
_TOLERANCE = 0.4
# An earlier frame than the exact one is at least this much after a cut, where pictures may still blend.
_AFTER_CUT_S = 0.2
_MAX_DELAY_S = 1.0


@dataclass(frozen=True)
class _Pick:
    """Frame to decode: the keyframe at `from_s` seconds, or the first frame at or after it."""

    from_s: float
    is_key_frame: bool


def prefers_seeking(source: Source, plan: SamplingPlan, window: Window) -> bool:
    """Whether seeking to keyframes and the plan's frames is cheaper than decoding the whole range.

    False if the container cannot seek reliably, if the range has no known end, and if the frames up
    to its end have at most 300 million pixels in total.
    """
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
    keys_in_window = keys[(keys >= window.first_s) & (keys < window.end_s)]
    times_s = plan_times(plan, window.start_s, window.end_s)
    num_frames_to_decode = _decoded_frames(
        source, _plan_picks(source, plan, window, times_s, (), keys_in_window.tolist())
    )
    if plan.strategy == "shots":
        num_frames_to_decode += _KEY_FRAME_COST * min(len(keys_in_window), _MAX_KEY_FRAMES)
    return num_frames_to_decode < frames_in_part + frames_before


def read_by_seeking(
    source: Source, plan: SamplingPlan, window: Window, on_progress: ProgressCallback
) -> Reading:
    """Decode keyframes to detect the shots, then the frames that the plan selects.

    Shots are detected only for the strategy `shots`. `on_progress` is called with the completed
    fraction, 0 to 1. Times at which nothing can be decoded become gaps of the result; its frames
    may be empty.
    """
    with DecoderPool(source) as decoders:
        return _read(source, plan, window, decoders, on_progress)


def _read(
    source: Source,
    plan: SamplingPlan,
    window: Window,
    decoders: DecoderPool,
    on_progress: ProgressCallback,
) -> Reading:
    shots: tuple[Shot, ...] = ()
    keys: list[KeyFrame] = []
    undecodable_s: list[float] = []
    sampled_at: dict[float, SampledFrame] = {}
    key_times = _key_times(source, window)
    if plan.strategy == "shots":
        keys, undecodable_s = _decode_key_frames(
            source, plan, key_times, decoders, lambda fraction: on_progress(0.6 * fraction)
        )
        cuts = find_cuts(source, keys, decoders, end_s=window.end_s, num_frames=plan.num_frames)
        shots = split_into_shots(cuts, window.start_s, window.end_s)
        sampled_at = {key.time_s: key.sample for key in keys if key.sample is not None}
        key_times = [key.time_s for key in keys]
    times_s = plan_times(plan, window.start_s, window.end_s, shots)
    picks = _plan_picks(source, plan, window, times_s, shots, key_times)
    key_frames = [sampled_at[p.from_s] for p in picks if p.is_key_frame and p.from_s in sampled_at]
    missing = [p for p in picks if not (p.is_key_frame and p.from_s in sampled_at)]
    groups = _group_by_key_frame(source, missing)
    groups_of_frames = decoders.run(
        groups,
        lambda decoder, group: _decode_group(decoder, source, plan, group),
        lambda fraction: on_progress(0.6 + 0.4 * fraction),
    )
    frames = {f.index: f for f in [*key_frames, *(f for group in groups_of_frames for f in group)]}
    ordered_frames = [frames[index] for index in sorted(frames)]
    times = np.array([f.time_s for f in ordered_frames])
    undecodable_s += [
        p.from_s
        for p in picks
        if not ((times > p.from_s - 1e-3) & (times < p.from_s + _MAX_DELAY_S)).any()
    ]
    gaps_s = _gaps({*times.tolist(), *(key.time_s for key in keys)}, undecodable_s, window)
    # A truncated file is detected by its packets, not here: if all picks were decoded, the range is complete.
    complete_s = window.end_s if ordered_frames and len(ordered_frames) >= len(picks) else 0.0
    last_s = max([complete_s, *(f.time_s for f in ordered_frames)])
    return Reading(frames=ordered_frames, shots=shots, last_s=last_s, gaps_s=gaps_s)


def _gaps(
    good_s: Collection[float], undecodable_s: Sequence[float], window: Window
) -> list[tuple[float, float]]:
    """Return (start, end) in seconds of the ranges between decoded frames that contain lost ones.

    What comes after the last decoded frame is no gap; there the file breaks off.

    Args:
        good_s: times of the decoded frames.
        undecodable_s: times at which no frame could be decoded.
        window: the time range to decode.
    """
    gaps = set()
    for time_s in undecodable_s:
        later_s = [good for good in good_s if good > time_s]
        earlier_s = [good for good in good_s if good < time_s]
        if later_s:
            gaps.add((max(earlier_s, default=window.start_s), min(later_s)))
    return sorted(gaps)


def _frames_between(source: Source, start_s: float, end_s: float) -> int:
    times = source.timeline.times_s
    if len(times):
        return int(np.searchsorted(times, end_s) - np.searchsorted(times, start_s))
    return round(max(0.0, end_s - start_s) * (source.fps or 30.0))


def _key_times(source: Source, window: Window) -> list[float]:
    """Return the times in seconds of at most 128 keyframes, evenly spaced.

    They are those in the range and the one before it, with which the first is compared to find a
    cut. If the packets were not read, return 128 uniform times to seek to.
    """
    keys = source.timeline.key_times_s
    if not len(source.timeline.times_s):
        return uniform_times(window.start_s, window.end_s, _MAX_KEY_FRAMES)
    first_row = max(0, int(np.searchsorted(keys, window.first_s + 1e-6)) - 1)
    usable_keys = keys[first_row:][keys[first_row:] < window.end_s]
    return [float(usable_keys[i]) for i in evenly_spaced_indices(len(usable_keys), _MAX_KEY_FRAMES)]


def _decode_key_frames(
    source: Source,
    plan: SamplingPlan,
    times_s: list[float],
    decoders: DecoderPool,
    on_progress: ProgressCallback,
) -> tuple[list[KeyFrame], list[float]]:
    """Decode the keyframe at or before each of some times.

    Only twice as many as the plan has frames, evenly spaced, keep a sample in the plan's size.

    Returns:
        The distinct keyframes in order of time, and the times for which none could be decoded or
        only one that is more than 1 s later.
    """
    sample_numbers = set(evenly_spaced_indices(len(times_s), _SAMPLES_PER_FRAME * plan.num_frames))

    def decode(decoder: SeekingDecoder, job: tuple[int, float]) -> KeyFrame | None:
        number, time_s = job
        frame = decoder.key_frame(time_s)
        if frame is None:
            return None
        sample = _sample(source, plan, frame) if number in sample_numbers else None
        return KeyFrame(frame.time_s, frame.preview(SMALL_SIDE_PX), sample)

    keys = decoders.run(list(enumerate(times_s)), decode, on_progress)
    by_time = {key.time_s: key for key in keys if key is not None}
    undecodable_s = [
        time_s
        for time_s, key in zip(times_s, keys, strict=True)
        if key is None or key.time_s > time_s + _MAX_DELAY_S
    ]
    return [by_time[time_s] for time_s in sorted(by_time)], undecodable_s


def _sample(source: Source, plan: SamplingPlan, frame: DecodedFrame) -> SampledFrame:
    until_s = source.timeline.display_end_s(frame.index)
    return SampledFrame(frame.index, frame.time_s, frame.keep(plan.short_side_px), until_s)


def _plan_picks(
    source: Source,
    plan: SamplingPlan,
    window: Window,
    times_s: Sequence[float],
    shots: Sequence[Shot],
    key_times: Sequence[float],
) -> list[_Pick]:
    """Return the distinct frames to decode for some times, in order of time.

    A plan by shots takes a frame of the same shot within 40 % of the distance between neighbouring
    times: a keyframe, if there is one, else the earliest, because fewer frames before it have to be
    decoded. For other plans, it is the frame nearest to the time. In both cases, a frame that is
    displayed then for over 0.25 s comes first.
    """
    picks: dict[float, _Pick] = {}
    keys = np.array(key_times)
    exact = set(source.timeline.key_times_s.tolist())
    edges = [window.start_s, *((a + b) / 2 for a, b in pairwise(times_s)), window.end_s]
    for number, time_s in enumerate(times_s):
        shot = next((s for s in shots if s.start_s <= time_s < s.end_s), None)
        spread_s = _TOLERANCE * (edges[number + 1] - edges[number])
        low = max(time_s - spread_s, shot.start_s if shot else window.first_s)
        high = min(time_s + spread_s, shot.end_s if shot else window.end_s)
        picture_s = _long_picture_at(source, time_s)
        nearby_keys = (
            keys[(keys >= low - 1e-6) & (keys < high)] if plan.strategy == "shots" else keys[:0]
        )
        if picture_s is None and len(nearby_keys):
            pick = _Pick(
                float(nearby_keys[np.abs(nearby_keys - time_s).argmin()]), is_key_frame=True
            )
        else:
            if plan.strategy == "shots":
                start_s = shot.start_s if shot else window.first_s
                time_s = min(time_s, max(time_s - spread_s, start_s + _AFTER_CUT_S))
            from_s = _nearest_frame(source, window, time_s) if picture_s is None else picture_s
            pick = _Pick(from_s, is_key_frame=from_s in exact)
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


def _nearest_frame(source: Source, window: Window, time_s: float) -> float:
    """Return the presentation time in seconds of the frame of the window that is nearest to a time.

    Without a timeline, return the time minus half a frame, so that the next frame is the nearest.
    """
    if len(source.timeline.times_s):
        return nearest_frames(source, window, [time_s])[0]
    return max(window.first_s, time_s - 0.5 / (source.fps or 30.0))


def _key_before(source: Source, time_s: float) -> float:
    keys = source.timeline.key_times_s
    index = int(np.searchsorted(keys, time_s + 1e-6)) - 1
    return float(keys[max(0, index)]) if len(keys) else time_s


def _group_by_key_frame(source: Source, picks: Sequence[_Pick]) -> list[list[_Pick]]:
    """Group picks by the keyframe that decoding starts from; groups and picks keep their order."""
    groups: dict[float, list[_Pick]] = {}
    for pick in picks:
        groups.setdefault(_key_before(source, pick.from_s), []).append(pick)
    return list(groups.values())


def _decoded_frames(source: Source, picks: Sequence[_Pick]) -> int:
    """Estimate how many frames must be decoded for some picks; a keyframe counts as 4 frames."""
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
    samples: list[SampledFrame] = []
    targets_s = [pick.from_s for pick in group]
    for frame in decoder.frames_between(targets_s[0], targets_s[-1], targets_s=targets_s):
        if pending and frame.time_s >= pending[0].from_s - 1e-4:
            samples.append(_sample(source, plan, frame))
            pending = [p for p in pending if p.from_s > frame.time_s + 1e-4]
    return samples
