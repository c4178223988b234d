from __future__ import annotations

from pathlib import Path

import numpy as np

from vqa.tasks.chapters import format_youtube_chapters, group_similar, write_chapters
from vqa.types import Chapter

CHAPTERS = [
    Chapter(start_s=3.0, end_s=20.0, title="A red picture"),
    Chapter(start_s=20.0, end_s=3725.5, title="A green picture"),
]


def test_the_most_alike_neighbours_are_one_chapter() -> None:
    kinds = [0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7]
    spans = [(20.0 * n, 20.0 * n + 20) for n in range(len(kinds))]
    groups = group_similar(spans, np.eye(8, dtype=np.float32)[kinds])
    assert [row for group in groups for row in group] == list(range(11))
    assert len(groups) == 8
    assert groups[:2] == [[0, 1], [2, 3, 4]]


def test_a_long_video_has_more_chapters() -> None:
    def num_chapters(minutes: int) -> int:
        spans = [(20.0 * n, 20.0 * n + 20) for n in range(3 * minutes)]
        return len(group_similar(spans, np.eye(len(spans), dtype=np.float32)))

    assert [num_chapters(minutes) for minutes in (10, 15, 30, 60)] == [8, 8, 13, 23]


def test_no_chapter_is_shorter_than_ten_seconds() -> None:
    spans = [(0.0, 15.0), (15.0, 18.0), (18.0, 40.0), (40.0, 44.0)]
    vectors = np.array([[1, 0], [0, 1], [0, 1], [1, 0]], np.float32)
    assert group_similar(spans, vectors) == [[0], [1, 2, 3]]
    assert group_similar([(0.0, 4.0)], vectors[:1]) == [[0]]


def test_files_for_youtube_and_players(tmp_path: Path) -> None:
    assert format_youtube_chapters(CHAPTERS) == "0:00 A red picture\n0:20 A green picture\n"
    write_chapters(CHAPTERS, tmp_path / "c.txt")
    assert (tmp_path / "c.txt").read_text(encoding="utf-8") == format_youtube_chapters(CHAPTERS)
    write_chapters(CHAPTERS, tmp_path / "c.vtt")
    cues = (tmp_path / "c.vtt").read_text(encoding="utf-8")
    assert cues.startswith("WEBVTT")
    assert "00:00:20.000 --> 01:02:05.500\nA green picture" in cues


def test_no_chapter_of_an_hour_absorbs_the_others() -> None:
    rng = np.random.default_rng(0)
    spans = [(5.0 * row, 5.0 * row + 5.0) for row in range(720)]
    vectors = rng.normal(size=(720, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    groups = group_similar(spans, vectors)
    assert len(groups) >= 20
    assert max(map(len, groups)) <= 720 / 4
