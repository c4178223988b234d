"""Vectors by number, quick to search, in one file that can always be made again from what it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from usearch.index import Index

from vqa.atomic_write import atomic_write


class Vectors:
    """Unit vectors of one length; the nearest of a million are found in a few milliseconds.

    Args:
        file: where they are kept; made by the first `save`.
        dim: their length.
    """

    def __init__(self, file: Path, *, dim: int) -> None:
        self._file = file
        self._index = Index(ndim=dim, metric="cos", dtype="f16")
        self._changed = False
        if file.is_file():
            self._index.load(str(file))

    @property
    def numbers(self) -> set[int]:
        """The numbers it holds."""
        return set(np.asarray(self._index.keys).tolist())

    def add(self, numbers: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Take in vectors, (N, D), under numbers that are not in use."""
        self._index.add(np.array(numbers, dtype=np.uint64), vectors.astype(np.float32))
        self._changed = True

    def remove(self, numbers: Iterable[int]) -> None:
        """Drop those of these numbers that are there."""
        for number in numbers:
            if number in self._index:
                self._index.remove(number)
                self._changed = True

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """The numbers of the nearest vectors with their cosines, best first."""
        if not len(self._index):
            return []
        found = self._index.search(vector.astype(np.float32), limit)
        return [
            (int(key), 1.0 - float(distance))
            for key, distance in zip(found.keys, found.distances, strict=True)
        ]

    def save(self) -> None:
        """Write the file where anything changed; readers see the old one or the new one, whole."""
        if self._changed:
            with atomic_write(self._file) as temporary:
                self._index.save(str(temporary))
            self._changed = False
