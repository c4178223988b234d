from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.videos import write_clip
from vqa.errors import ExtraMissing
from vqa.listening.screen_text import read_screen, screen_plan
from vqa.types import Clip
from vqa.video.reader import read_clip


def card(text: str, size: int = 48) -> np.ndarray:  # type: ignore[type-arg]
    picture = Image.new("RGB", (640, 360), (20, 30, 60))
    font = ImageFont.load_default(size)
    ImageDraw.Draw(picture).text((40, 150), text, font=font, fill=(255, 255, 255))
    return np.array(picture)


def film(path: Path, cards: list[tuple[str, int]]) -> Clip:
    """Two seconds of each card."""
    pictures = [card(text, size) for text, size in cards for _ in range(10)]
    return read_clip(write_clip(path, [], fps=5, pictures=pictures), screen_plan())


def test_lines_are_followed_over_time(tmp_path: Path) -> None:
    clip = film(tmp_path / "a.mp4", [("x", 20), ("y", 20)])
    half = len(clip.frames) // 2
    told = iter(range(len(clip.frames)))

    def reader(_: object) -> list[tuple[str, float]]:
        row = next(told)
        misread = "Op3n on Monday" if row % 2 else "Open on Monday"
        return (
            [(misread, 0.8 + 0.1 * (row % 2 == 0)), ("noise", 0.2)]
            if row < half
            else [("EXIT", 0.9)]
        )

    lines = read_screen(clip, reader=reader)
    assert [line.text for line in lines] == ["Open on Monday", "EXIT"]
    assert lines[0].start_s == 0
    assert lines[0].end_s == lines[1].start_s == pytest.approx(2.0, abs=0.3)
    assert lines[1].end_s == pytest.approx(4.0, abs=0.1)
    assert {line.source for line in lines} == {"screen"}


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="RapidOCR is an extra")
@pytest.mark.parametrize("size", [28, 64])
def test_title_cards_are_read(size: int, tmp_path: Path) -> None:
    clip = film(tmp_path / "cards.mp4", [("Hello World", size), ("EXIT 25", size)])
    lines = read_screen(clip)
    assert [line.text for line in lines] == ["Hello World", "EXIT 25"]
    assert lines[0].end_s == pytest.approx(2.0, abs=0.4)


def test_without_the_extra_the_cure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "rapidocr", None)
    clip = film(tmp_path / "b.mp4", [("x", 20)])
    with pytest.raises(ExtraMissing, match="pip install"):
        read_screen(clip)
