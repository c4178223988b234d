"""A library of videos: every file of a folder seen once, its moments found by words.

Everything is in SQLite, vectors too; usearch indexes beside it make them quick to search (docs/library.md says why
these). The indexes can always be made again: an opened library adds to them what SQLite has and they lack, so that
an interrupted run loses nothing and taking in a video never writes a whole index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from vqa import settings
from vqa.errors import SettingError
from vqa.storage.content_hash import fingerprint
from vqa.storage.text_search import spaced
from vqa.storage.thumbnails import packed_thumbnail
from vqa.storage.vectors import Vectors

VIDEO_ENDINGS = frozenset(
    ".mp4 .mov .m4v .mkv .webm .avi .gif .ts .mpg .mpeg .flv .wmv .3gp .ogv".split()
)
_TABLES_VERSION = "3"
_READ_AT_ONCE = 10_000
_TABLES = """
CREATE TABLE IF NOT EXISTS videos (
    path TEXT PRIMARY KEY, content TEXT NOT NULL, size INTEGER NOT NULL, mtime REAL NOT NULL, listened TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS segments (
    id INTEGER PRIMARY KEY, content TEXT NOT NULL, source TEXT NOT NULL, start_s REAL NOT NULL, end_s REAL NOT NULL,
    thumbnail_s REAL NOT NULL, text TEXT NOT NULL, thumbnail BLOB NOT NULL, vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS segments_content ON segments (content);
CREATE INDEX IF NOT EXISTS segments_source ON segments (source, id);
CREATE INDEX IF NOT EXISTS videos_content ON videos (content);
CREATE VIRTUAL TABLE IF NOT EXISTS lines USING fts5 (text, tokenize = 'porter unicode61');
"""
_FACTS = "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)"


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A stretch of a video with its unit vector and the frame that shows it, (H, W, 3) uint8 RGB.

    The vector is of what is seen, or of `text`, a line that is said or written there, as `source` tells.
    """

    start_s: float
    end_s: float
    thumbnail_s: float
    vector: NDArray[np.float32]
    frame: NDArray[np.uint8]
    text: str = ""
    source: Literal["picture", "speech", "screen"] = "picture"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A stretch of a video that fits some words; `score` is the cosine (1 where a line holds them), `thumbnail` a JPEG."""

    path: Path
    start_s: float
    end_s: float
    thumbnail_s: float
    score: float
    text: str
    thumbnail: bytes


class VideoLibrary(Protocol):
    """What a library of videos can do, wherever it is kept; see `Library` for what each verb means."""

    def __len__(self) -> int: ...

    def close(self) -> None:
        """Keep what is not kept yet, and let go."""
        ...

    def missing(self, folder: Path, *, listened: Collection[str] = ()) -> list[Path]:
        """The videos of a folder and below that are not in it yet, or have changed since."""
        ...

    def add(
        self, path: Path, segments: Sequence[Segment], *, listened: Collection[str] = ()
    ) -> None:
        """Take in a video."""
        ...

    def forget_removed(self, folder: Path) -> int:
        """Drop the videos of a folder whose files are gone."""
        ...

    def search(
        self, vector: NDArray[np.float32], *, limit: int = 10, threshold: float = -1.0
    ) -> list[Found]:
        """The segments whose picture is nearest to a vector."""
        ...

    def search_lines(
        self,
        vector: NDArray[np.float32],
        words: Sequence[str],
        *,
        limit: int = 10,
        threshold: float = -1.0,
    ) -> list[Found]:
        """The lines that hold all of some words, or whose meaning is near."""
        ...


class Library:
    """The videos of some folders, searchable by words, on this machine.

    Args:
        folder: where the library is kept; None means the user's cache folder.
        dim: length of the vectors.
        version: of the model that makes them; vectors of another cannot be compared.

    Raises:
        SettingError: the library was made by another model.
    """

    def __init__(self, folder: Path | None = None, *, dim: int, version: str) -> None:
        self.folder = folder or settings.home() / "library"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(self.folder / "library.sqlite", timeout=30)
        self._database.execute(_FACTS)
        made_by = f"{version}, tables {_TABLES_VERSION}"
        if self._fact("version") not in (None, made_by):
            raise SettingError(
                f"The library in {self.folder} was made by another version of the model.",
                cure="Remove that folder and run vqa index again.",
            )
        self._database.executescript(_TABLES)
        self._tell("version", made_by)
        self._seen = Vectors(self.folder / "vectors.usearch", dim=dim)
        self._told = Vectors(self.folder / "lines.usearch", dim=dim)
        self._catch_up(self._seen, "source = 'picture'")
        self._catch_up(self._told, "source != 'picture'")

    def __len__(self) -> int:
        """How many segments it holds."""
        (count,) = self._database.execute("SELECT count(*) FROM segments").fetchone()
        return int(count)

    def close(self) -> None:
        """Save the indexes and let go of the files."""
        self._seen.save()
        self._told.save()
        self._database.close()

    def missing(self, folder: Path, *, listened: Collection[str] = ()) -> list[Path]:
        """The videos of a folder and below that are not in it yet, or have changed since.

        A file that only moved is recognised by its content and needs no new look.

        Args:
            folder: where to look.
            listened: kinds of timed text wanted; a video that was taken in without one of them counts as missing.
        """
        known = {
            path: (size, mtime, listening)
            for path, size, mtime, listening in self._database.execute(
                "SELECT path, size, mtime, listened FROM videos"
            )
        }
        wanted = []
        for path in video_files(folder):
            stat = path.stat()
            size, mtime, listening = known.get(str(path), (None, None, ""))
            kinds: list[str] | None = listening.split()
            if (size, mtime) != (stat.st_size, stat.st_mtime):
                content = fingerprint(path)
                kinds = self._listened(content)
                if kinds is not None:
                    with self._database:
                        self._note(path, content, " ".join(kinds))
            if kinds is None or not set(listened) <= set(kinds):
                wanted.append(path)
        return wanted

    def add(
        self, path: Path, segments: Sequence[Segment], *, listened: Collection[str] = ()
    ) -> None:
        """Take in a video; afterwards it is searchable and survives a restart.

        Lines of a kind that was not looked for this time, but before, are kept.

        Args:
            path: the file.
            segments: its stretches, and the lines said or written in it.
            listened: the kinds of timed text that were looked for: `speech`, `screen`.
        """
        path = path.resolve()
        content = fingerprint(path)
        with self._database:
            kinds = {*(self._listened(content) or ()), *listened}
            self._forget_content(content, {"picture", *listened})
            numbers = [self._insert(content, segment) for segment in segments]
            listening = " ".join(sorted(kinds))
            self._note(path, content, listening)
            # Copies of the file have what it has.
            self._database.execute(
                "UPDATE videos SET listened = ? WHERE content = ?", (listening, content)
            )
        for vectors, is_line in ((self._seen, False), (self._told, True)):
            rows = [
                (number, segment.vector)
                for number, segment in zip(numbers, segments, strict=True)
                if (segment.source != "picture") == is_line
            ]
            if rows:
                vectors.add([number for number, _ in rows], np.stack([v for _, v in rows]))

    def forget_removed(self, folder: Path) -> int:
        """Drop the videos of a folder whose files are gone; returns how many."""
        folder = folder.resolve()
        gone = [
            path
            for (path,) in self._database.execute("SELECT path FROM videos").fetchall()
            if Path(path).is_relative_to(folder) and not Path(path).exists()
        ]
        with self._database:
            for path in gone:
                self._database.execute("DELETE FROM videos WHERE path = ?", (path,))
            orphans = self._database.execute(
                "SELECT DISTINCT content FROM segments WHERE content NOT IN (SELECT content FROM videos)"
            ).fetchall()
            for (content,) in orphans:
                self._forget_content(content)
        return len(gone)

    def search(
        self, vector: NDArray[np.float32], *, limit: int = 10, threshold: float = -1.0
    ) -> list[Found]:
        """The segments whose picture is nearest to a vector, best first; none below the threshold."""
        near = self._seen.nearest(vector, limit)
        return self._found([(number, score) for number, score in near if score >= threshold])

    def search_lines(
        self,
        vector: NDArray[np.float32],
        words: Sequence[str],
        *,
        limit: int = 10,
        threshold: float = -1.0,
    ) -> list[Found]:
        """The lines said or written that hold all of some words, or whose meaning is near, best first.

        Args:
            vector: the meaning.
            words: the words, in any form.
            limit: the most lines returned.
            threshold: the cosine from which a meaning is near.
        """
        near = {n: score for n, score in self._told.nearest(vector, limit) if score >= threshold}
        asked = " ".join(f'"{spaced(word)}"' for word in words if '"' not in word)
        if asked:
            rows = self._database.execute(
                "SELECT rowid FROM lines WHERE lines MATCH ? ORDER BY rank LIMIT ?", (asked, limit)
            )
            near |= {number: 1.0 for (number,) in rows}
        return self._found(sorted(near.items(), key=lambda one: -one[1])[:limit])

    def _found(self, scored: Sequence[tuple[int, float]]) -> list[Found]:
        """What is known of these segments; those that are gone are left out."""
        found = []
        for number, score in scored:
            row = self._database.execute(
                "SELECT path, start_s, end_s, thumbnail_s, text, thumbnail FROM segments JOIN videos USING (content) WHERE id = ?",
                (number,),
            ).fetchone()
            if row is not None:
                path, start_s, end_s, thumbnail_s, text, thumbnail = row
                found.append(
                    Found(
                        path=Path(path), start_s=start_s, end_s=end_s, thumbnail_s=thumbnail_s,
                        score=score, text=text, thumbnail=thumbnail,
                    )
                )  # fmt: skip
        return found

    def _listened(self, content: str) -> list[str] | None:
        """The kinds of timed text that were looked for in a content; None where it is not known."""
        row = self._database.execute(
            "SELECT listened FROM videos WHERE content = ?", (content,)
        ).fetchone()
        return None if row is None else str(row[0]).split()

    def _note(self, path: Path, content: str, listening: str) -> None:
        stat = path.stat()
        self._database.execute(
            "INSERT OR REPLACE INTO videos VALUES (?, ?, ?, ?, ?)",
            (str(path), content, stat.st_size, stat.st_mtime, listening),
        )

    def _insert(self, content: str, segment: Segment) -> int:
        number = self._database.execute(
            "INSERT INTO segments (content, source, start_s, end_s, thumbnail_s, text, thumbnail, vector) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                content, segment.source, segment.start_s, segment.end_s, segment.thumbnail_s, segment.text,
                packed_thumbnail(segment.frame), segment.vector.astype(np.float16).tobytes(),
            ),
        ).lastrowid  # fmt: skip
        assert number is not None
        if segment.source != "picture":
            self._database.execute(
                "INSERT INTO lines (rowid, text) VALUES (?, ?)", (number, spaced(segment.text))
            )
        return number

    def _forget_content(
        self, content: str, sources: Collection[str] = ("picture", "speech", "screen")
    ) -> None:
        rows = self._database.execute(
            "SELECT id, source FROM segments WHERE content = ?", (content,)
        )
        numbers = [number for number, source in rows if source in sources]
        self._seen.remove(numbers)
        self._told.remove(numbers)
        each = [(number,) for number in numbers]
        self._database.executemany("DELETE FROM lines WHERE rowid = ?", each)
        self._database.executemany("DELETE FROM segments WHERE id = ?", each)

    def _catch_up(self, vectors: Vectors, condition: str) -> None:
        """Bring an index to what SQLite says: a run may have been cut off before it was saved.

        Args:
            vectors: the index.
            condition: which segments belong in it, as SQL.
        """
        held = vectors.numbers
        rows = self._database.execute(f"SELECT id FROM segments WHERE {condition}")
        there = {number for (number,) in rows}
        vectors.remove(held - there)
        lacking = sorted(there - held)
        for start in range(0, len(lacking), _READ_AT_ONCE):
            numbers = lacking[start : start + _READ_AT_ONCE]
            wanted = set(numbers)
            read = self._database.execute(
                f"SELECT id, vector FROM segments WHERE {condition} AND id BETWEEN ? AND ?",
                (numbers[0], numbers[-1]),
            )
            found = {n: np.frombuffer(v, np.float16) for n, v in read if n in wanted}
            vectors.add(list(found), np.stack(list(found.values())))
        vectors.save()

    def _fact(self, name: str) -> str | None:
        row = self._database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def _tell(self, name: str, value: str) -> None:
        with closing(self._database.cursor()) as cursor:
            cursor.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
        self._database.commit()


def video_files(folder: Path) -> Iterator[Path]:
    """The video files of a folder and below, by their endings, in order.

    Raises:
        SettingError: there is no such folder.
    """
    if not folder.is_dir():
        raise SettingError(f"There is no folder {folder}.", cure="Check the path.")
    for path in sorted(folder.resolve().rglob("*")):
        if path.suffix.lower() in VIDEO_ENDINGS and path.is_file():
            yield path
