from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vqa.errors import SettingError, Unsupported
from vqa.evaluation.benchmarks.absence import main, measure_absence, pairs
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.training.data.records import read_records
from vqa.types import Judgement, Turn

NAMES = ("dog", "cat", "bus")


class Knower(EchoModel):
    """Sees by brightness which of the three things is there."""

    def judge(
        self, context: VideoContext, question: str, answer: str, *, history: Sequence[Turn] = ()
    ) -> Judgement:
        there = NAMES[int(context.clip.frames.mean()) // 100]
        return Judgement(
            confidence=1.0, answerable=there in question, presence=0.8 if there in question else 0.1
        )


@pytest.fixture
def boxes(tmp_path: Path) -> Path:
    lines = []
    for number, name in enumerate(NAMES):
        Image.fromarray(np.full((16, 16, 3), number * 100 + 20, np.uint8)).save(
            tmp_path / f"{name}.png"
        )
        lines.append({"image": f"{name}.png", "source": "own", "objects": [[name, 0.5, 0.5, 1, 1]]})
    (tmp_path / "val.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return tmp_path


def test_each_picture_gets_a_present_and_an_absent_thing(boxes: Path) -> None:
    for record, about_present, about_missing in pairs(read_records(boxes, "val")):
        there = Path(record.path).stem
        assert there in about_present
        assert there not in about_missing
        assert any(name in about_missing for name in NAMES)


def test_who_knows_what_is_there_is_never_fooled(boxes: Path) -> None:
    scores = measure_absence(Knower(), boxes, "val")
    assert (scores.auroc, scores.detected, scores.false_alarms, scores.n) == (1.0, 1.0, 0.0, 6)


def test_what_cannot_be_measured_says_why(
    boxes: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Unsupported, match="cannot judge"):
        measure_absence(EchoModel(), boxes, "val")
    with pytest.raises(SettingError, match="boxes"):
        measure_absence(Knower(), data, "test")
    assert main([str(boxes), "--model", "echo"]) == 1
    assert "cannot judge" in capsys.readouterr().err
