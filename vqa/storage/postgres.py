"""Library of indexed videos in PostgreSQL with pgvector, shared by several machines.

The machines must see the videos under the same paths, as on a network folder. psycopg (LGPL-3.0) is
an extra; the server needs pgvector 0.5 or newer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vqa.errors import SettingError
from vqa.storage.library import Segment, SegmentMatch, needs_indexing, version_hash
from vqa.storage.postgres_connection import connect, database_errors
from vqa.storage.video_files import content_hash, file_state, scan_file, video_files
from vqa.text_words import separate_characters

_TABLES_VERSION = 1
# Of the ten nearest among 3,000 random vectors, 200 candidates find 97 %, pgvector's default, 40, 80 %.
_MIN_CANDIDATES, _MAX_CANDIDATES = 200, 1000
# Stems without stop words, as in the local library: "is it now" must find "now".
_SCHEMA = """
CREATE SCHEMA {schema};
SET LOCAL search_path = {schema}, public;
CREATE TEXT SEARCH DICTIONARY stem (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION words
    ALTER MAPPING FOR asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part
    WITH stem;
CREATE TABLE facts (name text PRIMARY KEY, value text NOT NULL);
INSERT INTO facts VALUES ('tables', '{tables}'), ('model', {model});
CREATE TABLE videos (
    path text PRIMARY KEY, content text NOT NULL, size bigint NOT NULL, mtime double precision NOT NULL,
    changed double precision NOT NULL, sources text[] NOT NULL);
CREATE INDEX ON videos (content);
CREATE TABLE segments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, content text NOT NULL, source text NOT NULL,
    start_s double precision NOT NULL, end_s double precision NOT NULL, thumbnail_s double precision NOT NULL,
    text text NOT NULL, words tsvector NOT NULL, thumbnail bytea NOT NULL, vector vector({dim}) NOT NULL);
