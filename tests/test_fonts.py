from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vqa import fonts
from vqa.errors import SettingError
from vqa.fonts import FontChain, covered_letters, find_fonts, load_font

WQY = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")


def test_english_letters_need_no_installed_font() -> None:
    assert find_fonts("A cat, 12 €") == ()


@pytest.mark.skipif(not WQY.exists(), reason="needs the package fonts-wqy-microhei")
def test_the_font_with_the_most_letters_comes_first() -> None:
    text = "照片 of a cat"
    paths = find_fonts(text)
    every = set(text) - {" "}
    assert covered_letters(load_font(paths[0], 16), every) == every


# No font of the two has the letters of both scripts.
@pytest.mark.skipif(not WQY.exists(), reason="needs the package fonts-wqy-microhei")
@pytest.mark.parametrize("text", ["照片 صورة a", "صورة صورة, 照", "Ǆ! 照片 б"])
def test_each_letter_is_drawn_in_a_font_that_has_it(text: str) -> None:
    chain = FontChain.load(text, 20)
    assert len(find_fonts(text)) == 2
    missing = chain.draw_rows(["\U0010fffd"])
    for letter in set(text) - set(" ,!"):
        picture = chain.draw_rows([letter])
        assert picture.getbbox() is not None
        assert picture.tobytes() != missing.tobytes(), letter
    widths = [chain.getlength(word) for word in text.split()]
    spaces = chain.getlength(text) - sum(widths)
    assert 0 < spaces < 20


def test_rows_are_centered_and_thickened() -> None:
    chain = FontChain.load("il", 20)
    picture = np.array(chain.draw_rows(["MMMM", "M"], margin_px=3))
    thick = np.array(chain.draw_rows(["MMMM", "M"], margin_px=3, stroke_px=3))
    assert thick.shape == picture.shape
    assert (thick >= picture).all()
    assert thick.sum() > picture.sum()
    upper, lower = np.split(picture, 2)
    columns = np.flatnonzero(lower.max(0))
    assert abs(columns.min() + columns.max() - picture.shape[1]) <= 2
    assert np.flatnonzero(upper.max(0)).min() < columns.min()
    assert chain.draw_rows([]).getbbox() is None


def test_letters_that_no_font_has_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "damaged.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "_font_files", lambda: (tmp_path / "damaged.ttf",))
    with pytest.raises(SettingError, match="片") as caught:
        find_fonts("照片")
    assert "Noto Sans" in caught.value.cure


def test_a_missing_glyph_is_no_letter() -> None:
    font = load_font(None, 16)
    assert covered_letters(font, set("a4片")) == set("a4")
