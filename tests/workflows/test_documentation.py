"""The Python example of the documentation of workflows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def test_the_example_in_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```py\n(.*?)```", page, re.DOTALL)
    (tmp_path / "videos").mkdir()
    for video in (ROOT / "vqa" / "ui" / "examples").glob("cat*.mp4"):
        shutil.copy(video, tmp_path / "videos")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(code, names)
    assert (names["cut"].length_s, len(names["events"])) == (4.0, 2)
    assert names["items"]
    assert names["shots"][0].scene.path.name == "cat, cup, astronaut.mp4"
    assert {"cup.mp4", "film.mp4", "notes.html"} <= {path.name for path in tmp_path.iterdir()}
    names["library"].close()
