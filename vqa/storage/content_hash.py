"""Hash of a video file's content, which identifies a moved or renamed video."""

from __future__ import annotations

import hashlib
from pathlib import Path

_CHUNK_BYTES = 1 << 20


def content_hash(path: Path) -> str:
    """Return a SHA-256 over a file's size and three of its parts, as 32 hexadecimal digits.

    The parts are one MiB each at the start, from the middle and at the end; hashing all bytes of a
    film would take longer than encoding it.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        for start in (0, size // 2, max(0, size - _CHUNK_BYTES)):
            file.seek(start)
            digest.update(file.read(_CHUNK_BYTES))
    return digest.hexdigest()[:32]
