from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ColourModel
from tests.videos import BLUE, GREEN, RED, write_clip
from vqa.models.echo import EchoModel
from vqa.tasks.scenes import group_into_scenes, span_vectors
from vqa.video.reader import read_clip

A, B, C = np.eye(3, dtype=np.float32)


def spans_of(count: int, length_s: float = 4.0) -> list[tuple[float, float]]:
    return [(length_s * n, length_s * (n + 1)) for n in range(count)]


@pytest.mark.parametrize(
    ("shots", "scenes"),
    [
        ([A], [[0]]),
        ([A, B, C], [[0], [1], [2]]),
        ([A, A, B, B], [[0, 1], [2, 3]]),
        ([A, B, A, B, C], [[0, 1, 2, 3], [4]]),  # a dialogue
        ([A, B, C, A, B], [[0, 1, 2, 3, 4]]),  # overlapping links
        ([A, B, B, B, B, A], [[0], [1, 2, 3, 4], [5]]),  # too many shots between
    ],
)
def test_similar_shots_near_each_other_are_one_scene(
    shots: list[np.ndarray[tuple[int], np.dtype[np.float32]]], scenes: list[list[int]]
) -> None:
    assert group_into_scenes(spans_of(len(shots)), np.stack(shots)) == scenes


def test_shots_far_apart_in_time_are_two_scenes() -> None:
    shots = np.stack([A, B, A])
    assert group_into_scenes([(0, 5), (5, 30), (30, 35)], shots) == [[0], [1], [2]]
    assert group_into_scenes([(0, 5), (5, 20), (20, 25)], shots) == [[0, 1, 2]]


def test_a_range_has_the_mean_embedding_of_its_frames(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "v.mp4", [(RED, 3.0), (GREEN, 3.0), (BLUE, 3.0)], fps=4)
    model = ColourModel()
    context = model.encode(read_clip(path, model.sampling))
    vectors = span_vectors(context, model, [(0, 3), (3, 9), (20, 30)])
    assert vectors.tolist() == [[1, 0, 0], pytest.approx([0, 0.5**0.5, 0.5**0.5]), [0, 0, 0]]
    assert not span_vectors(context, EchoModel(), [(0, 3)]).any()
