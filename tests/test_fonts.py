from __future__ import annotations

from pathlib import Path

import pytest

from vqa import fonts
from vqa.errors import SettingError
from vqa.fonts import covered_letters, find_fonts, load_font

WQY = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")


def test_english_letters_need_no_installed_font() -> None:
    assert find_fonts("A cat, 12 €") == ()


@pytest.mark.skipif(not WQY.exists(), reason="needs the package fonts-wqy-microhei")
def test_the_font_with_the_most_letters_comes_first() -> None:
    text = "照片 of a cat"
    paths = find_fonts(text)
    every = set(text) - {" "}
    assert covered_letters(load_font(paths[0], 16), every) == every


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
