from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from vqa.evaluation.__main__ import main
from vqa.evaluation.benchmarks import hallucination
from vqa.evaluation.benchmarks.hallucination import score_hallucination
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext


class Describer(EchoModel):
    """Describes every frame with the same sentence."""

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        return ["a man eats hot dogs on a sofa" for _ in indices]


def test_only_classes_without_a_box_are_hallucinated() -> None:
    scores = score_hallucination(
        ["a man with a dog and a cat", "a puppy", "a wall"], [{"person", "dog"}, {"dog"}, set()]
    )
    assert scores.chair_i == pytest.approx(1 / 4)
    assert scores.chair_s == pytest.approx(1 / 3)
    assert scores.specific == pytest.approx(1.0)
    assert scores.n == 3


def test_no_captions_are_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        score_hallucination([], [])


def test_the_benchmark_on_pictures_with_boxes(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = data / "test.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for line in lines[:2]:
        line["objects"] = [["person", 0.5, 0.5, 0.5, 0.5]]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    monkeypatch.setattr(hallucination, "load", lambda name, device: Describer())
    assert main(["hallucination", str(data), "--split", "test", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["n"] == 2
    assert figures["chair_i"] == pytest.approx(2 / 3)
    assert [row["absent"] for row in figures["captions"]] == [["couch", "hot dog"]] * 2
