"""Folder of the page's uploads and temporary files, bounded in size and age."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from vqa import settings
from vqa.errors import SettingError

KEY_FILE = "key"
_LOCK_FILE = "run.lock"
_PERMANENT_FILES = (_LOCK_FILE, KEY_FILE)
_PARTIAL_S = 60.0  # an upload that has not grown for so long was aborted
_GRACE_S = 600.0  # a younger file is not deleted for the sake of the size limit
_log = logging.getLogger(__name__)


class RunFolder:
    """Folder of uploads and temporary files of one run; deleted when the run has ended.

    The process holds a lock on it; the folders of processes that were killed are deleted by the
    next run. If the cache folder cannot be written, a folder for temporary files of the system is
    used, and a warning is logged. If a data folder is given, it is used instead, and only its
    temporary files are deleted.

    Attributes:
        path: the folder.
        uploads: folder of uploads: finished ones are in subfolders, unfinished ones directly in it.
        temporary: folder of temporary files.

    Args:
        base: folder that contains one folder for each run; None means `page` in VQA_HOME.
        data: folder in which files outlive the run, used by one page at a time; None deletes all
            files at the end.
        limit_bytes: maximum total size; None is unlimited.
        keep_s: age in seconds, since the last change, from which on `sweep` deletes a file.

    Raises:
        SettingError: the data folder cannot be written, or another page uses it.
    """

    def __init__(
        self,
        base: Path | None = None,
        *,
        data: Path | None = None,
        limit_bytes: int | None = None,
        keep_s: float,
    ) -> None:
        self.limit_bytes = limit_bytes
        self._keep_s = keep_s
        self.path = (
            _folder_of_run(base or settings.home() / "page")
            if data is None
            else data.expanduser().resolve()
        )
        self.uploads = self.path / "uploads"
        self.temporary = self.path if data is None else self.path / "temporary"
        self._lock = FileLock(self.path / _LOCK_FILE, timeout=0)
        try:
            self.uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire()
            if data is not None:
                shutil.rmtree(self.temporary, ignore_errors=True)
                self.temporary.mkdir(mode=0o700)
        except Timeout as error:
            raise SettingError(
                f"Another page uses the data folder {data}.", cure="Choose another folder."
            ) from error
        except OSError as error:
            self._lock.release()
            raise SettingError(
                f"The folder {self.path} cannot be written: {error.strerror or error}.",
                cure="Choose a folder that this user can write to.",
            ) from error
        if data is not None:
            self.sweep()

    def num_bytes(self) -> int:
        """Return the total size of the files in bytes, without the lock, the key and links."""
        return sum(size for _, size, _ in self._files())

    def has_room(self, num_bytes: int) -> bool:
        """Whether a file of `num_bytes` fits below the limit, inclusive; if not, `sweep` first.

        Always True without a limit.
        """
        if self.limit_bytes is None or self.num_bytes() + num_bytes <= self.limit_bytes:
            return True
        self.sweep(reserve_bytes=num_bytes)
        return self.num_bytes() + num_bytes <= self.limit_bytes

    def sweep(self, *, reserve_bytes: int = 0) -> None:
        """Delete expired files and aborted uploads, then the oldest files beyond the size limit.

        An upload is aborted if it has not grown for a minute. Files changed in the last ten minutes
        are not deleted for the size limit. Empty folders are removed when they are as old as
        expired files.

        Args:
            reserve_bytes: number of bytes to keep free below the limit.

        Raises:
            OSError: a file cannot be deleted.
        """
        now, total, remaining = time.time(), 0, []
        for modified_s, size, file in self._files():
            limit_s = _PARTIAL_S if file.parent == self.uploads else self._keep_s
            if now - modified_s <= limit_s or not _delete_unused(file, modified_s):
                total += size
                remaining.append((modified_s, size, file))
        for modified_s, size, file in sorted(remaining):
            is_within = self.limit_bytes is None or total + reserve_bytes <= self.limit_bytes
            if is_within or now - modified_s < _GRACE_S:
                break
            if _delete_unused(file, modified_s):
                total -= size
        self._remove_empty_folders(now)

    def close(self) -> None:
        """Unlock the folder and delete it with all its files; of a data folder, the temporary ones.

        A file that cannot be deleted is left without an error.
        """
        self._lock.release()
        shutil.rmtree(self.temporary, ignore_errors=True)

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """Yield (modification time since the epoch, bytes, path) of each file but lock and key."""
        for folder, _, names in os.walk(self.path):  # unlike `rglob`, it skips deleted folders
            for file in (Path(folder) / name for name in names):
                try:
                    if not stat.S_ISREG(file.lstat().st_mode) or file.name in _PERMANENT_FILES:
                        continue
                    status = file.stat()
                except OSError:
                    continue  # deleted meanwhile
                yield status.st_mtime, status.st_size, file

    def _remove_empty_folders(self, now: float) -> None:
        walk = os.walk(self.path, topdown=False)  # children before their parents
        for folder in (Path(path) for path, *_ in walk):
            if folder == self.path:
                continue
            try:
                if now - folder.stat().st_mtime > self._keep_s:
                    folder.rmdir()
            except OSError:
                continue  # not empty, or deleted meanwhile


def _delete_unused(file: Path, modified_s: float) -> bool:
    """Delete a file unless it was used or uploaded again since it was listed; return whether it is gone.

    Args:
        file: the file.
        modified_s: its modification time when it was listed, in seconds since the epoch.
    """
    try:
        if file.stat().st_mtime != modified_s:
            return False
    except FileNotFoundError:
        return True
    file.unlink(missing_ok=True)
    return True


def _folder_of_run(base: Path) -> Path:
    """Create a folder of this run in `base`, and delete those of runs that have ended.

    If `base` cannot be written, it is a folder for temporary files of the system.
    """
    try:
        base.mkdir(parents=True, exist_ok=True)
        delete_ended_runs(base)
        folder = base / token_hex(8)
        folder.mkdir(mode=0o700)
    except OSError as error:
        folder = Path(tempfile.mkdtemp(prefix="vqa-page-"))
        _log.warning(
            "The page keeps its files in %s, because %s cannot be written: %s. Set VQA_HOME to a writable folder.",
            folder,
            base,
            error.strerror or error,
        )
    return folder


def delete_ended_runs(base: Path) -> None:
    """Delete the folders in `base` of runs whose process has ended, also by a kill.

    A folder without a lock file is deleted when it is a minute old: its process may just be
    creating the lock.

    Raises:
        OSError: `base` does not exist.
    """
    for folder in base.iterdir():
        lock = folder / _LOCK_FILE
        if not folder.is_dir():
            continue
        try:
            if not lock.exists():
                if time.time() - folder.stat().st_mtime > 60:
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            with FileLock(lock, timeout=0):
                pass
        except (Timeout, OSError):
            continue  # its process is running
        shutil.rmtree(folder, ignore_errors=True)
