from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import ColourModel
from tests.workflows.lecture import FPS, PAGES, page_picture, write_lecture
from vqa.cli import main
from vqa.errors import SettingError
from vqa.transcripts.screen_text import load_ocr
from vqa.transcripts.subtitles import read_subtitle_text
from vqa.video.reader import read_clip
from vqa.workflows.notes import Notes, compose_chapter_notes, compose_notes, write_notes
from vqa.workflows.slides import find_slides, still_ranges


@pytest.fixture(scope="module")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lecture(tmp_path_factory.mktemp("lecture"))


@pytest.fixture(scope="module")
def notes(lecture: Path) -> Notes:
    pytest.importorskip("rapidocr")
    slides = find_slides(lecture, ocr=load_ocr())
    return compose_notes(lecture, slides, read_subtitle_text(lecture, warn=pytest.fail))


def test_slides_have_their_times_texts_and_pictures(notes: Notes) -> None:
    assert [s.title for s in notes.sections] == ["Photosynthesis", "Chlorophyll", "Summary"]
    assert [s.start_s for s in notes.sections] == pytest.approx([0.0, 5.0, 14.0], abs=0.6)
    # The second slide is built up; its last picture and text count.
    assert notes.sections[1].lines == ("Absorbs red light", "Reflects green light")
    expected = page_picture(PAGES[2][1])
    difference = np.abs(notes.sections[1].picture[:300].astype(int) - expected[:300]).mean()
    assert difference < 5


def test_what_is_said_belongs_to_its_slide(notes: Notes) -> None:
    assert [s.speech for s in notes.sections] == [
        "Today we talk about photosynthesis.",
        "Chlorophyll absorbs red light. And it reflects green light.",
        "Plants need light and water.",
    ]
    assert {"light", "chlorophyll"} <= set(notes.terms)
    assert "today" not in notes.terms


def test_markdown_has_pictures_and_links_into_the_video(notes: Notes, tmp_path: Path) -> None:
    output = tmp_path / "notes.md"
    write_notes(notes, output)
    text = output.read_text(encoding="utf-8")
    targets = re.findall(r"^## \[(.+?)\]\((.+?)#t=([\d.]+)\) (.+)$", text, re.MULTILINE)
    assert [(clock, title) for clock, _, _, title in targets] == [
        ("0:00", "Photosynthesis"), ("0:05", "Chlorophyll"), ("0:14", "Summary"),
    ]  # fmt: skip
    assert (tmp_path / targets[0][1]).resolve() == notes.path.resolve()
    pictures = re.findall(r"!\[.*?\]\((.+?)\)", text)
    assert len(pictures) == 3
    for name in pictures:
        with Image.open(tmp_path / name) as picture:
            assert picture.size == (960, 540)
    assert "Reflects green light" in text


def test_html_is_one_file_and_escapes_text(notes: Notes, tmp_path: Path) -> None:
    from dataclasses import replace

    evil = replace(notes.sections[0], title="<script>alert(1)</script>")
    write_notes(replace(notes, sections=(evil,)), tmp_path / "notes.html")
    text = (tmp_path / "notes.html").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert text.count("data:image/jpeg;base64,") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["notes.html"]


def test_a_film_in_motion_has_no_slides(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 255, (20, 36, 64, 3), np.uint8)
    assert still_ranges([n / FPS for n in range(20)], frames) == []


def test_a_film_without_slides_gets_its_chapters(cuts: Path, tmp_path: Path) -> None:
    model = ColourModel(num_frames=9)
    notes = compose_chapter_notes(model.encode(read_clip(cuts, model.sampling)), model)
    assert not notes.has_slides
    assert notes.sections[0].title.startswith("A ")
    write_notes(notes, tmp_path / "notes.json")
    rows = json.loads((tmp_path / "notes.json").read_text(encoding="utf-8"))["sections"]
    assert rows[0]["start_s"] == 0.0


def test_the_command_counts_one_chapter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = Path(__file__).parents[2] / "vqa" / "ui" / "examples" / "parrot.mp4"
    assert main(["notes", str(film), "-o", str(tmp_path / "notes.md")]) == 0
    assert "1 chapter, because there are no slides" in capsys.readouterr().out


def test_another_format_is_refused(notes: Notes, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"\.docx"):
        write_notes(notes, tmp_path / "notes.docx")


def test_the_command_lists_the_slides(
    lecture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("rapidocr")
    assert main(["notes", str(lecture), "-o", str(tmp_path / "notes.md")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("notes.md: 3 slides")
    assert lines[2].split(maxsplit=1) == ["0:05", "Chlorophyll"]
