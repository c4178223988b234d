"""Frame sampling: the times a plan asks for, as pure arithmetic. Times are in seconds."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.types import Shot


def uniform_times(start_s: float, end_s: float, count: int) -> list[float]:
    """Centres of `count` equal spans between start and end."""
    span = (end_s - start_s) / count
    return [start_s + (number + 0.5) * span for number in range(count)]


def interval_times(start_s: float, end_s: float, interval_s: float, max_count: int) -> list[float]:
    """One time every `interval_s` from the start, thinned evenly to at most `max_count`."""
    has_rest = (end_s - start_s) % interval_s > 1e-9
    count = max(1, int((end_s - start_s) / interval_s + 1e-9) + has_rest)
    times = [start_s + number * interval_s for number in range(count)]
    return [times[i] for i in evenly_spaced_indices(len(times), max_count)]


def shot_times(shots: Sequence[Shot], count: int) -> list[float]:
    """Distribute at most `count` times over the shots, at the centres of equal spans, in rising order.

    Every shot gets one time before any gets two. Further times go, one by one, to the shot whose times lie farthest
    apart. With more shots than times, the longest shots win.
    """
    chosen = sorted(
        sorted(shots, key=lambda s: s.start_s - s.end_s)[:count], key=lambda s: s.start_s
    )
    shares = [1] * len(chosen)
    for _ in range(count - len(chosen)):
        widest = max(
            range(len(chosen)), key=lambda i: (chosen[i].end_s - chosen[i].start_s) / shares[i]
        )
        shares[widest] += 1
    return [
        time_s
        for shot, share in zip(chosen, shares, strict=True)
        for time_s in uniform_times(shot.start_s, shot.end_s, share)
    ]


def evenly_spaced_indices(length: int, max_count: int) -> list[int]:
    """At most `max_count` indices into a sequence of `length`, at the centres of equal spans."""
    if length <= max_count:
        return list(range(length))
    return [int((number + 0.5) * length / max_count) for number in range(max_count)]
