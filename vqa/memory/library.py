"""A library of videos: every file of a folder seen once, its moments found by words.

Everything is in SQLite, vectors too; a usearch index beside it makes them quick to search (docs/library.md says why
these). The index can always be made again: an opened library adds to it what SQLite has and the index lacks, so that
an interrupted run loses nothing and taking in a video never writes the whole index.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from usearch.index import Index

from vqa import settings
from vqa.errors import SettingError
from vqa.memory.fingerprint import fingerprint

VIDEO_ENDINGS = frozenset(
    ".mp4 .mov .m4v .mkv .webm .avi .gif .ts .mpg .mpeg .flv .wmv .3gp .ogv".split()
)
_THUMBNAIL_PX = 160
_TABLES_VERSION = "2"
_READ_AT_ONCE = 10_000
_TABLES = """
CREATE TABLE IF NOT EXISTS videos (path TEXT PRIMARY KEY, content TEXT NOT NULL, size INTEGER NOT NULL, mtime REAL NOT NULL);
CREATE TABLE IF NOT EXISTS segments (
    id INTEGER PRIMARY KEY, content TEXT NOT NULL, start_s REAL NOT NULL, end_s REAL NOT NULL, thumbnail_s REAL NOT NULL,
    thumbnail BLOB NOT NULL, vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS segments_content ON segments (content);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A stretch of a video with its unit vector and the frame that shows it, (H, W, 3) uint8 RGB."""

    start_s: float
    end_s: float
    thumbnail_s: float
    vector: NDArray[np.float32]
    frame: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Found:
    """A stretch of a video that fits some words; `score` is the cosine, `thumbnail` a JPEG."""

    path: Path
    start_s: float
    end_s: float
    thumbnail_s: float
    score: float
    thumbnail: bytes


class Library:
    """The videos of some folders, searchable by words.

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
        self._database.executescript(_TABLES)
        self._vectors_file = self.folder / "vectors.usearch"
        made_by = f"{version}, tables {_TABLES_VERSION}"
        if self._fact("version") not in (None, made_by):
            raise SettingError(
                f"The library in {self.folder} was made by another version of the model.",
                cure="Remove that folder and run vqa index again.",
            )
        self._tell("version", made_by)
        self._vectors = Index(ndim=dim, metric="cos", dtype="f16")
        if self._vectors_file.is_file():
            self._vectors.load(str(self._vectors_file))
        self._catch_up()

    def __len__(self) -> int:
        """How many segments it holds."""
        (count,) = self._database.execute("SELECT count(*) FROM segments").fetchone()
        return int(count)

    def close(self) -> None:
        """Save the index and let go of the files."""
        if self._changed:
            self._save()
        self._database.close()

    def missing(self, folder: Path) -> list[Path]:
        """The videos of a folder and below that are not in it yet, or have changed since.

        A file that only moved is recognised by its content and needs no new look.
        """
        known = {
            p: (s, m) for p, s, m in self._database.execute("SELECT path, size, mtime FROM videos")
        }
        wanted = []
        for path in video_files(folder):
            stat = path.stat()
            if known.get(str(path)) == (stat.st_size, stat.st_mtime):
                continue
            content = fingerprint(path)
            if self._database.execute(
                "SELECT 1 FROM videos WHERE content = ?", (content,)
            ).fetchone():
                with self._database:
                    self._note(path, content)
            else:
                wanted.append(path)
        return wanted

    def add(self, path: Path, segments: Sequence[Segment]) -> None:
        """Take in a video; afterwards it is searchable and survives a restart."""
        path = path.resolve()
        content = fingerprint(path)
        with self._database:
            self._forget_content(content)
            ids = [
                self._database.execute(
                    "INSERT INTO segments (content, start_s, end_s, thumbnail_s, thumbnail, vector) VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        content, s.start_s, s.end_s, s.thumbnail_s, _jpeg(s.frame),
                        s.vector.astype(np.float16).tobytes(),
                    ),
                ).lastrowid
                for s in segments
            ]  # fmt: skip
            self._note(path, content)
        if segments:
            self._learn(ids, np.stack([s.vector for s in segments]))

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
        """The segments nearest to a vector, best first; none below the threshold."""
        if not len(self._vectors):
            return []
        matches = self._vectors.search(vector.astype(np.float32), limit)
        found = []
        for key, distance in zip(matches.keys.tolist(), matches.distances.tolist(), strict=True):
            row = self._database.execute(
                "SELECT path, start_s, end_s, thumbnail_s, thumbnail FROM segments JOIN videos USING (content) WHERE id = ?",
                (key,),
            ).fetchone()
            if row is not None and 1 - distance >= threshold:
                path, start_s, end_s, thumbnail_s, thumbnail = row
                found.append(
                    Found(
                        path=Path(path), start_s=start_s, end_s=end_s, thumbnail_s=thumbnail_s,
                        score=1 - distance, thumbnail=thumbnail,
                    )
                )  # fmt: skip
        return found

    def _note(self, path: Path, content: str) -> None:
        stat = path.stat()
        self._database.execute(
            "INSERT OR REPLACE INTO videos VALUES (?, ?, ?, ?)",
            (str(path), content, stat.st_size, stat.st_mtime),
        )

    def _forget_content(self, content: str) -> None:
        ids = [
            i
            for (i,) in self._database.execute(
                "SELECT id FROM segments WHERE content = ?", (content,)
            )
        ]
        for key in ids:
            if key in self._vectors:
                self._vectors.remove(key)
                self._changed = True
        self._database.execute("DELETE FROM segments WHERE content = ?", (content,))

    def _learn(self, ids: Sequence[int | None], vectors: NDArray[Any]) -> None:
        """Make these segments quick to find."""
        self._vectors.add(np.array(ids, dtype=np.uint64), vectors.astype(np.float32))
        self._changed = True

    def _catch_up(self) -> None:
        """Bring the index to what SQLite says: a run may have been cut off before it was saved."""
        self._changed = False
        held = {int(key) for key in self._vectors.keys}
        there = {i for (i,) in self._database.execute("SELECT id FROM segments")}
        for key in held - there:
            self._vectors.remove(key)
            self._changed = True
        lacking = sorted(there - held)
        for start in range(0, len(lacking), _READ_AT_ONCE):
            ids = lacking[start : start + _READ_AT_ONCE]
            rows = self._database.execute(
                "SELECT id, vector FROM segments WHERE id BETWEEN ? AND ?", (ids[0], ids[-1])
            )
            wanted = set(ids)
            found = [(i, np.frombuffer(v, np.float16)) for i, v in rows if i in wanted]
            self._learn([i for i, _ in found], np.stack([v for _, v in found]))
        if self._changed:
            self._save()

    def _save(self) -> None:
        fresh = self._vectors_file.with_suffix(".new")
        self._vectors.save(str(fresh))
        fresh.replace(self._vectors_file)
        self._changed = False

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


def _jpeg(frame: NDArray[np.uint8]) -> bytes:
    picture = Image.fromarray(frame)
    picture.thumbnail((_THUMBNAIL_PX, _THUMBNAIL_PX))
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=80)
    return packed.getvalue()
