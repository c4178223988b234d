"""Disk cache of timed text, keyed by content: a video is transcribed once, across restarts."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vqa import settings
from vqa.atomic_write import warn_cache_failure, write_cache_file
from vqa.storage.video_files import content_hash
from vqa.types import TimedText

_FORMAT = "1"
_log = logging.getLogger(__name__)


class TranscriptStore:
    """Disk cache of timed text: one JSON file for each video, time range and recognizer.

    If the folder cannot be read or written, videos are transcribed again; the first failure is
    logged as a warning.

    Args:
        folder: location; None means `text` in VQA_HOME.

    Raises:
        SettingError: `folder` is None, and VQA_HOME is a file.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.home() / "text"

    def get(
        self, path: Path, recogniser: str, start_s: float, end_s: float | None
    ) -> list[TimedText] | None:
        """Return the stored text of a recognizer in a time range; None if there is none.

        [] is a stored transcript without text. A damaged file is deleted and counts as not stored,
        one that cannot be read also counts as not stored.

        Args:
            path: video file, which is read to hash its content.
            recogniser: name of the model that recognized the text.
            start_s: start of the range in seconds.
            end_s: end of the range in seconds; None means the end of the video.

        Raises:
            VideoError: the video file does not exist or cannot be read.
        """
        file = self._file(path, recogniser, start_s, end_s)
        try:
            return _parse(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            warn_cache_failure(self.folder, error.strerror or str(error))
            return None
        except (ValueError, TypeError, KeyError) as error:
            _log.warning(
                "The stored transcript %s is damaged (%s); the video is transcribed again.",
                file,
                error,
            )
            with suppress(OSError):
                file.unlink()
            return None

    def put(
        self,
        path: Path,
        recogniser: str,
        start_s: float,
        end_s: float | None,
        lines: Sequence[TimedText],
    ) -> None:
        """Store the text that a recognizer returned for a time range; see `get` for arguments.

        An earlier text of the same range is replaced, an empty one is stored too. A folder that
        cannot be written is logged.

        Raises:
            VideoError: the video file does not exist or cannot be read.
        """
        rows = [asdict(line) for line in lines]
        content = json.dumps({"sha256": _checksum(rows), "lines": rows}, ensure_ascii=False)
        write_cache_file(
            self._file(path, recogniser, start_s, end_s),
            lambda temporary: temporary.write_text(content, encoding="utf-8"),
        )

    def _file(self, path: Path, recogniser: str, start_s: float, end_s: float | None) -> Path:
        key = json.dumps([_FORMAT, content_hash(path), recogniser, start_s, end_s])
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.json"


def _parse(content: str) -> list[TimedText]:
    """Parse a stored file and verify its checksum; files of early versions are lists without one.

    Raises:
        ValueError: the checksum or the JSON is wrong.
        KeyError, TypeError: the JSON has other keys.
    """
    file_value: Any = json.loads(content)
    rows = file_value
    if isinstance(file_value, dict):
        rows = file_value["lines"]
        if file_value["sha256"] != _checksum(rows):
            raise ValueError("wrong checksum")
    return [TimedText(**row) for row in rows]


def _checksum(rows: Any) -> str:
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
