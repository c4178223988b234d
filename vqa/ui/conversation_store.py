"""Conversations on disk, so that a reloaded tab gets them back after a restart of the page.

Only a page that is started with `--data` has this store. Each tab is one JSON file. Its name is a
hash of the visitor's secret and the tab's token, which the file does not contain.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from vqa.atomic_write import write_cache_file
from vqa.ui.conversation_records import TabRecord, VideoConversation, record_adapter
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.ui.visitors.visitor import Visitor

_log = logging.getLogger(__name__)


class ConversationStore:
    """Conversations of the tabs of a page, in files that only their owner can read.

    A folder that cannot be written is logged, and nothing is stored.

    Args:
        folder: folder of the files; created if missing.
        uploads: folder of uploads. The files of stored conversations are marked as used there.
        keep_s: number of seconds since its last change after which a conversation is not returned.
        video_folders: folders whose videos may be opened again; None admits every file.
    """

    def __init__(
        self,
        folder: Path,
        uploads: Path,
        *,
        keep_s: float,
        video_folders: Sequence[Path] | None = None,
    ) -> None:
        self._folder = folder
        self._uploads = uploads.resolve()
        self._keep_s = keep_s
        self._video_folders = None if video_folders is None else [*video_folders, uploads]

    def write(self, state: SessionState) -> None:
        """Store the conversations of a tab; does nothing without a current video.

        The conversation about the current video is updated in `state.records`. Uploaded videos of
        the tab count as used now, so that they are kept as long as the conversation.
        """
        session, path = state.session, state.path
        if session is None or path is None:
            return
        state.records[path] = VideoConversation(
            path=path,
            options=state.options.get(path, ReadingOptions()),
            history=session.history,
            turns=tuple(state.turns),
        )
        record = TabRecord(
            model=state.model,
            language=state.language,
            has_chosen_language=state.has_chosen_language,
            path=path,
            conversations=tuple(state.records.values()),
        )
        text = json.dumps(asdict(record), default=str)
        file = self._file(state.token, state.visitor)
        write_cache_file(file, lambda temporary: temporary.write_text(text, encoding="utf-8"))
        for video in state.records:
            if video.is_relative_to(self._uploads):
                with suppress(OSError):  # its time was over
                    os.utime(video)

    def resume(self, state: SessionState, token: str) -> bool:
        """Load the conversations of a tab into a new state; return whether any are stored.

        The videos are not decoded: `state.reopened_path` is the one to open first. Conversations
        about files that are missing are left out. If none is stored, the state stays unchanged.

        Args:
            state: state of the visitor who opens the tab.
            token: token that the tab stored.
        """
        record = self._read(token, state.visitor)
        if record is None:
            return False
        state.token, state.model = token, record.model
        state.language, state.has_chosen_language = record.language, record.has_chosen_language
        state.reopened_path = record.path
        for conversation in record.conversations:
            state.records[conversation.path] = conversation
            state.conversations[conversation.path] = list(conversation.turns)
        return True

    def _read(self, token: str, visitor: Visitor) -> TabRecord | None:
        """Return the stored state of a tab; None without one, or if it is older than `keep_s`.

        Conversations about files that are missing, or that may not be opened again, are left out;
        None if no conversation is left. A damaged file is logged and counts as not stored.

        Args:
            token: token of the tab.
            visitor: the visitor who opens the tab.
        """
        file = self._file(token, visitor)
        try:
            if time.time() - file.stat().st_mtime > self._keep_s:
                return None
            record = record_adapter().validate_python(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            _log.warning("The stored conversation %s cannot be read: %s", file, error)
            return None
        conversations = tuple(c for c in record.conversations if self._is_readable(c.path))
        paths = [conversation.path for conversation in conversations]
        if not paths:
            return None
        path = record.path if record.path in paths else paths[-1]
        return replace(record, path=path, conversations=conversations)

    def _is_readable(self, path: Path) -> bool:
        folders = self._video_folders
        is_admitted = folders is None or any(
            path.resolve().is_relative_to(folder.resolve()) for folder in folders
        )
        return is_admitted and path.is_file()

    def _file(self, token: str, visitor: Visitor) -> Path:
        name = hashlib.sha256(json.dumps([visitor.session, token]).encode()).hexdigest()
        return self._folder / f"{name}.json"
