"""What a visitor may take of a machine that is shared."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqa.errors import SettingError, VideoTooLarge, VQAError
from vqa.timecode import format_time
from vqa.ui.i18n import Language, say
from vqa.video.reader import probe

_MINUTE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds; None is no bound.

    Args:
        upload_bytes: the largest file taken.
        video_s: the longest video taken.
        queue_length: how many may wait.
        asks_per_minute: questions, searches and the like of one visitor.
        keep_s: after how long uploads and other files of visitors are deleted.
        any_model: whether a visitor may name a folder or an address as the model: both reach what is the host's.
    """

    upload_bytes: int | None = None
    video_s: float | None = None
    queue_length: int | None = None
    asks_per_minute: int | None = None
    keep_s: int = 24 * 3600
    any_model: bool = True

    def check_model(self, name: str, known: Sequence[str], language: Language) -> None:
        """Let a model pass.

        Raises:
            SettingError: it is none of the known, and others are not allowed.
        """
        if not self.any_model and name not in known:
            raise SettingError(
                say("model_forbidden", language, model=name),
                cure=say("model_forbidden_cure", language, known=", ".join(known)),
            )

    def check_video(self, path: Path, language: Language) -> None:
        """Let a video pass.

        Raises:
            VideoTooLarge: the file is too large or the video too long.
        """
        cure = say("too_large_cure", language)
        size = path.stat().st_size if path.exists() else 0
        if self.upload_bytes is not None and size > self.upload_bytes:
            megabytes = [round(number / 1e6) for number in (size, self.upload_bytes)]
            raise VideoTooLarge(
                say("too_large", language, size=megabytes[0], limit=megabytes[1]), cure=cure
            )
        if self.video_s is None:
            return
        length = probe(path).duration_s
        if length is not None and length > self.video_s:
            raise VideoTooLarge(
                say(
                    "too_long",
                    language,
                    length=format_time(length),
                    limit=format_time(self.video_s),
                ),
                cure=cure,
            )


PRIVATE = Limits()
SHARED = Limits(
    upload_bytes=200_000_000,
    video_s=1800,
    queue_length=20,
    asks_per_minute=20,
    keep_s=3600,
    any_model=False,
)


class Rate:
    """How often each visitor has asked in the last minute.

    Args:
        per_minute: how often one may; None is as often as they like.
        now: tells the time in seconds.
    """

    def __init__(
        self, per_minute: int | None, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._now = now
        self._asked: dict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def spend(self, visitor: str, language: Language) -> None:
        """Count one question of a visitor.

        Raises:
            VQAError: they must wait; it says how long.
        """
        if self._per_minute is None:
            return
        with self._lock:
            now = self._now()
            for known in [k for k, v in self._asked.items() if v and now - v[-1] > _MINUTE_S]:
                del self._asked[known]
            asked = self._asked[visitor]
            while asked and now - asked[0] >= _MINUTE_S:
                asked.popleft()
            if len(asked) >= self._per_minute:
                left = max(1, round(_MINUTE_S - (now - asked[0])))
                raise VQAError(
                    say("busy", language, limit=self._per_minute),
                    cure=say("busy_cure", language, seconds=left),
                )
            asked.append(now)
