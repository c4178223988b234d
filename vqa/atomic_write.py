"""Atomic file replacement: a reader or a crash finds the old file or the new one, never a part of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_write(file: Path) -> Iterator[Path]:
    """Yield the path of a temporary file that replaces `file` when the block succeeds.

    The temporary file lies beside `file` (same file system, so that the replacement is one rename), is readable by its
    owner alone, and is deleted when the block raises.

    Args:
        file: destination; its folder is created if missing.

    Raises:
        OSError: the folder cannot be created or written to.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".new")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
