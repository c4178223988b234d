"""Box in a picture of a video, to look at or to ask about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Region:
    """Box in the upright picture that is displayed at a time.

    Args:
        time_s: time in seconds.
        left: left edge, as a fraction of the picture's width, 0 to 1.
        top: upper edge, as a fraction of its height.
        right: right edge, as a fraction of its width, above `left`.
        bottom: lower edge, as a fraction of its height, below `top`.

    Raises:
        ValueError: the box is empty or not inside the picture, or the time is below 0.
    """

    time_s: float
    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        is_inside = 0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1
        if not is_inside or not self.time_s >= 0:
            raise ValueError(f"need a box inside the picture and a time from 0, not {self}")
