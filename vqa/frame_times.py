"""Computations on the presentation times of sampled frames, in seconds, rising."""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def nearest_row(times_s: Sequence[float], time_s: float) -> int:
    """Return the row index of the frame nearest to a time; of two equally near, the first.

    Raises:
        ValueError: there are no frames.
    """
    return min(range(len(times_s)), key=lambda row: abs(times_s[row] - time_s))


def widest_gap_s(times_s: Sequence[float], start_s: float, end_s: float) -> float:
    """Return the longest gap in seconds between neighbouring frame times in [start_s, end_s].

    The range's start and end count as frame times. Without a frame in the range, return the
    distance from its middle to the nearest frame.

    Raises:
        ValueError: there are no frames.
    """
    inside = [time_s for time_s in times_s if start_s <= time_s <= end_s]
    if not inside:
        middle_s = (start_s + end_s) / 2
        return abs(times_s[nearest_row(times_s, middle_s)] - middle_s)
    return max(b - a for a, b in itertools.pairwise([start_s, *inside, end_s]))
