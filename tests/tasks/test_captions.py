from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ColourModel
from vqa.errors import SettingError, Unsupported
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.tasks.captions import add_timed_text, caption_video, merge_equal, write_captions
from vqa.types import Caption, Judgement, ProgressCallback, Question, Shot, TimedText
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


def many_shots(model: ColourModel, cuts: Path, count: int) -> VideoContext:
    """A video of `count` shots of one frame each, red and green in turn."""
    clip = read_clip(cuts, model.sampling)
    frames = np.stack([clip.frames[(number % 2) * 3] for number in range(count)])
    shots = tuple(Shot(start_s=float(n), end_s=n + 1.0) for n in range(count))
    times_s = tuple(n + 0.5 for n in range(count))
    return model.encode(
        replace(clip, frames=frames, shots=shots, times_s=times_s, indices=tuple(range(count)))
    )


class CountingModel(ColourModel):
    """Counts the captions and the judgements that it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.num_captions = self.num_judgements = 0

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        self.num_captions += len(indices)
        return super().describe_frames(context, indices)

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        self.num_judgements += 1
        return super().judge(context, question, answer)


def test_captioning_reports_the_share_and_ends_within_a_step(cuts: Path) -> None:
    model = CountingModel()
    context = many_shots(model, cuts, 20)
    shares: list[float] = []
    captions = caption_video(context, model, on_progress=shares.append)
    assert len(captions) == 20
    assert shares == sorted(set(shares))
    assert shares[0] == pytest.approx(8 * 4 / 100)
    assert shares[-1] == 1.0
    assert caption_video(context, model) == captions

    def stop_at(limit: float) -> ProgressCallback:
        def on_progress(share: float) -> None:
            if share >= limit:
                raise InterruptedError

        return on_progress

    for limit, num_captions, num_judgements in ((0.0, 8, 0), (0.34, 8, 2), (0.5, 16, 8)):
        model.num_captions = model.num_judgements = 0
        with pytest.raises(InterruptedError):
            caption_video(context, model, on_progress=stop_at(limit))
        assert (model.num_captions, model.num_judgements) == (num_captions, num_judgements)


def test_a_model_without_the_power_says_so(cuts: Path) -> None:
    model = EchoModel()
    with pytest.raises(Unsupported, match="echo"):
        caption_video(model.encode(read_clip(cuts, model.sampling)), model)
