"""Which moments of a video to look at: arithmetic alone, no video needed. Times are seconds."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.types import Shot


def uniform_times(start_s: float, end_s: float, count: int) -> list[float]:
    """The centres of `count` equal spans between start and end."""
    span = (end_s - start_s) / count
    return [start_s + (number + 0.5) * span for number in range(count)]


def interval_times(start_s: float, end_s: float, every_s: float, most: int) -> list[float]:
    """A moment every `every_s`, from the start on; thinned evenly where there are more than `most`."""
    count = max(
        1,
        int((end_s - start_s) / every_s + 1e-9) + (1 if (end_s - start_s) % every_s > 1e-9 else 0),
    )
    times = [start_s + number * every_s for number in range(count)]
    return [times[i] for i in spread(len(times), most)]


def shot_times(shots: Sequence[Shot], count: int) -> list[float]:
    """Centres of equal spans within the shots, at most `count`, rising.

    Every shot gets a moment before any gets two; what is left goes, one by one, to the shot whose moments lie
    farthest apart. With more shots than moments, the longest shots are taken.
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


def spread(length: int, most: int) -> list[int]:
    """At most `most` positions of a row of `length`, spread evenly: the centres of equal spans."""
    if length <= most:
        return list(range(length))
    return [int((number + 0.5) * length / most) for number in range(most)]
