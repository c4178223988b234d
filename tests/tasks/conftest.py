from __future__ import annotations

from pathlib import Path

import pytest

from tests.videos import BLUE, GREEN, RED, write_clip


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A folder of four films of two scenes each, and of a file that is none."""
    folder = tmp_path / "films"
    folder.mkdir()
    colours = (RED, GREEN, BLUE)
    for number in range(4):
        spans = [(colours[number % 3], 1.0), (colours[(number + 1) % 3], 1.0 + number / 4)]
        write_clip(folder / f"{number}.mp4", spans)
    (folder / "broken.mp4").write_text("no video", encoding="utf-8")
    return folder
