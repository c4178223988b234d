"""A folder of videos to index, and a real PostgreSQL server with pgvector."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.database_server import database_server
from tests.videos import BLUE, GREEN, RED, write_clip


@pytest.fixture(scope="session")
def create_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """Returns the address of a database of its own for each folder."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an extra")
    with database_server(tmp_path_factory.mktemp("postgres")) as address:

        def create(folder: Path) -> str:
            name = f"db_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
            with psycopg.connect(address("postgres"), autocommit=True) as connection:
                query = "SELECT FROM pg_database WHERE datname = %s"
                if connection.execute(query, [name]).fetchone() is None:
                    connection.execute(f"CREATE DATABASE {name}")
            return address(name)

        yield create


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two videos, one in a subfolder, a text file and a text file with the suffix of a video."""
    place = tmp_path / "films"
    (place / "deep").mkdir(parents=True)
    write_clip(place / "one.mp4", [(RED, 2.0), (GREEN, 2.0)])
    write_clip(place / "deep" / "two.mp4", [(BLUE, 2.0)])
    (place / "notes.txt").write_text("no video", encoding="utf-8")
    (place / "broken.mp4").write_text("no video either", encoding="utf-8")
    return place
