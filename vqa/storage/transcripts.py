"""Timed text on disk, by content: what was heard or read once is not listened to again, not even after a restart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from vqa import settings
from vqa.atomic_write import atomic_write
from vqa.storage.content_hash import fingerprint
from vqa.types import TimedText

_FORMAT = "1"


class TextStore:
    """Keeps the lines of videos: a file of some kilobytes for each video, range and listener.

    Args:
        folder: where; None means the user's cache folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.home() / "text"

    def get(
        self, path: Path, listener: str, start_s: float, end_s: float | None
    ) -> list[TimedText] | None:
        """What this listener found in this very content between these times; None where it has not listened."""
        try:
            told = self._file(path, listener, start_s, end_s).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return [TimedText(**line) for line in json.loads(told)]

    def put(
        self,
        path: Path,
        listener: str,
        start_s: float,
        end_s: float | None,
        lines: Sequence[TimedText],
    ) -> None:
        """Keep what a listener found; readers see the whole file or none."""
        with atomic_write(self._file(path, listener, start_s, end_s)) as temporary:
            rows = [asdict(line) for line in lines]
            temporary.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")

    def _file(self, path: Path, listener: str, start_s: float, end_s: float | None) -> Path:
        key = json.dumps([_FORMAT, fingerprint(path), listener, start_s, end_s])
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.json"
