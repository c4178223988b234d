"""Library of indexed videos on this machine.

SQLite holds all data, vectors included; usearch indexes make vectors fast to search
(docs/library.md has the reasons). The first search or change opens the indexes: keys that only
SQLite has are added, and a damaged index is rebuilt. A lock file lets several processes write to
one library.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from vqa import settings
from vqa.atomic_write import remove_abandoned
from vqa.errors import StorageError
from vqa.storage.library import Segment, SegmentMatch, needs_indexing
from vqa.storage.library_database import LOCK_TIMEOUT_S, open_database
from vqa.storage.vectors import IndexDamaged, VectorIndex
from vqa.storage.video_files import content_hash, file_state, scan_file, video_files
from vqa.text_words import separate_characters

_ROWS_PER_READ = 10_000
# Conditions on the segments of the two indexes, and their files.
_PICTURES, _LINES = "source = 'picture'", "source IN ('speech', 'screen')"
_INDEX_FILES = {_PICTURES: "vectors.usearch", _LINES: "lines.usearch"}
# Each step finds the next content in the index, whatever the number of its segments.
_ORPHANS = """
WITH RECURSIVE contents (content) AS (
    SELECT min(content) FROM segments
    UNION ALL SELECT (SELECT min(content) FROM segments WHERE content > contents.content) FROM contents
    WHERE contents.content IS NOT NULL)
