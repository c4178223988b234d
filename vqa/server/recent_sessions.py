"""Cache of a server's encoded videos: recent chat sessions, each the base of several requests."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from vqa.chat.session import ChatSession
from vqa.storage.video_files import file_state
from vqa.types import SamplingPlan, Turn

_MAX_TURNS = 256

Key = tuple[str, Path, tuple[int, float, float], SamplingPlan]


@dataclass
class RecentSession:
    """Session about one encoded video, with the turns of all conversations about it.

    Args:
        session: holds the encoded video; None until it is encoded.
        lock: held while the video is encoded.
        turns: finished turns by (owner, question, displayed answer), so that a later request has
            their confidence and evidence; at most 256, the oldest ones are dropped.
        last_use_s: time of the last use, of the monotonic clock.
    """

    session: ChatSession | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    turns: OrderedDict[tuple[str, str, str], Turn] = field(default_factory=OrderedDict)
    last_use_s: float = field(default_factory=time.monotonic)

    @property
    def num_bytes(self) -> int:
        """Memory of the sampled frames in bytes, without embeddings; 0 before encoding."""
        context = self.session.context if self.session is not None else None
        return int(context.clip.frames.nbytes) if context is not None else 0

    def remember(self, owner: str, question: str, text: str, turn: Turn) -> None:
        """Store a turn under its owner, question and displayed answer, to find it again by these.

        Beyond 256 turns, the oldest one is dropped. An earlier turn of the same three is replaced
        and keeps its age.
        """
        self.turns[owner, question, text] = turn
        while len(self.turns) > _MAX_TURNS:
            self.turns.popitem(last=False)


class RecentSessions:
    """Least-recently-used cache of chat sessions by model, video file and sampling plan.

    A file whose size or times have changed counts as another video. Entries are dropped only while
    `get` is called. Several threads may use the cache.

    Args:
        capacity: maximum number of encoded videos.
        keep_s: seconds without use after which a video is dropped.
        max_bytes: maximum memory of the videos' frames in bytes; None is unlimited.
    """

    def __init__(
        self, *, capacity: int = 16, keep_s: float = 3600.0, max_bytes: int | None = None
    ) -> None:
        self._capacity = capacity
        self._keep_s = keep_s
        self._max_bytes = max_bytes
        self._sessions: OrderedDict[Key, RecentSession] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, model: str, path: Path, plan: SamplingPlan, encode: Callable[[], ChatSession]
    ) -> RecentSession:
        """Return the cache entry of a video; if it has no session, call `encode` and store that.

        Concurrent calls with the same arguments encode the video once. The entry is returned even
        if the cache has dropped it for its size.

        Args:
            model: name of the model.
            path: the video file.
            plan: the sampling plan.
            encode: returns a session whose current video is this one; its exceptions are passed on,
                and the next call encodes again.

        Raises:
            VideoError: the file does not exist.
        """
        key = (model, path, file_state(path), plan)
        with self._lock:
            recent = self._sessions.pop(key, None) or RecentSession()
            recent.last_use_s = time.monotonic()
            self._sessions[key] = recent
            self._drop_old(recent.last_use_s)
        with recent.lock:
            if recent.session is None:
                recent.session = encode()
        with self._lock:
            self._drop_old(recent.last_use_s)
        return recent

    def _drop_old(self, now: float) -> None:
        """Drop the least recently used entries that are too old or exceed a limit of the cache.

        `now` is a time of the monotonic clock in seconds.
        """
        while self._sessions:
            oldest = next(iter(self._sessions.values()))
            is_full = len(self._sessions) > self._capacity or self._exceeds_memory()
            if not is_full and now - oldest.last_use_s <= self._keep_s:
                return
            self._sessions.popitem(last=False)

    def _exceeds_memory(self) -> bool:
        if self._max_bytes is None:
            return False
        return sum(recent.num_bytes for recent in self._sessions.values()) > self._max_bytes
