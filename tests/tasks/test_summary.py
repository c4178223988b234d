from __future__ import annotations

from pathlib import Path

from tests.fakes import ColourModel
from tests.videos import BLUE, GREEN, RED, write_clip
from vqa.tasks.summary import summarize, write_chapters, youtube_lines
from vqa.types import TimedText
from vqa.video.reader import read_clip


def test_chapters_and_a_paragraph(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "v.mp4", [(RED, 15.0), (GREEN, 15.0), (BLUE, 15.0)], fps=4)
    model = ColourModel()
    said = TimedText(start_s=1, end_s=2, text="hello", source="speech")
    summary = summarize(model.encode(read_clip(path, model.sampling), text=[said]), model)
    assert [c.title for c in summary.chapters] == [
        "A red picture",
        "A green picture",
        "A blue picture",
    ]
    assert summary.text == (
        "First, a red picture. Then a green picture. Finally, a blue picture. Said: “hello”."
    )
    lines = youtube_lines(summary.chapters).splitlines()
    assert lines[0] == "0:00 A red picture"
    assert len(lines) == 3
    write_chapters(summary.chapters, tmp_path / "c.vtt")
    assert (tmp_path / "c.vtt").read_text(encoding="utf-8").startswith("WEBVTT")


def test_a_short_video_is_one_chapter(cuts: Path) -> None:
    model = ColourModel()
    summary = summarize(model.encode(read_clip(cuts, model.sampling)), model)
    assert len(summary.chapters) == 1