SELECT content FROM contents WHERE content IS NOT NULL AND content NOT IN (SELECT content FROM videos)
"""
_log = logging.getLogger(__name__)


class LocalLibrary:
    """Library of indexed videos in SQLite and usearch files; several processes may use it at once.

    A damaged index is rebuilt; a damaged database is renamed and the library starts empty. Both log
    a warning. Methods raise StorageError if files cannot be read or written. Searches by vector are
    approximate.

    Args:
        folder: location; None means `library` in VQA_HOME.
        dim: number of components of a vector.
        version: version of the model that computes the vectors; versions are not comparable.

    Raises:
        SettingError: the library was made by another version of the model.
        StorageError: the folder cannot be written, or another process holds its lock for two
            minutes.
    """

    def __init__(self, folder: Path | None = None, *, dim: int, version: str) -> None:
        self.folder = folder or settings.home() / "library"
        self._dim = dim
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self.folder / "library.lock", timeout=LOCK_TIMEOUT_S)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        with self._locked_database():
            remove_abandoned(self.folder)
            self._database = open_database(self.folder, version)
        self._indexes: dict[str, VectorIndex] = {}  # by condition, opened on first use

    def __len__(self) -> int:
        """Return the number of segments."""
        with self._database_errors():
            (count,) = self._database.execute("SELECT count(*) FROM segments").fetchone()
        return int(count)

    def close(self) -> None:
        """Save the indexes if this process has changed them, and close the database.

        The saved indexes also have the changes of other processes. The library cannot be used after
        this.

        Raises:
            StorageError: an index cannot be saved.
        """
        if any(index.is_changed for index in self._indexes.values()):
            with self._locked_database():
                for condition, index in self._indexes.items():
                    if index.is_changed:
                        self._sync_index(index, condition)
        self._database.close()

    def find_unindexed(self, folder: Path, *, text_sources: Collection[str] = ()) -> list[Path]:
        """Return the sorted video files below a folder that are not indexed or have changed since.

        A moved or copied file is identified by its content and needs no indexing; its path is
        recorded.

        Args:
            folder: folder to search, at any depth.
            text_sources: required sources of timed text; a video indexed without one of them is
                included.

        Raises:
            SettingError: the folder does not exist.
            StorageError: the database cannot be read or written.
        """
        with self._locked_database():
            rows = self._database.execute(
                "SELECT path, size, mtime, changed, listened FROM videos"
            ).fetchall()
        indexed_states = {path: (tuple(state), sources) for path, *state, sources in rows}
        unindexed_paths = []
        for path in video_files(folder):
            state, sources = indexed_states.get(str(path), (None, ""))
            available: list[str] | None = sources.split()
            current, content = scan_file(path, state)
            if content is not None:
                with self._locked_database():
                    available = self._text_sources_of(content)
                    if available is not None:
                        self._record_file(path, current, content, " ".join(available))
            if needs_indexing(available, text_sources):
                unindexed_paths.append(path)
        return unindexed_paths

    def add(
        self, path: Path, segments: Sequence[Segment], *, text_sources: Collection[str] = ()
    ) -> None:
        """Index a video: replace its frame segments and its lines of `text_sources`.

        Lines of other text sources stay. Copies of the file share its segments. The indexes are
        changed in memory, `close` saves them.

        Args:
            path: video file.
            segments: its frame segments and lines.
            text_sources: sources that were transcribed, even without a result: `speech`, `screen`.

        Raises:
            VideoError: the file does not exist or cannot be read.
            StorageError: the database cannot be written.
        """
        path = path.resolve()
        state, content = file_state(path), content_hash(path)
        indexes = {condition: self._index(condition) for condition in _INDEX_FILES}
        with self._locked_database():
            sources = {*(self._text_sources_of(content) or ()), *text_sources}
            deleted_keys = self._delete_segments(content, {"picture", *text_sources})
            ids = [self._insert(content, segment) for segment in segments]
            joined_sources = " ".join(sorted(sources))
            self._record_file(path, state, content, joined_sources)
            # Copies of the file share its segments.
            self._database.execute(
                "UPDATE videos SET listened = ? WHERE content = ?", (joined_sources, content)
            )
        for condition, index in indexes.items():
            index.remove(deleted_keys)
            rows = [
                (key, segment.vector)
                for key, segment in zip(ids, segments, strict=True)
                if (segment.source == "picture") == (condition == _PICTURES)
            ]
            if rows:
                keys = [key for key, _ in rows]
                index.remove(keys)  # libraries made before keys were unique for ever use some again
                index.add(keys, np.stack([vector for _, vector in rows]))

    def paths(self) -> list[Path]:
        """Return the absolute paths of all indexed files, sorted; see `VideoLibrary.paths`."""
        with self._database_errors():
            rows = self._database.execute("SELECT path FROM videos ORDER BY path").fetchall()
        return [Path(path) for (path,) in rows]

    def remove(self, paths: Collection[Path]) -> int:
        """Remove files from the library, not from the disk; return the number of those it had.

        Paths are absolute, as `paths` returns them. The segments of a content go with its last
        file.
        """
        with self._locked_database():
            num_deletions = self._database.executemany(
                "DELETE FROM videos WHERE path = ?", [(str(path),) for path in paths]
            ).rowcount
            orphans = self._database.execute(_ORPHANS).fetchall()
            keys = [key for (content,) in orphans for key in self._delete_segments(content)]
        for index in self._indexes.values():
            index.remove(keys)
        return max(0, num_deletions)

    def search(
        self, vector: NDArray[np.float32], *, limit: int = 10, threshold: float = -1.0
    ) -> list[SegmentMatch]:
        """Return the frame segments with the highest cosine similarity to a vector, best first.

        Args:
            vector: (D,) unit vector.
            limit: maximum number of results, at least 1; those without an existing file are dropped
                from them.
            threshold: minimum cosine similarity, inclusive.
        """
        nearest = self._index(_PICTURES).nearest(vector, limit)
        return self._matches([(key, score) for key, score in nearest if score >= threshold])

    def search_lines(
        self,
        vector: NDArray[np.float32],
        words: Sequence[str],
        *,
        limit: int = 10,
        threshold: float = -1.0,
    ) -> list[SegmentMatch]:
        """Return the lines that contain all words or have a similar embedding, best first.

        Args:
            vector: (D,) embedding of the query, a unit vector.
            words: content words of the query, in any inflection; empty matches none.
            limit: maximum number of results, as in `search`.
            threshold: minimum cosine similarity of lines that do not contain all words (score 1).
        """
        scores = {
            key: score
            for key, score in self._index(_LINES).nearest(vector, limit)
            if score >= threshold
        }
        query = " ".join(f'"{separate_characters(word)}"' for word in words if '"' not in word)
        if query:
            with self._database_errors():
                rows = self._database.execute(
                    "SELECT rowid FROM lines WHERE lines MATCH ? ORDER BY rank LIMIT ?",
                    (query, limit),
                ).fetchall()
            scores |= {key: 1.0 for (key,) in rows}
        return self._matches(sorted(scores.items(), key=lambda item: -item[1])[:limit])

    def _matches(self, scored_keys: Sequence[tuple[int, float]]) -> list[SegmentMatch]:
        """Load the segments of (key, score) pairs in order; leave out those without a file."""
        matches = []
        for key, score in scored_keys:
            with self._database_errors():
                rows = self._database.execute(
                    "SELECT path, start_s, end_s, thumbnail_s, text, thumbnail FROM segments JOIN videos USING (content) WHERE id = ?",
                    (key,),
                ).fetchall()
            row = next((row for row in rows if Path(row[0]).exists()), None)
            if row is not None:
                path, start_s, end_s, thumbnail_s, text, thumbnail = row
                matches.append(
                    SegmentMatch(
                        path=Path(path), start_s=start_s, end_s=end_s, thumbnail_s=thumbnail_s,
                        score=score, text=text, thumbnail=thumbnail,
                    )
                )  # fmt: skip
        return matches

    @contextmanager
    def _locked_database(self) -> Iterator[None]:
        """Context manager that holds the library's lock and, if open, a database transaction."""
        with self._database_errors(), self._lock:
            if hasattr(self, "_database"):
                with self._database:
                    yield
            else:
                yield

    @contextmanager
    def _database_errors(self) -> Iterator[None]:
        """Context manager that translates failures of lock, disk and SQLite to `StorageError`."""
        try:
            yield
        except Timeout as error:
            raise StorageError(
                f"Another process has held the lock of the library in {self.folder} for {LOCK_TIMEOUT_S:.0f} s.",
                cure="Wait for it to finish, or end it, and try again.",
            ) from error
        except (OSError, sqlite3.OperationalError) as error:
            raise _unwritable(self.folder, error) from error
        except sqlite3.DatabaseError as error:
            raise StorageError(
                f"The library in {self.folder} is damaged: {error}.",
                cure="Remove that folder and run vqa index again.",
            ) from error

    def _text_sources_of(self, content: str) -> list[str] | None:
        """Return the transcribed text sources of a content hash, [] for none; None: not indexed."""
        row = self._database.execute(
            "SELECT listened FROM videos WHERE content = ?", (content,)
        ).fetchone()
        return None if row is None else str(row[0]).split()

    def _record_file(
        self, path: Path, state: tuple[int, float, float], content: str, text_sources: str
    ) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO videos (path, content, size, mtime, changed, listened) VALUES (?, ?, ?, ?, ?, ?)",
            (str(path), content, *state, text_sources),
        )

    def _insert(self, content: str, segment: Segment) -> int:
        key = self._database.execute(
            "INSERT INTO segments (content, source, start_s, end_s, thumbnail_s, text, thumbnail, vector) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                content, segment.source, segment.start_s, segment.end_s, segment.thumbnail_s, segment.text,
                segment.thumbnail, segment.vector.astype(np.float16).tobytes(),
            ),
        ).lastrowid  # fmt: skip
        assert key is not None
        if segment.source != "picture":
            self._database.execute(
                "INSERT INTO lines (rowid, text) VALUES (?, ?)",
                (key, separate_characters(segment.text)),
            )
        return key

    def _delete_segments(
        self, content: str, sources: Collection[str] = ("picture", "speech", "screen")
    ) -> list[int]:
        """Delete the segments of a content hash and of `sources` from SQLite; return their keys."""
        rows = self._database.execute(
            "SELECT id, source FROM segments WHERE content = ?", (content,)
        )
        keys = [key for key, source in rows if source in sources]
        parameters = [(key,) for key in keys]
        self._database.executemany("DELETE FROM lines WHERE rowid = ?", parameters)
        self._database.executemany("DELETE FROM segments WHERE id = ?", parameters)
        return keys

    def _index(self, condition: str) -> VectorIndex:
        """Return the index of the segments of a condition; its first use opens it."""
        if condition not in self._indexes:
            with self._locked_database():
                self._indexes[condition] = self._open_index(condition)
        return self._indexes[condition]

    def _open_index(self, condition: str) -> VectorIndex:
        """Open an index, or an empty one if the file is damaged; synchronize it with SQLite."""
        file = self.folder / _INDEX_FILES[condition]
        try:
            index = VectorIndex(file, dim=self._dim)
        except IndexDamaged as error:
            _log.warning("The index %s is damaged (%s); it is rebuilt.", file, error)
            file.unlink()
            index = VectorIndex(file, dim=self._dim)
        if not self._has_all(index, condition):
            self._sync_index(index, condition)
        return index

    def _has_all(self, index: VectorIndex, condition: str) -> bool:
        """Whether an index as it was saved holds the same segments as SQLite.

        The index held all segments when it was saved. Keys are never used again, so a later change
        of SQLite has added a larger key or left fewer keys.
        """
        ((count, last_key),) = self._database.execute(
            f"SELECT count(*), coalesce(max(id), 0) FROM segments WHERE {condition}"
        )
        return (len(index), int(index.keys.max(initial=0))) == (int(count), int(last_key))

    def _sync_index(self, index: VectorIndex, condition: str) -> None:
        """Add and remove vectors until an index holds the same segments as SQLite, then save it.

        They differ after an interrupted run, and when another process has changed the library.

        Args:
            index: index of frame segments or of lines.
            condition: SQL condition that selects the segments of this index.
        """
        rows = self._database.execute(f"SELECT id FROM segments WHERE {condition}")
        expected_keys = np.fromiter((key for (key,) in rows), np.int64)
        present_keys = index.keys
        index.remove(np.setdiff1d(present_keys, expected_keys).tolist())
        missing_keys = np.setdiff1d(expected_keys, present_keys)
        for start in range(0, len(missing_keys), _ROWS_PER_READ):
            keys = missing_keys[start : start + _ROWS_PER_READ].tolist()
            requested_keys = set(keys)
            rows = self._database.execute(
                f"SELECT id, vector FROM segments WHERE {condition} AND id BETWEEN ? AND ?",
                (keys[0], keys[-1]),
            )
            vectors = {
                key: np.frombuffer(v, np.float16) for key, v in rows if key in requested_keys
            }
            index.add(list(vectors), np.stack(list(vectors.values())))
        index.save()


def _unwritable(folder: Path, error: Exception) -> StorageError:
    return StorageError(
        f"The library in {folder} cannot be written: {error}.",
        cure="Free some disk space, or set VQA_HOME to a writable folder.",
    )
