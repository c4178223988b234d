"""Scene: a time range of a file, the unit of cutting and composing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Time range of a film.

    Args:
        path: the film.
        start_s: start in seconds.
        end_s: end in seconds, exclusive.
        label: what it shows, such as the words that it was found by.
        score: similarity to them; None without a search.
    """

    path: Path
    start_s: float
    end_s: float
    label: str = ""
    score: float | None = None

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s
