"""SQLite database of the library on this machine: its tables, its version, and repair."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from vqa import settings
from vqa.errors import SettingError

FILE_NAME = "library.sqlite"
LOCK_TIMEOUT_S = 120.0
_SCHEMA_VERSION = "3"
# `listened` has the sources of timed text that were looked for; `changed` the inode's change time, 0 if unknown.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS videos (
    path TEXT PRIMARY KEY, content TEXT NOT NULL, size INTEGER NOT NULL, mtime REAL NOT NULL, listened TEXT NOT NULL,
    changed REAL NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS segments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT NOT NULL, source TEXT NOT NULL, start_s REAL NOT NULL, end_s REAL NOT NULL,
    thumbnail_s REAL NOT NULL, text TEXT NOT NULL, thumbnail BLOB NOT NULL, vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS segments_content ON segments (content);
CREATE INDEX IF NOT EXISTS segments_source ON segments (source, id);
CREATE INDEX IF NOT EXISTS videos_content ON videos (content);
CREATE VIRTUAL TABLE IF NOT EXISTS lines USING fts5 (text, tokenize = 'porter unicode61');
"""
_FACTS = "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
_log = logging.getLogger(__name__)


def open_database(folder: Path, version: str) -> sqlite3.Connection:
    """Open the database of a library; rename a damaged one to `.damaged` and create an empty one.

    A missing database is created; the rename is logged as a warning and replaces an earlier
    `.damaged` file.

    Args:
        folder: folder of the library, which exists.
        version: version of the model that computes the vectors.

    Raises:
        SettingError: the library was made by another version of the model or of its tables.
        sqlite3.Error: the database cannot be opened.
    """
    file = folder / FILE_NAME
    try:
        return _connect(file, f"{version}, tables {_SCHEMA_VERSION}")
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        damaged_file = file.with_suffix(".damaged")
        file.replace(damaged_file)
        file.with_name(f"{file.name}-journal").unlink(missing_ok=True)  # of the old file
        _log.warning(
            "The library in %s was damaged (%s) and is now empty; the old file is %s. Run vqa index again.",
            folder, error, damaged_file.name,
        )  # fmt: skip
        return _connect(file, f"{version}, tables {_SCHEMA_VERSION}")


def _connect(file: Path, version: str) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=LOCK_TIMEOUT_S)
    try:
        database.execute(_FACTS)
        row = database.execute("SELECT value FROM facts WHERE name = 'version'").fetchone()
        if row is not None and row[0] != version:
            raise SettingError(
                f"The library in {file.parent} was made by another version of the model.",
                cure="Remove that folder and run vqa index again.",
            )
        database.executescript(_SCHEMA)
        columns = {name for _, name, *_ in database.execute("PRAGMA table_info(videos)")}
        if "changed" not in columns:
            database.execute("ALTER TABLE videos ADD COLUMN changed REAL NOT NULL DEFAULT 0")
        database.execute("INSERT OR REPLACE INTO facts VALUES ('version', ?)", (version,))
        database.commit()
    except BaseException:
        database.close()
        raise
    return database


def check_library(folder: Path | None = None) -> list[str]:
    """Run SQLite's integrity check on the local library and return its first five problems as text.

    Returns an empty list for an intact library and without one. The usearch indexes are not
    checked.

    Args:
        folder: folder of the library; None means `library` in VQA_HOME.

    Raises:
        SettingError: `folder` is None, and VQA_HOME is a file.
    """
    file = (folder or settings.home() / "library") / FILE_NAME
    if not file.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            rows = [str(row[0]) for row in database.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if rows == ["ok"] else rows
