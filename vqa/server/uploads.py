"""Store of uploaded videos by the SHA-256 of their content, with expiry and a size limit."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from vqa import settings
from vqa.atomic_write import create_temporary, remove_abandoned
from vqa.errors import StorageError, VideoEmpty, VideoTooLarge

_ID = re.compile(r"[0-9a-f]{64}")
_TOTAL_BYTES = 20_000_000_000
_CLEANING_S = 300.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Stored video of a client.

    Args:
        video_id: SHA-256 of the content, 64 lower-case hexadecimal digits.
        path: the file.
        num_bytes: size in bytes.
        last_use_s: time of the last use, in seconds since the epoch.
        expires_s: time at which the video is deleted unless it is used again, likewise.
        is_new: whether `UploadStore.save` has stored it just now; False if it was there before.
    """

    video_id: str
    path: Path
    num_bytes: int
    last_use_s: float
    expires_s: float
    is_new: bool = False


class UploadStore:
    """Videos of the clients of a server, one file per content and owner.

    `remove_expired` deletes a file that nobody has used for `keep_s`, and the least recently used
    ones when all of them exceed `total_bytes`. Several threads may use the store.

    Args:
        folder: location; None means `uploads` in VQA_HOME.
        keep_s: seconds from the last use to the deletion.
        max_bytes: maximum size of one video; None is unlimited.
        total_bytes: maximum size of all videos together; None or 0 takes 20 GB (2 · 10¹⁰ bytes).
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        keep_s: float,
        max_bytes: int | None = None,
        total_bytes: int | None = None,
    ) -> None:
        self.folder = folder or settings.home() / "uploads"
        self._keep_s = keep_s
        self._max_bytes = max_bytes
        self._total_bytes = total_bytes or _TOTAL_BYTES
        self._lock = threading.Lock()

    def save(self, chunks: Iterable[bytes], owner: str) -> Upload:
        """Store a video and delete expired ones; return the stored video.

        Equal content of an owner is stored once, and its expiry postponed.

        Args:
            chunks: the content in order, in pieces of any size.
            owner: key of the client; no other client can use the video.

        Raises:
            VideoTooLarge: the content exceeds `max_bytes` or `total_bytes`.
            VideoEmpty: the content has no bytes.
            StorageError: the folder cannot be written.
        """
        temporary: Path | None = None
        try:
            self._folder(owner).mkdir(parents=True, exist_ok=True)
            temporary = create_temporary(self._folder(owner))
            with temporary.open("wb") as file:
                digest, num_bytes = hashlib.sha256(), 0
                for chunk in chunks:
                    num_bytes += len(chunk)
                    self._check_size(num_bytes)
                    digest.update(chunk)
                    file.write(chunk)
            if not num_bytes:
                raise VideoEmpty("The video has no bytes.", cure="Send the whole file.")
            video_id = digest.hexdigest()
            path = self._path(video_id, owner)
            with self._lock:  # else another thread may delete the equal file that is to stay
                is_new = not path.is_file()
                if is_new:  # an equal file stays, so that it is not encoded again
                    temporary.replace(path)
                _marker(path).touch()
                self._remove_expired()
                upload = self._use(video_id, owner)
        except OSError as error:
            raise StorageError(
                f"The video cannot be written to {self.folder}: {error.strerror or error}.",
                cure="Free some disk space, or set VQA_HOME to a writable folder.",
            ) from error
        finally:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
        if upload is None:
            raise _too_large(self._total_bytes)
        return replace(upload, is_new=is_new)

    def find(self, video_id: str, owner: str) -> Upload | None:
        """Return the video with this SHA-256 and owner, and postpone its expiry; else None.

        An expired video is deleted and not returned. None also for a text that is no id, which has
        64 lower-case hexadecimal digits.

        Raises:
            OSError: the use cannot be recorded, or an expired file not be deleted.
        """
        with self._lock:
            return self._use(video_id, owner)

    def _use(self, video_id: str, owner: str) -> Upload | None:
        """Return what `find` returns; the caller holds the lock."""
        if not _ID.fullmatch(video_id):
            return None
        path = self._path(video_id, owner)
        last_use_s = _last_use(path)
        if last_use_s is None:
            return None
        if time.time() - last_use_s > self._keep_s:
            _remove(path)
            return None
        _marker(path).touch()
        now = time.time()
        return Upload(
            video_id=video_id,
            path=path,
            num_bytes=path.stat().st_size,
            last_use_s=now,
            expires_s=now + self._keep_s,
        )

    def delete(self, video_id: str, owner: str) -> bool:
        """Delete the video with this SHA-256 and owner; return whether there was one.

        An expired video counts as none.
        """
        with self._lock:
            upload = self._use(video_id, owner)
            if upload is not None:
                _remove(upload.path)
        return upload is not None

    def remove_expired(self) -> None:
        """Delete expired and abandoned files, and the least recently used beyond `total_bytes`.

        Abandoned files are unfinished uploads of a process that has ended, or that have not been
        written to for an hour, see `remove_abandoned`. Sizes are summed from the last used video
        on; the one that exceeds `total_bytes`, and all that were used before it, are deleted.
        Nothing happens if the folder does not exist.

        Raises:
            OSError: a file cannot be deleted; others may then stay, too.
        """
        with self._lock:
            self._remove_expired()

    def _remove_expired(self) -> None:
        """Do what `remove_expired` does; the caller holds the lock."""
        for folder in self.folder.glob("*/"):
            remove_abandoned(folder)
        uses = [(_last_use(path) or 0.0, path) for path in self.folder.glob("*/video-*")]
        num_bytes, oldest_s = 0, time.time() - self._keep_s
        for last_use_s, path in sorted(uses, reverse=True):
            num_bytes += path.stat().st_size if path.is_file() else 0
            if last_use_s < oldest_s or num_bytes > self._total_bytes:
                _remove(path)

    def start_cleaning(self) -> None:
        """Start a daemon thread that deletes expired videos now and at least every five minutes.

        A failure is logged as a warning, and the thread goes on until the process ends. Each call
        starts a thread.
        """

        def clean() -> None:
            while True:
                try:
                    self.remove_expired()
                except OSError as error:
                    _log.warning("Expired uploads in %s stay: %s.", self.folder, error)
                time.sleep(min(_CLEANING_S, self._keep_s / 4))

        threading.Thread(target=clean, name="vqa-uploads", daemon=True).start()

    def _folder(self, owner: str) -> Path:
        return self.folder / hashlib.sha256(owner.encode()).hexdigest()[:32]

    def _path(self, video_id: str, owner: str) -> Path:
        return self._folder(owner) / f"video-{video_id}"

    def _check_size(self, num_bytes: int) -> None:
        if self._max_bytes is not None and num_bytes > self._max_bytes:
            raise _too_large(self._max_bytes)


def _marker(path: Path) -> Path:
    """Return the path of the file whose modification time records the last use of a video."""
    return path.with_name(path.name.replace("video-", "used-", 1))


def _last_use(path: Path) -> float | None:
    """Return the time of the last use of a stored video, since the epoch; None if it is missing."""
    if not path.is_file():
        return None
    marker = _marker(path)
    return (marker if marker.is_file() else path).stat().st_mtime


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _marker(path).unlink(missing_ok=True)


def _too_large(limit: int) -> VideoTooLarge:
    return VideoTooLarge(
        f"The video is larger than {limit / 1e6:.0f} MB.", cure="Send a smaller one, or a part."
    )
