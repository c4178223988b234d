"""Limits per visitor of a page on a shared machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqa.errors import SettingError, TooManyRequests, VideoTooLarge
from vqa.machine import memory_bytes
from vqa.timecode import format_time
from vqa.ui.i18n import Language, translate
from vqa.ui.visitors.quotas import SlidingSum
from vqa.video.reader import probe

_MINUTE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds on what visitors may use; None is unlimited.

    Args:
        upload_bytes: maximum size of a video file.
        video_s: maximum length of a video, in seconds.
        queue_length: maximum number of unfinished requests of all visitors together.
        asks_per_minute: maximum number of requests of a visitor per minute: videos, questions,
            searches, captions, summaries.
        http_per_minute: maximum number of HTTP requests of a visitor per minute that are not GET.
        hourly_bytes: maximum size of all uploads of a visitor within an hour.
        folder_bytes: maximum size of the files of all visitors together.
        memory_bytes: maximum memory of the encoded videos of all visitors together.
        keep_s: number of seconds after which uploads and other files of visitors are deleted.
        any_model: whether a visitor may enter a folder or an `https://…` address as the model,
            which gives access to the host's files and network.
    """

    upload_bytes: int | None = None
    video_s: float | None = None
    queue_length: int | None = None
    asks_per_minute: int | None = None
    http_per_minute: int | None = None
    hourly_bytes: int | None = None
    folder_bytes: int | None = None
    memory_bytes: int | None = None
    keep_s: int = 24 * 3600
    any_model: bool = True

    def check_model(self, name: str, allowed_names: Sequence[str], language: Language) -> None:
        """Check that a visitor may select this model; with `any_model`, any name passes.

        Raises:
            SettingError: `any_model` is false and the name is not among `allowed_names`.
        """
        if not self.any_model and name not in allowed_names:
            raise SettingError(
                translate("model_forbidden", language, model=name),
                cure=translate("model_forbidden_cure", language, models=", ".join(allowed_names)),
            )

    def check_video(self, path: Path, language: Language) -> None:
        """Check the size and, if `video_s` is set, the length of a video; an unknown length passes.

        The limits themselves pass, too.

        Args:
            path: the video file; a missing one has size 0.
            language: language of the error message.

        Raises:
            VideoTooLarge: the file is too large or the video too long.
            VideoError: the length is limited, and the file cannot be decoded.
        """
        cure = translate("too_large_cure", language)
        size = path.stat().st_size if path.exists() else 0
        if self.upload_bytes is not None and size > self.upload_bytes:
            megabytes = [round(number / 1e6) for number in (size, self.upload_bytes)]
            raise VideoTooLarge(
                translate("too_large", language, size=megabytes[0], limit=megabytes[1]), cure=cure
            )
        if self.video_s is None:
            return
        length = probe(path).duration_s
        if length is not None and length > self.video_s:
            raise VideoTooLarge(
                translate(
                    "too_long",
                    language,
                    length=format_time(length),
                    limit=format_time(self.video_s),
                ),
                cure=cure,
            )


PRIVATE_LIMITS = Limits()
SHARED_LIMITS = Limits(
    upload_bytes=200_000_000,
    video_s=1800,
    queue_length=120,
    asks_per_minute=20,
    http_per_minute=600,
    hourly_bytes=1_000_000_000,
    folder_bytes=10_000_000_000,
    memory_bytes=memory_bytes() // 4,
    keep_s=3600,
    any_model=False,
)


class RateLimiter:
    """Sliding-window rate limiter: each visitor may send `per_minute` requests in any 60 seconds.

    Args:
        per_minute: the maximum number of requests; None is unlimited.
        now: returns the current time in seconds; replaceable in tests.
    """

    def __init__(
        self, per_minute: int | None, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._requests = SlidingSum(per_minute, _MINUTE_S, now=now)

    def spend(self, key: str, language: Language) -> None:
        """Count one request of a visitor; a refused one does not count.

        Args:
            key: quota key of the visitor.
            language: language of the error message.

        Raises:
            TooManyRequests: the visitor has used up this minute's requests; the cure states how
                long to wait.
        """
        if not self._requests.add(key, 1):
            wait_s = self._requests.wait_s(key)
            raise TooManyRequests(
                translate("rate_limit", language, count=self._requests.limit),
                cure=translate("rate_limit_cure", language, seconds=wait_s),
                wait_s=wait_s,
            )


def quota_text(upload_bytes: SlidingSum, key: str, language: Language) -> str:
    """Return a sentence that says that a visitor's upload quota of this hour is used up.

    It has the quota in MB and the minutes, rounded up, at least 1, until the visitor's oldest
    upload no longer counts. That may free less than the next upload needs.

    Args:
        upload_bytes: the bytes that each visitor has uploaded within an hour, with a limit.
        key: quota key of the visitor.
        language: language of the sentence.
    """
    minutes = -(-upload_bytes.wait_s(key) // 60)
    limit = (upload_bytes.limit or 0) // 1_000_000
    return translate("upload_quota", language, limit=limit, minutes=max(1, minutes))
