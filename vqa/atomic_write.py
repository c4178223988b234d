"""Atomic file replacement: a reader sees the old file or the new one, even after a crash."""

from __future__ import annotations

import logging
import os
import platform
import re
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
    """Context manager that yields a temporary file's path; after the block, it replaces `file`.

    The temporary file is empty, in the same folder (same file system, so that the replacement is
    one rename), has a unique name, is readable only by its owner, as `file` is then too, and is
    deleted when the block raises; then `file` is unchanged.

    Args:
        file: destination; its folder is created if missing.

    Raises:
        OSError: the folder cannot be created or written to, or `file` is a folder.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = create_temporary(file.parent)
    try:
        yield temporary
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def create_temporary(folder: Path) -> Path:
    """Create an empty file in a folder and return its path; its name states this process.

    `remove_abandoned` deletes the file once this process has ended. Only its owner can read it.

    Raises:
        OSError: the folder does not exist or cannot be written to.
    """
    handle, name = tempfile.mkstemp(dir=folder, prefix=_prefix(), suffix=_SUFFIX)
    os.close(handle)
    return Path(name)


def write_cache_file(file: Path, write: Callable[[Path], object]) -> bool:
    """Write a cache file atomically; on an OSError, log a warning and return False.

    A process logs the same warning about a folder once. Other exceptions of `write` are passed on.

    Args:
        file: destination; its folder is created if missing.
        write: called with the path of an empty temporary file, to write the content to it.

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
    """Log a warning that a cache folder cannot be used, once per process, folder and reason."""
    _log.warning(
        "Results are not stored in %s: %s. Free some disk space or set VQA_HOME to a writable folder.",
        folder,
        reason,
    )


def remove_abandoned(folder: Path) -> None:
    """Delete the files of `atomic_write` and `create_temporary` whose writers were killed.

    These are all files whose names end in `.new`, if the process of this machine that the name
    states has ended, or if it has not been written to for an hour. Subfolders are not searched; a
    missing folder has no files.

    Args:
        folder: the folder of the files.

    Raises:
        OSError: an abandoned file cannot be deleted.
    """
    for temporary in folder.glob(f"*{_SUFFIX}"):
        try:
            is_old = time.time() - temporary.stat().st_mtime > _ABANDONED_S
            if is_old or _has_writer_ended(temporary.name):
                temporary.unlink()
        except FileNotFoundError:
            continue  # another process removed it


def _prefix() -> str:
    """Return the prefix of this process's temporary files: machine and process id."""
    machine = re.sub(r"[^A-Za-z0-9.]", "", platform.node())
    return f"{machine}-{os.getpid()}-"


def _has_writer_ended(name: str) -> bool:
    """Whether the process that a temporary file's name states is known to have ended.

    False for processes of other machines and containers, for names of another form, and on Windows,
    where a process cannot be tested without ending it.
    """
    machine, _, rest = name.rpartition("-")[0].rpartition("-")
    if os.name != "posix" or f"{machine}-{os.getpid()}-" != _prefix() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
