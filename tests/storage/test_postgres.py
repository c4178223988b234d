"""The library in a real PostgreSQL: several machines at once, roles, failures."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ColourModel
from vqa.errors import SettingError, StorageError
from vqa.storage.library import Segment
from vqa.storage.postgres import PostgresLibrary
from vqa.storage.postgres_connection import server_version
from vqa.tasks.indexing import open_library

pytestmark = pytest.mark.optional  # some systems have no pgvector for Python 3.13 and later

CreateDatabase = Callable[[Path], str]


def segment(axis: int, text: str = "") -> Segment:
    return Segment(
        start_s=axis, end_s=axis + 1, thumbnail_s=axis, vector=np.eye(4, dtype=np.float32)[axis],
        thumbnail=b"jpeg", text=text, source="speech" if text else "picture",
    )  # fmt: skip


def open_postgres(address: str, version: str = "1") -> PostgresLibrary:
    return PostgresLibrary(address, dim=4, version=version)


def test_machines_that_start_at_once_share_one_library(
    tmp_path: Path, create_database: CreateDatabase
) -> None:
    address = create_database(tmp_path)
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    errors: list[BaseException] = []

    def work() -> None:
        try:
            library = open_postgres(address)
            for _ in range(5):
                library.add(video, [segment(0), segment(1)])
            library.close()
        except BaseException as error:  # noqa: BLE001 - reported below
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    library = open_postgres(address)
    assert len(library) == 2
    library.close()


def test_an_interrupted_change_leaves_the_library_as_it_was(
    tmp_path: Path, create_database: CreateDatabase
) -> None:
    library = open_postgres(create_database(tmp_path))
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    library.add(video, [segment(0)])
    wrong = Segment(**{**vars(segment(1)), "vector": np.zeros(3, np.float32)})
    with pytest.raises(StorageError, match="dimensions"):
        library.add(video, [segment(1), wrong])
    (match,) = library.search(np.eye(4, dtype=np.float32)[0])
    assert match.score == pytest.approx(1)
    library.close()


def test_words_that_are_frequent_in_english_are_indexed(
    tmp_path: Path, create_database: CreateDatabase
) -> None:
    library = open_postgres(create_database(tmp_path))
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    library.add(video, [segment(0, "not now, running"), segment(1, "特价商品")])
    nothing = np.full(4, -0.5, np.float32)
    for words in (["now"], ["not", "run"], ["商品"]):
        assert len(library.search_lines(nothing, words, threshold=0.9)) == 1
    for words in (["now", "later"], ["品商"]):
        assert library.search_lines(nothing, words, threshold=0.9) == []
    library.close()


def test_each_model_version_has_its_own_tables(
    tmp_path: Path, create_database: CreateDatabase
) -> None:
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    first, second = (open_postgres(create_database(tmp_path), version) for version in ("1", "2"))
    first.add(video, [segment(0)])
    assert (len(first), len(second)) == (1, 0)
    first.close()
    second.close()


def test_a_reader_searches_and_cannot_write(
    tmp_path: Path, create_database: CreateDatabase
) -> None:
    import psycopg

    address = create_database(tmp_path)
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    library = open_postgres(address)
    library.add(video, [segment(0)])
    schema = library._schema
    library.close()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO reader")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader")
    as_reader = address.replace("//postgres:@", "//reader:@")
    assert as_reader != address
    reader = open_postgres(as_reader)
    assert len(reader.search(np.eye(4, dtype=np.float32)[0], threshold=0.9)) == 1
    with pytest.raises(StorageError, match="may not change"):
        reader.add(video, [segment(1)])
    reader.close()
    with pytest.raises(StorageError, match="CREATE on the database"):
        open_postgres(as_reader, version="of another model")


def test_the_versions_of_a_server_are_reported(
    tmp_path: Path, create_database: CreateDatabase
) -> None:
    assert re.fullmatch(
        r"PostgreSQL [\d.]+, pgvector [\d.]+", server_version(create_database(tmp_path))
    )


def test_a_database_without_an_encoding_holds_text_of_any_script(
    tmp_path: Path, create_database: CreateDatabase
) -> None:
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an extra")
    address = create_database(tmp_path)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        )
    in_ascii = re.sub(r"/db_\w+", "/ascii", address)
    video = tmp_path / "héron.mp4"
    video.write_bytes(b"x")
    library = open_postgres(in_ascii)
    library.add(video, [segment(0, "鹭 flies")])
    library.close()
    library = open_postgres(in_ascii)
    (match,) = library.search_lines(np.full(4, -0.5, np.float32), ["flies"], threshold=0.9)
    assert (match.path, match.text) == (video, "鹭 flies")
    library.close()
    assert server_version(in_ascii).startswith("PostgreSQL ")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna:s3cret@127.0.0.1:9/films",
        "postgresql://anna:s3cret%zz@server/films",
        "postgresql://anna:s3cret@[server/films",
        "postgresql://anna:s3cret/1@server/films",
        "postgresql://server:s3cret/films",
        "postgresql://server/films?password=s3cret&nothing=1",
    ],
)
def test_an_address_that_fails_or_is_malformed_hides_the_password(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg", reason="psycopg is an extra")
    monkeypatch.setenv("VQA_LIBRARY", address)
    with pytest.raises(SettingError, match="VQA_LIBRARY") as caught:
        open_library(ColourModel())
    assert "s3c" not in str(caught.value)


def test_a_bulk_load_builds_the_indexes_at_its_end(
    tmp_path: Path, create_database: CreateDatabase
) -> None:
    library = open_postgres(create_database(tmp_path))
    before = vector_indexes(library)
    assert len(before) == 2
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    with library.bulk_load(memory_mb=64):
        assert vector_indexes(library) == []
        library.add(video, [segment(0), segment(1, "a red car")])
        (match,) = library.search(np.eye(4, dtype=np.float32)[0], limit=1)
        assert match.start_s == 0
    assert vector_indexes(library) == before
    with pytest.raises(ZeroDivisionError), library.bulk_load(memory_mb=64):
        raise ZeroDivisionError
    assert vector_indexes(library) == before
    (line,) = library.search_lines(np.eye(4, dtype=np.float32)[1], ["car"])
    assert line.text == "a red car"
    library.close()


def vector_indexes(library: PostgresLibrary) -> list[str]:
    rows = library._rows("SELECT indexdef FROM pg_indexes WHERE indexdef LIKE '%hnsw%' ORDER BY 1")
    return [definition for (definition,) in rows]


def test_deleting_a_library_leaves_those_of_other_models(
    tmp_path: Path, create_database: CreateDatabase
) -> None:
    address = create_database(tmp_path)
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    for version in ("1", "2"):
        library = open_postgres(address, version)
        library.add(video, [segment(0)])
        library.close()
    open_postgres(address, "1").delete()
    for version, size in (("1", 0), ("2", 1)):
        library = open_postgres(address, version)
        assert len(library) == size
        library.close()


def test_the_nearest_vectors_are_found(tmp_path: Path, create_database: CreateDatabase) -> None:
    """The index is approximate, and random vectors are the hardest."""
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((3000, 128)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    library = PostgresLibrary(create_database(tmp_path), dim=128, version="random")
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    segments = [
        Segment(start_s=n, end_s=n + 1, thumbnail_s=n, vector=v, thumbnail=b"", text="", source="picture")
        for n, v in enumerate(vectors)
    ]  # fmt: skip
    with library.bulk_load(memory_mb=64):
        library.add(video, segments)
    hits = 0
    for query in rng.standard_normal((40, 128)).astype(np.float32):
        query /= np.linalg.norm(query)
        nearest = np.argsort(-(vectors @ query))[:10]
        hits += len({match.start_s for match in library.search(query, limit=10)} & {*nearest})
    assert hits >= 0.97 * 400, hits
    library.close()
