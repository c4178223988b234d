from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

from tests.test_fonts import WQY
from vqa.errors import ExtraMissing, SettingError
from vqa.workflows.notes import Notes, Section, check_notes_output, write_notes

pytest.importorskip("fpdf")
pypdf: Any = pytest.importorskip("pypdf")

RED, BLUE = (220, 30, 30), (30, 30, 220)


def section(start_s: float, title: str, speech: str, color: tuple[int, int, int]) -> Section:
    picture = np.full((54, 96, 3), color, np.uint8)
    return Section(
        start_s=start_s, end_s=start_s + 5, title=title, lines=("First line", "Second line"),
        speech=speech, picture=picture,
    )  # fmt: skip


def write(folder: Path, *sections: Section) -> Any:
    film = folder / "my film.mp4"
    notes = Notes(path=film, sections=sections, terms=("light", "water"), has_slides=True)
    write_notes(notes, folder / "notes.pdf")
    return pypdf.PdfReader(folder / "notes.pdf")


def test_text_pictures_and_links_are_in_the_file(tmp_path: Path) -> None:
    reader = write(
        tmp_path,
        section(0.0, "Größe & <b>Maß</b>", "What is said.", RED),
        section(65.5, "Summary", "", BLUE),
    )
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for part in (
        "my film", "Key terms: light, water", "0:00 Größe & <b>Maß</b>", "- Second line", "What is said.", "1:05 Summary",
    ):  # fmt: skip
        assert part in text
    pictures = [image.image for page in reader.pages for image in page.images]
    assert [np.abs(np.array(p)[20, 20].astype(int) - c).max() < 12 for p, c in zip(pictures, (RED, BLUE), strict=True)]  # fmt: skip
    links = [
        note.get_object()["/A"]["/URI"] for page in reader.pages for note in page["/Annots"]
    ]  # the time and the picture of each section
    assert [unquote(link) for link in links] == (
        ["my film.mp4#t=0.0"] * 2 + ["my film.mp4#t=65.5"] * 2
    )
    assert [entry.title for entry in reader.outline] == ["0:00 Größe & <b>Maß</b>", "1:05 Summary"]
    assert [p.name for p in tmp_path.iterdir()] == ["notes.pdf"]


@pytest.mark.skipif(not WQY.exists(), reason="needs the package fonts-wqy-microhei")
def test_other_scripts_are_embedded_with_their_fonts(tmp_path: Path) -> None:
    reader = write(tmp_path, section(0.0, "照片 Привет", "光合作用", RED))
    # pypdf reads the two-byte codes of some OpenType fonts as a zero byte and a letter.
    text = " ".join(page.extract_text() for page in reader.pages).replace("\0", "")
    assert "照片" in text
    assert "Привет" in text
    assert "光合作用" in text
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert all("/ToUnicode" in font.get_object() for font in fonts.values())
    assert (tmp_path / "notes.pdf").stat().st_size < 200_000  # only the letters in use


def test_long_notes_have_pages_with_whole_pictures(tmp_path: Path) -> None:
    sections = [section(n * 5.0, f"Slide {n}", "word " * 400, RED) for n in range(8)]
    reader = write(tmp_path, *sections)
    assert len(reader.pages) > 4
    text = " ".join(page.extract_text() for page in reader.pages)
    assert [f"Slide {n}" in text for n in range(8)] == [True] * 8
    assert text.count("word") == 3200


def test_tall_pictures_fit_the_page_with_their_heading(tmp_path: Path) -> None:
    tall = replace(section(0.0, "Phone", "", RED), picture=np.full((160, 90, 3), BLUE, np.uint8))
    reader = write(tmp_path, tall, replace(tall, start_s=5.0))
    assert [len(page.images) for page in reader.pages] == [0, 1, 1]
    assert "0:00 Phone" in reader.pages[1].extract_text()


def test_without_the_library_the_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "fpdf", None)
    with pytest.raises(ExtraMissing, match="fpdf2"):
        check_notes_output(tmp_path / "notes.pdf")
    check_notes_output(tmp_path / "notes.html")


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingError):
        check_notes_output(tmp_path / "none" / "notes.pdf")
