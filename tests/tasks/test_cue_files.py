from __future__ import annotations

import html
from pathlib import Path

import pysubs2
import pytest

from vqa.errors import SettingError
from vqa.tasks.captions import write_captions
from vqa.tasks.chapters import write_chapters
from vqa.tasks.cue_files import check_output
from vqa.types import Caption, Chapter

HOSTILE = (
    "a {curly} thing", "{\\an8}top", "1 < 2 & 3 > 2", "x --> y", r"C:\new\N file", "<b>bold</b> &amp;", "7", "é 中文 😀",
    "two\nlines", "a\n\nblank line", "WEBVTT", "NOTE this is no note",
)  # fmt: skip


def captions(*texts: str) -> list[Caption]:
    return [Caption(start_s=n, end_s=n + 1, text=t) for n, t in enumerate(texts)]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text_in_srt(text: str, tmp_path: Path) -> None:
    write_captions(captions("before", text, "after"), tmp_path / "out.srt")
    blocks = (tmp_path / "out.srt").read_text(encoding="utf-8").strip().split("\n\n")
    assert len(blocks) == 3
    assert blocks[1].split("\n")[0] == "2"
    assert blocks[1].split("\n")[2:] == [line for line in text.split("\n") if line]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_escaped_in_vtt(text: str, tmp_path: Path) -> None:
    write_captions(captions("before", text, "after"), tmp_path / "out.vtt")
    content = (tmp_path / "out.vtt").read_text(encoding="utf-8")
    head, *blocks = content.strip().split("\n\n")
    assert head == "WEBVTT"
    assert len(blocks) == 3
    written = "\n".join(blocks[1].split("\n")[2:])
    assert "<" not in written
    assert "-->" not in written
    plain = written.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain == text.replace("\n\n", "\n")


@pytest.mark.parametrize("ending", [".srt", ".vtt", ".SRT", ".Vtt"])
def test_other_programs_read_the_files(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"out{ending}"
    write_captions([*captions("one", "two"), Caption(start_s=3661.5, end_s=3662, text="3")], path)
    read = pysubs2.load(str(path))
    assert [(e.start, e.end, e.plaintext) for e in read] == [
        (0, 1000, "one"), (1000, 2000, "two"), (3_661_500, 3_662_000, "3"),
    ]  # fmt: skip


@pytest.mark.parametrize("ending", [".srt", ".vtt"])
def test_text_that_looks_like_a_cue_adds_none(ending: str, tmp_path: Path) -> None:
    path, text = tmp_path / f"out{ending}", "one\n9\n00:00:07,000 --> 00:00:08,000\ntwo"
    write_captions(captions(text, "three"), path)
    read = pysubs2.load(str(path))
    assert [(e.start, e.end) for e in read] == [(0, 1000), (1000, 2000)]
    assert html.unescape(read[0].plaintext.replace("\u2060", "")) == text


def test_text_that_is_no_unicode_is_written(tmp_path: Path) -> None:
    write_captions(captions("bad \udcff name"), tmp_path / "out.srt")
    assert "bad ? name" in (tmp_path / "out.srt").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", [".srt", ".vtt"])
def test_cues_without_text_are_left_out_and_none_has_no_duration(
    ending: str, tmp_path: Path
) -> None:
    rows = [*captions("", "a", "  \n "), Caption(start_s=5, end_s=5, text="b")]
    write_captions(rows, tmp_path / f"out{ending}")
    read = pysubs2.load(str(tmp_path / f"out{ending}"))
    assert [(e.start, e.end, e.plaintext) for e in read] == [(1000, 2000, "a"), (5000, 5100, "b")]


def test_chapters_keep_their_titles(tmp_path: Path) -> None:
    write_chapters([Chapter(start_s=0, end_s=2, title=r"{a} C:\new <b>")], tmp_path / "c.VTT")
    content = (tmp_path / "c.VTT").read_text(encoding="utf-8")
    assert r"{a} C:\new &lt;b&gt;" in content


def test_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.srt").mkdir()
    for path, match in (
        (tmp_path / "no" / "x.srt", "no folder"),
        (tmp_path / "folder.srt", "is a folder"),
        (tmp_path / "x.doc", r"\.doc"),
        (tmp_path / "x", "without an ending"),
    ):
        with pytest.raises(SettingError, match=match):
            check_output(path, (".srt", ".vtt"))
    check_output(tmp_path / "x.SRT", (".srt", ".vtt"))
    check_output(tmp_path / "x.anything", ())
