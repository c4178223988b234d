from __future__ import annotations

import numpy as np
import pytest

from tests.test_fonts import WQY
from vqa.fonts import load_font
from vqa.video.subtitle_overlay import SubtitleOverlay, wrap


@pytest.mark.parametrize("size", [(64, 36), (640, 360), (360, 640), (1920, 1080)])
def test_text_stays_inside_the_picture(size: tuple[int, int]) -> None:
    width, height = size
    grey = np.full((height, width, 3), 128, np.uint8)
    picture = SubtitleOverlay(size).draw(grey, "word " * 20)
    assert (grey == 128).all()  # the caller's picture is left alone
    rows, columns = np.nonzero((picture != grey).any(-1))
    assert picture.max() > 200
    assert picture.min() < 60  # the outline
    assert columns.min() >= width * 0.04 - 1
    assert columns.max() <= width * 0.96
    assert rows.max() < height * 0.96 + 1


def test_text_that_is_taller_than_the_picture_is_clipped() -> None:
    picture = SubtitleOverlay((64, 36)).draw(np.zeros((36, 64, 3), np.uint8), "word " * 500)
    assert picture.shape == (36, 64, 3)
    assert picture.max() > 200


@pytest.mark.skipif(not WQY.exists(), reason="needs the package fonts-wqy-microhei")
def test_no_letter_of_two_scripts_is_drawn_as_a_missing_one() -> None:
    black = np.zeros((360, 640, 3), np.uint8)
    overlay = SubtitleOverlay((640, 360))
    texts = ("صورة صورة 照", "صورة صورة 片", "صورة صورة 相")
    pictures = {overlay.draw(black, text).tobytes() for text in texts}
    assert len(pictures) == len(texts)


def test_rows_keep_every_word_and_their_width() -> None:
    font = load_font(None, 20)
    text = "one two three four five six seven"
    rows = wrap(text, font, 100)
    assert " ".join(rows) == text
    assert max(font.getlength(row) for row in rows) <= 100
    assert len(rows) < 7
    assert wrap("", font, 100) == []


def test_a_word_that_is_too_wide_is_broken() -> None:
    font = load_font(None, 20)
    rows = wrap("a " + "m" * 30, font, 100)
    assert "".join(rows) == "a" + "m" * 30
    assert max(font.getlength(row) for row in rows) <= 100
