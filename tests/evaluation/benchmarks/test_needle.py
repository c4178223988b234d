from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vqa.errors import SettingError
from vqa.evaluation.__main__ import main
from vqa.evaluation.benchmarks.needle import (
    NEEDLE_S,
    NUM_BACKGROUNDS,
    NUM_NEEDLES,
    compose_needle_video,
    measure,
)
from vqa.models.echo import EchoModel
from vqa.training.data.records import Record
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip


def test_needles_are_where_the_video_says_and_nowhere_else(tmp_path: Path) -> None:
    records = []
    for number in range(NUM_NEEDLES + NUM_BACKGROUNDS):
        level = 240 if number < NUM_NEEDLES else 20
        Image.fromarray(np.full((48, 64, 3), level, np.uint8)).save(tmp_path / f"{number}.png")
        records.append(
            Record(
                path=f"{number}.png",
                source="own",
                is_clip=False,
                file=tmp_path / f"{number}.png",
                captions=("a",),
                questions=(),
                objects=None,
            )
        )
    video = compose_needle_video(records, tmp_path / "video.mp4", minutes=2, rng=random.Random(1))
    assert video.records == tuple(records[:NUM_NEEDLES])
    clip = read_clip(video.path, SamplingPlan(num_frames=120))
    assert clip.duration_s == pytest.approx(120, abs=1)
    for time_s, frame in zip(clip.times_s, clip.frames, strict=True):
        is_needle = any(s.start_s <= time_s < s.end_s for s in video.shots)
        assert (frame.mean() > 128) == is_needle, time_s
    assert all(s.end_s - s.start_s == NEEDLE_S for s in video.shots)


def test_too_few_pictures_and_too_short_videos_are_refused(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SettingError, match="too few"):
        measure(EchoModel(), data, "test", num_videos=1, minutes=20)
    assert main(["needle", str(data), "--model", "echo"]) == 1
    assert "too few" in capsys.readouterr().err
