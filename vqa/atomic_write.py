"""Atomic file replacement: a reader or a crash finds the old file or the new one, never a part of it."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_SUFFIX = ".new"
_ABANDONED_S = 3600.0
_log = logging.getLogger(__name__)


@contextmanager
def atomic_write(file: Path) -> Iterator[Path]:
    """Yield the path of a temporary file that replaces `file` when the block succeeds.

    The temporary file lies beside `file` (same file system, so that the replacement is one rename), has a name of its
    own, is readable by its owner alone, and is deleted when the block raises.

    Args:
        file: destination; its folder is created if missing.

    Raises:
        OSError: the folder cannot be created or written to.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=_SUFFIX)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def write_cache_file(file: Path, write: Callable[[Path], object]) -> bool:
    """Write a file that can be made again; where that fails, log one warning per folder and go on without it.

    Args:
        file: destination.
        write: writes the content to the temporary path it is given; raises OSError on failure.

    Returns:
        Whether the file was written.
    """
    try:
        with atomic_write(file) as temporary:
            write(temporary)
    except OSError as error:
        warn_cache_failure(file.parent, error.strerror or str(error))
        return False
    return True


@cache
def warn_cache_failure(folder: Path, reason: str) -> None:
    """Log that a cache folder cannot be used, once per folder and reason."""
    _log.warning(
        "Results are not stored in %s: %s. Free some disk space or set VQA_HOME to a writable folder.",
        folder,
        reason,
    )


def remove_abandoned(folder: Path) -> None:
    """Delete temporary files of writers that were killed over an hour ago."""
    for temporary in folder.glob(f"*{_SUFFIX}"):
        try:
            if time.time() - temporary.stat().st_mtime > _ABANDONED_S:
                temporary.unlink()
        except FileNotFoundError:
            continue  # another process removed it
