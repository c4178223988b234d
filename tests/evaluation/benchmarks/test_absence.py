from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vqa.errors import SettingError, Unsupported
from vqa.evaluation.__main__ import main
from vqa.evaluation.benchmarks.absence import measure_absence, question_pairs
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.training.data.records import read_records
from vqa.types import Judgement, Question

NAMES = ("dog", "cat", "bus")


class BrightnessModel(EchoModel):
    """Recognises by brightness which of the three things the picture shows."""

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        is_present = NAMES[int(context.clip.frames.mean()) // 100] in question.text
        return Judgement(confidence=1.0, answerable=is_present, presence=0.8 if is_present else 0.1)


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


def test_each_picture_has_a_question_about_a_present_and_an_absent_thing(boxes: Path) -> None:
    for record, about_present, about_absent in question_pairs(read_records(boxes, "val")):
        present = Path(record.path).stem
        assert present in about_present
        assert present not in about_absent
        assert any(name in about_absent for name in NAMES)


def test_a_perfect_model_has_perfect_scores(boxes: Path) -> None:
    scores = measure_absence(BrightnessModel(), boxes, "val")
    assert (scores.auroc, scores.detected, scores.false_alarms, scores.n) == (1.0, 1.0, 0.0, 6)


def test_an_unsuitable_model_or_split_is_an_error(
    boxes: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Unsupported, match="cannot judge"):
        measure_absence(EchoModel(), boxes, "val")
    with pytest.raises(SettingError, match="boxes"):
        measure_absence(BrightnessModel(), data, "test")
    assert main(["absence", str(boxes), "--model", "echo"]) == 1
    assert "cannot judge" in capsys.readouterr().err
