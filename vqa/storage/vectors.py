"""Approximate nearest-neighbour search over unit vectors, with the index in one file."""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vqa.atomic_write import atomic_write

# Of the ten nearest among 3,000 random vectors, 200 candidates find 99 %, the library's default, 64, 86 %.
_NUM_CANDIDATES = 200
_MAGIC = b"vqa1"
_TRAILER_BYTES = len(_MAGIC) + 4
_CHUNK_BYTES = 1 << 22
# Windows does not replace a file that a process has mapped.
_MAPS_FILES = os.name == "posix"
_log = logging.getLogger(__name__)


class IndexDamaged(Exception):
    """Error: the index file is damaged or has another format."""


class VectorIndex:
    """HNSW index (usearch, half precision) of unit vectors with integer keys.

    The file consists of the usearch index, its CRC-32 and a format marker. It is mapped into
    memory, so that a search reads only the parts that it needs; the first change loads it.

    Args:
        file: location; opened if it exists, written by `save`.
        dim: D, number of components of a vector.

    Raises:
        IndexDamaged: the file is damaged, or its vectors have another dimension.
    """

    def __init__(self, file: Path, *, dim: int) -> None:
        self._file = file
        self._dim = dim
        self._is_dirty = False
        self._is_mapped = file.is_file() and _MAPS_FILES
        self._index = self._read(is_mapped=_MAPS_FILES) if file.is_file() else self._empty()

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self._index)

    @property
    def is_changed(self) -> bool:
        """Whether the index was changed in memory since it was read or saved.

        Changes of the file by other processes do not count; False for a new, empty index.
        """
        return self._is_dirty

    @property
    def keys(self) -> NDArray[np.int64]:
        """Keys of all vectors in the index, (N,), in no order."""
        return np.asarray(self._index.keys).astype(np.int64)

    def add(self, keys: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Insert N vectors, (N, D), in memory; `save` writes them to the file.

        Args:
            keys: N keys, at least 0.
            vectors: (N, D) unit vectors.

        Raises:
            RuntimeError: a key is in the index already.
        """
        self._load()
        self._index.add(np.array(keys, dtype=np.uint64), vectors.astype(np.float32))
        self._is_dirty = True

    def remove(self, keys: Iterable[int]) -> None:
        """Remove the vectors of these keys; keys that are not in the index are ignored."""
        for key in keys:
            if key in self._index:
                self._load()
                self._index.remove(key)
                self._is_dirty = True

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """Return (key, cosine similarity) of the `limit` nearest vectors, most similar first.

        The search is approximate. Returns fewer pairs if the index has fewer vectors, [] if it is
        empty.

        Args:
            vector: (D,) unit vector.
            limit: maximum number of pairs, at least 1.
        """
        if not len(self._index):
            return []
        matches = self._index.search(vector.astype(np.float32), limit)
        return [
            (int(key), 1.0 - float(distance))
            for key, distance in zip(matches.keys, matches.distances, strict=True)
        ]

    def save(self) -> None:
        """Write the file if the index has changed since it was read or saved.

        Raises:
            OSError: the file cannot be written.
        """
        if not self._is_dirty:
            return
        with atomic_write(self._file) as temporary:
            self._index.save(temporary)
            checksum, _ = _checksum(temporary, temporary.stat().st_size)
            with temporary.open("ab") as file:
                file.write(checksum.to_bytes(4, "little") + _MAGIC)
        self._is_dirty = False

    def _empty(self) -> Any:
        # Not at the top: where it is loaded before Ray, a symbol that both have makes Ray abort the process.
        from usearch.index import Index

        return Index(ndim=self._dim, metric="cos", dtype="f16", expansion_search=_NUM_CANDIDATES)

    def _read(self, *, is_mapped: bool) -> Any:
        """Verify the checksum of the file and return its index.

        Args:
            is_mapped: whether the file is mapped into memory, to be searched only; else it is
                loaded.

        Raises:
            IndexDamaged: the file is damaged, or its vectors have another dimension.
            FileNotFoundError: there is no file.
        """
        num_bytes = self._file.stat().st_size - _TRAILER_BYTES
        checksum, trailer = _checksum(self._file, max(0, num_bytes))
        if num_bytes <= 0 or trailer != checksum.to_bytes(4, "little") + _MAGIC:
            raise IndexDamaged("wrong checksum")
        index = self._empty()
        try:
            (index.view if is_mapped else index.load)(self._file)
        except RuntimeError as error:
            raise IndexDamaged(str(error)) from error
        if index.ndim != self._dim:
            raise IndexDamaged(f"vectors of length {index.ndim}, not {self._dim}")
        return index

    def _load(self) -> None:
        """Load a mapped index, to change it; does nothing to a loaded one.

        If another process has replaced the file by a damaged one or deleted it meanwhile, the index
        is empty afterwards, which is logged.
        """
        if not self._is_mapped:
            return
        try:
            self._index = self._read(is_mapped=False)
        except (IndexDamaged, FileNotFoundError) as error:
            _log.warning("The index %s is damaged (%s); it is rebuilt.", self._file, error)
            self._index, self._is_dirty = self._empty(), True
        self._is_mapped = False


def _checksum(path: Path, num_bytes: int) -> tuple[int, bytes]:
    """Return the CRC-32 of the first `num_bytes` bytes of a file, and the rest of it.

    The rest is at most nine bytes, one more than a valid file has after its index.
    """
    checksum, remaining = 0, num_bytes
    with path.open("rb") as file:
        while remaining and (chunk := file.read(min(_CHUNK_BYTES, remaining))):
            checksum = zlib.crc32(chunk, checksum)
            remaining -= len(chunk)
        return checksum, file.read(_TRAILER_BYTES + 1)
