from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import ColourModel
from tests.videos import BLUE, GREEN, RED, write_clip
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.tasks.summary import format_outline, summarize
from vqa.types import Question, SamplingPlan, TimedText
from vqa.video.reader import read_clip


def test_chapters_and_a_paragraph(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "v.mp4", [(RED, 15.0), (GREEN, 15.0), (BLUE, 15.0)], fps=4)
    model = ColourModel()
    line = TimedText(start_s=1, end_s=2, text="hello.", source="speech")
    speck = TimedText(start_s=3, end_s=4, text="0", source="screen")  # a stroke taken for text
    summary = summarize(model.encode(read_clip(path, model.sampling), text=[line, speck]), model)
    assert [c.title for c in summary.chapters] == [
        "A red picture",
        "A green picture",
        "A blue picture",
    ]
    assert summary.text == (
        "First, a red picture. Then a green picture. Finally, a blue picture. Said: “hello”."
    )
    assert [c.start_s for c in summary.chapters] == pytest.approx([0, 15, 30], abs=0.5)


def test_chapters_consist_of_scenes_and_these_of_shots(tmp_path: Path) -> None:
    cuts = [(RED, 4.0), (BLUE, 4.0), (RED, 4.0), (BLUE, 4.0), (GREEN, 24.0), (RED, 3.0)]
    path = write_clip(tmp_path / "v.mp4", cuts, fps=4)
    model = ColourModel(num_frames=12)
    summary = summarize(model.encode(read_clip(path, model.sampling)), model)
    assert [(scene.text, round(scene.start_s), round(scene.end_s)) for scene in summary.scenes] == [
        ("a red picture", 0, 16),  # cuts back and forth
        ("a green picture", 16, 40),
        ("a red picture", 40, 43),
    ]
    assert [chapter.title for chapter in summary.chapters] == ["A red picture", "A green picture"]
    assert [len(summary.scenes_of(chapter)) for chapter in summary.chapters] == [1, 2]
    assert format_outline(summary) == (
        "0:00 A red picture\n    0:00 a red picture\n"
        "0:16 A green picture\n    0:16 a green picture\n    0:40 a red picture\n"
    )


def test_of_much_that_is_said_the_most_telling_is_quoted(cuts: Path) -> None:
    model = ColourModel()
    lines = [
        TimedText(start_s=n, end_s=n + 1, text=text, source="speech")
        for n, text in enumerate(["hm", "red one", "well", "red two", "blue", "red three"])
    ]
    summary = summarize(model.encode(read_clip(cuts, model.sampling), text=lines), model)
    assert summary.text.endswith("Said: “red one”; “red two”; “red three”.")


def test_a_short_video_is_one_chapter(cuts: Path) -> None:
    model = ColourModel()
    summary = summarize(model.encode(read_clip(cuts, model.sampling)), model)
    assert len(summary.chapters) == 1


class OwnWords(EchoModel):
    """Cannot describe frames; says a paragraph or a title when asked for one."""

    def stream(self, context: VideoContext, question: Question, **_: Any) -> Iterator[str]:
        yield "A film " if "Summarize" in question.text else f'"Title {question.text.count("0:1")}'
        yield "in three\ncolours." if "Summarize" in question.text else '."'


def test_a_model_that_describes_no_frames_uses_its_own_words(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "v.mp4", [(RED, 15.0), (GREEN, 15.0), (BLUE, 15.0)], fps=4)
    model = OwnWords()
    summary = summarize(model.encode(read_clip(path, SamplingPlan(num_frames=12))), model)
    assert summary.text == "A film in three colours."
    assert [c.title for c in summary.chapters] == ["Title 1", "Title 1", "Title 0"]
    assert [c.start_s for c in summary.chapters] == pytest.approx([0, 15, 30], abs=2.0)


def test_a_summary_reports_the_share_of_its_texts_and_ends_within_a_token(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "v.mp4", [(RED, 15.0), (GREEN, 15.0), (BLUE, 15.0)], fps=4)
    closed = []

    class EndlessModel(OwnWords):
        """Writes until it is stopped."""

        def stream(self, context: VideoContext, question: Question, **_: Any) -> Iterator[str]:
            try:
                while True:
                    yield "and "
            finally:
                closed.append(question.text)

    clip = read_clip(path, SamplingPlan(num_frames=12))
    shares: list[float] = []
    summarize(OwnWords().encode(clip), OwnWords(), on_progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert 3 * 24 / (3 * 24 + 256) in shares  # the titles are written
    shares.clear()

    def stop_at_the_third(share: float) -> None:
        shares.append(share)
        if len(shares) == 3:
            raise InterruptedError

    model = EndlessModel()
    with pytest.raises(InterruptedError):
        summarize(model.encode(clip), model, on_progress=stop_at_the_third)
    assert len(closed) == 1


def test_the_summary_of_a_captioning_model_reports_the_share_of_the_captions(cuts: Path) -> None:
    model = ColourModel()
    context = model.encode(read_clip(cuts, model.sampling))
    shares: list[float] = []
    assert summarize(context, model, on_progress=shares.append) == summarize(context, model)
    assert shares == pytest.approx([12 / 15, 13 / 15, 14 / 15, 1.0])


def test_an_hour_takes_no_more_memory_than_its_plan(tmp_path: Path) -> None:
    colours = [RED, GREEN, BLUE] * 2
    path = write_clip(tmp_path / "hour.mp4", [(colour, 600.0) for colour in colours], fps=1)
    model = ColourModel(num_frames=16)
    tracemalloc.start()
    try:
        context = model.encode(read_clip(path, model.sampling))
        summary = summarize(context, model)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert context.clip.duration_s == pytest.approx(3600)
    assert len(context.clip.frames) <= 16
    # Four candidates a frame of the plan, and one for each cut; the whole film is 3,600 frames.
    assert peak < 6 * 16 * context.clip.frames[0].nbytes + 2e6
    assert [c.title for c in summary.chapters] == [
        "A red picture",
        "A green picture",
        "A blue picture",
    ] * 2
    assert [c.start_s for c in summary.chapters] == pytest.approx(
        [600.0 * n for n in range(6)], abs=30
    )
