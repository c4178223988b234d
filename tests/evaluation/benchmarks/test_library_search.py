from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.database_server import database_server
from vqa.evaluation.__main__ import main
from vqa.evaluation.benchmarks.library_search import fill
from vqa.storage.local_library import LocalLibrary


def test_fill_adds_segments_with_vectors_and_text(tmp_path: Path) -> None:
    library = LocalLibrary(tmp_path / "library", dim=8, version="benchmark")
    fill(library, tmp_path, segments=300, dim=8)
    assert len(library) == 300
    assert library.search_lines(np.eye(8, dtype=np.float32)[0], ["price"], limit=5)[0].text
    library.close()


def test_the_figures_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "--segments", "200", "--dim", "8", "--runs", "3", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    figures = result["figures"]
    assert {
        "open",
        "fill, processor time",
        "search by picture",
        "search by words",
    } <= figures.keys()
    assert all(0 < row["median_s"] <= row["p95_s"] <= row["most_s"] for row in figures.values())
    assert sys.platform == "win32" or result["peak_memory_gb"] > 0
    assert main(["library", "--segments", "200", "--dim", "8", "--runs", "3"]) == 0
    text = capsys.readouterr().out
    assert "search by words" in text
    assert "p95" in text


@pytest.mark.optional  # some systems have no pgvector for Python 3.13 and later
def test_a_database_is_measured_and_left_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    psycopg = pytest.importorskip("psycopg")
    with database_server(tmp_path / "server") as database:
        address = database("postgres")
        arguments = [
            "library",
            "--segments",
            "200",
            "--dim",
            "8",
            "--runs",
            "3",
            "--address",
            address,
        ]
        assert main([*arguments, "--json"]) == 0
        figures = json.loads(capsys.readouterr().out)["figures"]
        assert {"fill with 200 segments", "search by picture", "search by words"} <= figures.keys()
        with psycopg.connect(address) as connection:
            rows = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vqa%'")
            assert rows.fetchall() == []
