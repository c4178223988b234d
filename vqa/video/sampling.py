"""Frame sampling: computes the times that a plan selects. All times are in seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vqa.types import SamplingPlan, Shot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONG_PICTURE_S = 0.25


@dataclass(frozen=True)
class SampledFrame:
    """Decoded frame that is a candidate for a clip.

    Args:
        index: index of the frame in the video, from 0.
        time_s: presentation time.
        rgb: returns (H, W, 3) uint8 RGB; slow conversions are done only for chosen frames.
        display_end_s: time at which the next frame replaces it; None if unknown.
    """

    index: int
    time_s: float
    rgb: Callable[[], NDArray[np.uint8]]
    display_end_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Window:
    """Time range of a video to decode, in seconds.

    Args:
        start_s: start of the range.
        end_s: end of the range, exclusive.
        first_s: time of the first frame to use; before `start_s` if an earlier frame is still
            displayed then.
    """

    start_s: float
    end_s: float
    first_s: float


def plan_times(
    plan: SamplingPlan, start_s: float, end_s: float, shots: Sequence[Shot] = ()
) -> list[float]:
    """Return at most `plan.num_frames` times that a plan selects between start and end, in order.

    `uniform`: the centres of equal intervals. `interval`: every `plan.interval_s` from the start,
    thinned evenly if there are too many. `shots`: see `shot_times`. There is at least one time.

    Args:
        plan: the sampling plan.
        start_s: start of the range, inclusive.
        end_s: end of the range, exclusive.
        shots: detected shots for the strategy `shots`; without shots, that strategy is uniform.
    """
    if plan.strategy == "interval":
        assert plan.interval_s is not None
        return interval_times(start_s, end_s, plan.interval_s, plan.num_frames)
    if plan.strategy == "shots" and shots:
        return shot_times(shots, plan.num_frames)
    return uniform_times(start_s, end_s, plan.num_frames)


def distance_s(frame_s: float, display_end_s: float | None, time_s: float) -> float:
    """Return the distance in seconds between a frame and a time.

    It is 0 if the frame is displayed at that time and lasts over 0.25 s, else the distance to its
    start.

    Args:
        frame_s: presentation time of the frame.
        display_end_s: time at which the next frame replaces it; None if unknown.
        time_s: the time to compare.
    """
    is_long = display_end_s is not None and display_end_s - frame_s > LONG_PICTURE_S
    if is_long and display_end_s is not None and frame_s <= time_s < display_end_s:
        return 0.0
    return abs(frame_s - time_s)


def choose_frames(
    candidates: Sequence[SampledFrame], times_s: Sequence[float], shots: Sequence[Shot] = ()
) -> list[SampledFrame]:
    """Return the nearest candidate of the same shot for each time, in the order of the video.

    Each candidate is chosen at most once, so that there may be fewer frames than times. For a shot
    without candidates, and for a time in none of `shots`, all candidates are considered. Without
    candidates, the result is empty.
    """
    samples: dict[int, SampledFrame] = {}
    for time_s in times_s:
        shot = next((s for s in shots if s.start_s <= time_s < s.end_s), None)
        in_shot = [c for c in candidates if shot is None or _is_in_shot(c, shot)] or candidates
        available = [c for c in in_shot if c.index not in samples]
        if available:
            nearest = min(available, key=lambda c: distance_s(c.time_s, c.display_end_s, time_s))
            samples[nearest.index] = nearest
    return [samples[index] for index in sorted(samples)]


def uniform_times(start_s: float, end_s: float, count: int) -> list[float]:
    """Return the centres of `count` (≥ 1) equal intervals between start and end, in order."""
    span = (end_s - start_s) / count
    return [start_s + (number + 0.5) * span for number in range(count)]


def _is_in_shot(frame: SampledFrame, shot: Shot) -> bool:
    is_long = (
        frame.display_end_s is not None and frame.display_end_s - frame.time_s > LONG_PICTURE_S
    )
    end_s = frame.display_end_s if is_long and frame.display_end_s is not None else frame.time_s
    return frame.time_s < shot.end_s and (frame.time_s >= shot.start_s or end_s > shot.start_s)


def interval_times(start_s: float, end_s: float, interval_s: float, max_count: int) -> list[float]:
    """Return one time every `interval_s` from the start, thinned evenly to at most `max_count`.

    The start is the first time (before thinning); the end is excluded. There is at least one time,
    also if the range is empty.
    """
    has_rest = (end_s - start_s) % interval_s > 1e-9
    count = max(1, int((end_s - start_s) / interval_s + 1e-9) + has_rest)
    times = [start_s + number * interval_s for number in range(count)]
    return [times[i] for i in evenly_spaced_indices(len(times), max_count)]


def shot_times(shots: Sequence[Shot], count: int) -> list[float]:
    """Distribute `count` times over at least one shot, at the centres of equal intervals, in order.

    Every shot gets one time before any gets two. Each further time goes to the shot whose times are
    farthest apart. With more shots than times, the longest shots get one each.
    """
    samples = sorted(
        sorted(shots, key=lambda s: s.start_s - s.end_s)[:count], key=lambda s: s.start_s
    )
    shares = [1] * len(samples)
    for _ in range(count - len(samples)):
        widest = max(
            range(len(samples)), key=lambda i: (samples[i].end_s - samples[i].start_s) / shares[i]
        )
        shares[widest] += 1
    return [
        time_s
        for shot, share in zip(samples, shares, strict=True)
        for time_s in uniform_times(shot.start_s, shot.end_s, share)
    ]


def evenly_spaced_indices(length: int, max_count: int) -> list[int]:
    """Return at most `max_count` indices into a sequence of `length`, evenly spaced, in order.

    These are all indices if `length` is at most `max_count`, else the centres of equal intervals;
    empty if either is 0.
    """
    if length <= max_count:
        return list(range(length))
    return [int((number + 0.5) * length / max_count) for number in range(max_count)]
