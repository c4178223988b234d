from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from vqa.evaluation.benchmarks.library_search import fill, main
from vqa.storage.library import Library


def test_a_filled_library_holds_pictures_and_lines(tmp_path: Path) -> None:
    library = Library(tmp_path / "library", dim=8, version="bench")
    fill(library, tmp_path, segments=300, dim=8)
    assert len(library) == 300
    assert library.search_lines(np.eye(8, dtype=np.float32)[0], ["price"], limit=5)[0].text
    library.close()


def test_the_figures_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--segments", "200", "--dim", "8", "--runs", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["figures"]
    assert {"open", "search by picture", "search by words"} <= told.keys()
    assert all(0 < one["median_s"] <= one["most_s"] for one in told.values())
    assert main(["--segments", "200", "--dim", "8", "--runs", "3"]) == 0
    assert "search by words" in capsys.readouterr().out