CREATE INDEX ON segments (content);
CREATE INDEX ON segments USING gin (words) WHERE source <> 'picture';
"""
# By name, the condition on the segments; without a name, PostgreSQL would give these.
_VECTOR_INDEXES = {
    "segments_vector_idx": "source = 'picture'",
    "segments_vector_idx1": "source <> 'picture'",
}
_COLUMNS = "content, start_s, end_s, thumbnail_s, text, thumbnail"
_PATHS = "(SELECT array_agg(path ORDER BY path) FROM videos WHERE videos.content = hits.content)"


class PostgresLibrary:
    """Library of indexed videos in PostgreSQL; `VideoLibrary` documents the shared methods.

    Each model version has a schema of its own, because vectors of different models are not
    comparable. Every change is one transaction, so several machines may index at once. The methods
    raise SettingError if the server does not answer, and StorageError for other failures of the
    database.

    Args:
        address: `postgresql://user@host/database`; the environment of libpq, such as PGPASSWORD,
            applies.
        dim: number of components of a vector.
        version: version of the model that computes the vectors.

    Raises:
        ExtraMissing: psycopg is not installed.
        SettingError: the address is malformed, or the server does not answer within 10 seconds,
            lacks pgvector, or has tables of another version of this program.
        StorageError: the role may not create the tables.
    """

    def __init__(self, address: str, *, dim: int, version: str) -> None:
        self._schema = f"vqa_{version_hash(version)}"
        self._connection = connect(address)
        try:
            with database_errors():
                self._create_tables(dim, version)
                self._execute(f"SET search_path = {self._schema}, public")
        except BaseException:
            self._connection.close()
            raise

    def __len__(self) -> int:
        """Return the number of segments."""
        with database_errors():
            return int(self._rows("SELECT count(*) FROM segments")[0][0])

    def close(self) -> None:
        """Close the connection; every change has been committed by then."""
        self._connection.close()

    def find_unindexed(self, folder: Path, *, text_sources: Collection[str] = ()) -> list[Path]:
        """Return the sorted video files below a folder that are not or not completely indexed.

        See `VideoLibrary.find_unindexed`.
        """
        files = list(video_files(folder))
        with database_errors():
            rows = self._rows(
                "SELECT path, size, mtime, changed, sources FROM videos WHERE path = ANY(%s)",
                [[str(path) for path in files]],
            )
        indexed_states = {path: (tuple(state), sources) for path, *state, sources in rows}
        scans = {path: scan_file(path, indexed_states.get(str(path), (None,))[0]) for path in files}
        contents = {path: content for path, (_, content) in scans.items() if content is not None}
        with database_errors(), self._connection.transaction():
            by_content = self._sources_of(contents.values())
            for path, content in contents.items():
                if content in by_content:
                    self._record_file(path, scans[path][0], content, by_content[content])
        unindexed_paths = []
        for path in files:
            available = (
                by_content.get(contents[path]) if path in contents else indexed_states[str(path)][1]
            )
            if needs_indexing(available, text_sources):
                unindexed_paths.append(path)
        return unindexed_paths

    def add(
        self, path: Path, segments: Sequence[Segment], *, text_sources: Collection[str] = ()
    ) -> None:
        """Index a video: replace its frame segments and its lines of `text_sources`.

        See `VideoLibrary.add`.
        """
        path = path.resolve()
        state, content = file_state(path), content_hash(path)
        with database_errors(), self._connection.transaction():
            # Machines that index copies of one file take turns.
            self._execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [content])
            sources = sorted({*self._sources_of([content]).get(content, ()), *text_sources})
            replaced_sources = ["picture", *text_sources]
            self._execute(
                "DELETE FROM segments WHERE content = %s AND source = ANY(%s)",
                [content, replaced_sources],
            )
            with self._connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO segments (content, source, start_s, end_s, thumbnail_s, text, words, thumbnail, vector) "
                    "VALUES (%s, %s, %s, %s, %s, %s, to_tsvector('words', %s), %s, %s::vector)",
                    [
                        (
                            content, segment.source, segment.start_s, segment.end_s, segment.thumbnail_s,
                            segment.text, separate_characters(segment.text), segment.thumbnail,
                            _literal(segment.vector),
                        )
                        for segment in segments
                    ],
                )  # fmt: skip
            self._record_file(path, state, content, sources)
            # Copies of the file share its segments.
            self._execute("UPDATE videos SET sources = %s WHERE content = %s", [sources, content])

    @contextmanager
    def bulk_load(self, *, memory_mb: int) -> Iterator[None]:
        """Context manager for adding very many videos without indexes of the vectors.

        They are dropped first and built at the end, also after an error. Until then searches
        compare all vectors; if the process is killed, they do so until the next bulk load.

        Args:
            memory_mb: memory in MB that the server may use to build an index; building is much
                faster if that holds all vectors in single precision.

        Raises:
            StorageError: the role does not own the tables.
        """
        with database_errors():
            for name in _VECTOR_INDEXES:
                self._execute(f"DROP INDEX IF EXISTS {name}")
        try:
            yield
        finally:
            with database_errors(), self._connection.transaction():
                self._execute(f"SET LOCAL maintenance_work_mem = '{int(memory_mb)}MB'")
                self._create_vector_indexes()

    def delete(self) -> None:
        """Drop the schema of this model version with all its data, and close the connection.

        If that fails, the connection stays open.

        Raises:
            StorageError: the role does not own the tables.
        """
        with database_errors():
            self._execute(f"DROP SCHEMA {self._schema} CASCADE")
        self.close()

    def paths(self) -> list[Path]:
        """Return the absolute paths of all indexed files, sorted; see `VideoLibrary.paths`."""
        with database_errors():
            return sorted(Path(path) for (path,) in self._rows("SELECT path FROM videos", []))

    def remove(self, paths: Collection[Path]) -> int:
        """Remove files from the library, not from the disk; return the number of those it had.

        See `VideoLibrary.remove`.
        """
        with database_errors(), self._connection.transaction():
            rows = self._rows(
                "DELETE FROM videos WHERE path = ANY(%s) RETURNING content",
                [[str(path) for path in paths]],
            )
            self._execute(
                "DELETE FROM segments WHERE content = ANY(%s) "
                "AND NOT EXISTS (SELECT FROM videos WHERE videos.content = segments.content)",
                [[content for (content,) in rows]],
            )
        return len(rows)

    def search(
        self, vector: NDArray[np.float32], *, limit: int = 10, threshold: float = -1.0
    ) -> list[SegmentMatch]:
        """Return the frame segments with the highest cosine similarity to a vector, best first.

        See `VideoLibrary.search`; the index is approximate, and returns at most 1000 segments.
        """
        return _matches(self._nearest("source = 'picture'", vector, limit, threshold))

    def search_lines(
        self,
        vector: NDArray[np.float32],
        words: Sequence[str],
        *,
        limit: int = 10,
        threshold: float = -1.0,
    ) -> list[SegmentMatch]:
        """Return the lines that contain all words or are similar to a vector, best first.

        See `VideoLibrary.search_lines`.
        """
        rows = {
            row[0]: row for row in self._nearest("source <> 'picture'", vector, limit, threshold)
        }
        if words:
            query = " && ".join(["phraseto_tsquery('words', %s)"] * len(words))
            with database_errors():
                lines = self._rows(
                    f"SELECT id, 1.0, {_COLUMNS}, {_PATHS} FROM (SELECT * FROM segments "
                    f"WHERE source <> 'picture' AND words @@ ({query}) ORDER BY id LIMIT %s) AS hits",
                    [*(separate_characters(word) for word in words), limit],
                )
            rows |= {row[0]: row for row in lines}
        return _matches(sorted(rows.values(), key=lambda row: -row[1])[:limit])

    def _nearest(
        self, condition: str, vector: NDArray[np.float32], limit: int, threshold: float
    ) -> list[tuple[Any, ...]]:
        """Return rows (key, score, segment, paths) by cosine similarity to a vector, highest first.

        Args:
            condition: SQL condition on the segments.
            vector: (D,) unit vector.
            limit: maximum number of rows.
            threshold: minimum cosine similarity.
        """
        candidates = min(_MAX_CANDIDATES, max(_MIN_CANDIDATES, 2 * limit))
        with database_errors(), self._connection.transaction():
            self._execute(f"SET LOCAL hnsw.ef_search = {candidates}")
            rows = self._rows(
                f"SELECT id, 1 - distance, {_COLUMNS}, {_PATHS} FROM ("
                f"SELECT *, vector <=> %s::vector AS distance FROM segments WHERE {condition} "
                "ORDER BY distance LIMIT %s) AS hits ORDER BY distance",
                [_literal(vector), limit],
            )
        return [row for row in rows if row[1] >= threshold]

    def _create_tables(self, dim: int, version: str) -> None:
        """Create the missing tables of this model version, under a lock against other machines.

        Raises:
            SettingError: the tables are those of another version of this program.
        """
        tables = f"{self._schema}.facts"
        if self._rows("SELECT to_regclass(%s)", [tables])[0][0] is None:
            with self._connection.transaction():
                self._execute("SELECT pg_advisory_xact_lock(hashtextextended('vqa', 0))")
                self._execute("CREATE EXTENSION IF NOT EXISTS vector")
                if self._rows("SELECT to_regclass(%s)", [tables])[0][0] is None:
                    model = _quote(version)
                    statements = _SCHEMA.format(
                        schema=self._schema, tables=_TABLES_VERSION, dim=dim, model=model
                    )
                    self._execute(statements)
                    self._create_vector_indexes()
        (row,) = self._rows(f"SELECT value FROM {tables} WHERE name = 'tables'")
        if row[0] != str(_TABLES_VERSION):
            raise SettingError(
                f"The library's tables have version {row[0]}, this program needs {_TABLES_VERSION}.",
                cure="Use the same version of this program on every machine.",
            )

    def _create_vector_indexes(self) -> None:
        for name, condition in _VECTOR_INDEXES.items():
            self._execute(
                f"CREATE INDEX IF NOT EXISTS {name} ON segments USING hnsw (vector vector_cosine_ops) "
                f"WHERE {condition}"
            )

    def _sources_of(self, contents: Collection[str]) -> dict[str, list[str]]:
        """Return the transcribed text sources by content hash, without hashes not indexed."""
        rows = self._rows(
            "SELECT content, sources FROM videos WHERE content = ANY(%s)", [list(contents)]
        )
        return dict(rows)

    def _record_file(
        self, path: Path, state: tuple[int, float, float], content: str, sources: Sequence[str]
    ) -> None:
        self._execute(
            "INSERT INTO videos (path, size, mtime, changed, content, sources) VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime = excluded.mtime, "
            "changed = excluded.changed, content = excluded.content, sources = excluded.sources",
            [str(path), *state, content, list(sources)],
        )

    def _execute(self, statement: str, parameters: Sequence[Any] | None = None) -> Any:
        # Statements are constants of this module; values are always parameters.
        return self._connection.execute(statement, parameters)

    def _rows(
        self, statement: str, parameters: Sequence[Any] | None = None
    ) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._execute(statement, parameters).fetchall()
        return rows


def _matches(rows: Sequence[tuple[Any, ...]]) -> list[SegmentMatch]:
    """Convert rows of `_nearest` to matches; drop those without an existing file here."""
    matches = []
    for _, score, _, start_s, end_s, thumbnail_s, text, thumbnail, paths in rows:
        path = next((Path(path) for path in paths or () if Path(path).exists()), None)
        if path is not None:
            matches.append(
                SegmentMatch(
                    path=path, start_s=start_s, end_s=end_s, thumbnail_s=thumbnail_s, score=float(score),
                    text=text, thumbnail=bytes(thumbnail),
                )
            )  # fmt: skip
    return matches


def _literal(vector: NDArray[np.float32]) -> str:
    """Return a vector in pgvector's text form, such as `[0.1,0.2]`."""
    return f"[{','.join(map(repr, vector.astype(np.float32).tolist()))}]"


def _quote(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
