from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.errors import SettingError, Unsupported
from vqa.models.echo import EchoModel
from vqa.tasks.captions import add_timed_text, caption_video, merge_equal, write_captions
from vqa.types import Caption, TimedText
from vqa.video.reader import read_clip


def test_a_caption_for_every_shot(cuts: Path) -> None:
    model = ColourModel()
    captions = caption_video(model.encode(read_clip(cuts, model.sampling)), model)
    assert [c.text for c in captions] == ["a red picture", "a green picture", "a blue picture"]
    assert [c.start_s for c in captions] == pytest.approx([0, 3, 6], abs=0.2)


def test_neighbours_that_say_the_same_are_one() -> None:
    rows = [Caption(start_s=i, end_s=i + 1, text=t) for i, t in enumerate(["a", "a", "b", "a"])]
    assert [(c.start_s, c.end_s, c.text) for c in merge_equal(rows)] == [
        (0, 2, "a"),
        (2, 3, "b"),
        (3, 4, "a"),
    ]


def test_files_hold_what_was_said(tmp_path: Path) -> None:
    rows = [
        Caption(start_s=0.0, end_s=1.5, text="a dog — runs"),
        Caption(start_s=1.5, end_s=61.0, text="b"),
    ]
    for ending in (".srt", ".vtt", ".json"):
        write_captions(rows, tmp_path / f"out{ending}")
    assert "00:00:01,500 --> 00:01:01,000\nb" in (tmp_path / "out.srt").read_text(encoding="utf-8")
    vtt = (tmp_path / "out.vtt").read_text(encoding="utf-8")
    assert vtt.startswith("WEBVTT")
    assert "a dog — runs" in vtt
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))[1] == {
        "start_s": 1.5, "end_s": 61.0, "text": "b", "source": "picture", "confidence": None,
    }  # fmt: skip
    with pytest.raises(SettingError, match=r"\.txt"):
        write_captions(rows, tmp_path / "out.txt")


def test_words_stand_beside_pictures(tmp_path: Path) -> None:
    rows = [Caption(start_s=0.0, end_s=5.0, text="a dog runs")]
    lines = [
        TimedText(start_s=6.0, end_s=7.0, text="EXIT", source="screen"),
        TimedText(start_s=1.0, end_s=2.5, text="Hello there.", source="speech"),
    ]
    both = add_timed_text(rows, lines)
    assert [(c.start_s, c.source) for c in both] == [
        (0.0, "picture"),
        (1.0, "speech"),
        (6.0, "screen"),
    ]
    for ending in (".srt", ".vtt"):
        write_captions(both, tmp_path / f"out{ending}")
        written = (tmp_path / f"out{ending}").read_text(encoding="utf-8")
        assert "\n[a dog runs]\n" in written
        assert "\nHello there.\n" in written
        assert "\n“EXIT”" in written
    write_captions(both, tmp_path / "out.json")
    rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert rows[1] == {
        "start_s": 1.0, "end_s": 2.5, "text": "Hello there.", "source": "speech", "confidence": None,
    }  # fmt: skip


def test_a_model_without_the_power_says_so(cuts: Path) -> None:
    model = EchoModel()
    with pytest.raises(Unsupported, match="echo"):
        caption_video(model.encode(read_clip(cuts, model.sampling)), model)
