from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.evaluation.benchmarks.test_composed_videos import COLOURS, ColourNamer
from vqa.evaluation.__main__ import main
from vqa.evaluation.benchmarks.workflow_videos import (
    MonitorScores,
    StoryScores,
    format_text,
    measure,
)


class TwoColourNamer(ColourNamer):
    """Knows the colours of the left and of the right half of a frame."""

    def embed_frames(self, context):  # type: ignore[no-untyped-def]
        frames = context.clip.frames
        vectors = np.zeros((len(frames), len(COLOURS)), np.float32)
        for half in np.array_split(frames, 2, axis=2):
            means = half.mean(axis=(1, 2))
            distances = [np.abs(means - colour).sum(axis=1) for colour in COLOURS.values()]
            vectors[np.arange(len(frames)), np.argmin(distances, axis=0)] += 0.5
        return vectors


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty pictures, each with another pair of colours, which its caption names."""
    folder = tmp_path_factory.mktemp("pairs")
    names = list(COLOURS)
    lines = []
    for number in range(20):
        pair = names[number % 10], names[(number + 1 + number // 10) % 10]
        halves = [np.full((64, 32, 3), COLOURS[name], np.uint8) for name in pair]
        Image.fromarray(np.hstack(halves)).save(folder / f"{number}.png")
        lines.append(
            {"image": f"{number}.png", "source": "own", "captions": [f"{pair[0]} and {pair[1]}"], "qa": [],
             "objects": [[name, 0.5, 0.5, 1, 1] for name in pair]}
        )  # fmt: skip
    (folder / "test.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder


def test_a_model_that_knows_the_colours_misses_nothing(pairs: Path) -> None:
    scores = measure(TwoColourNamer(), pairs, "test", num_videos=1)
    story, monitor = scores["story"], scores["monitor"]
    assert isinstance(story, StoryScores)
    # A cut between two pictures that share a colour may be missed, which costs both their shots; where
    # the encoder puts its keyframes depends on its threads.
    assert story.recall_at_1 >= 0.75
    assert story.recall_at_1 + story.jumps == pytest.approx(1.0)
    assert (story.cards, story.chance, story.n) == (0.0, 0.05, 20)
    assert isinstance(monitor, MonitorScores)
    assert monitor.recall == monitor.recall_large == 1.0
    assert 0 < monitor.num_large <= monitor.num_shots
    assert monitor.false_alarms_per_hour == 0.0
    text = format_text({"story": vars(story), "monitor": vars(monitor)})
    assert f"R@1 {100 * story.recall_at_1:.1f} %  title cards 0.0 %" in text
    assert "recall 100.0 %" in text


def test_a_model_that_cannot_search_is_refused(
    pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["workflows", str(pairs), "--model", "echo", "--limit", "1"]) == 1
    assert "cannot search" in capsys.readouterr().err
