"""The newest thing that was made, kept while the same one is asked for again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Newest(Generic[_T]):
    """The newest thing that was made, kept for whoever asks for the same one next.

    Threads may share it: at worst two make the same thing.
    """

    def __init__(self) -> None:
        self._kept: tuple[object, _T] | None = None

    def once(self, key: object, make: Callable[[], _T]) -> _T:
        """What `make` returned for this key, if that was the newest; else what it returns now."""
        kept = self._kept
        if kept is None or kept[0] != key:
            kept = self._kept = (key, make())
        return kept[1]
