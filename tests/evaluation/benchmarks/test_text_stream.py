from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from vqa.errors import SettingError
from vqa.evaluation.benchmarks.text_stream import draw, main, measure_stream
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.training.data.records import read_records


class Reader(EchoModel):
    """Repeats all it hears, or says that it heard nothing."""

    def stream(self, context: VideoContext, question: str, **_: Any) -> Iterator[str]:
        yield ". ".join(line.text for line in context.text) or "nothing"


def test_the_answer_stands_in_one_of_the_lines(data: Path) -> None:
    asked = list(draw(read_records(data, "test") * 30))
    assert len(asked) == 90
    assert all(any(one.answer in line.text for line in one.text) for one in asked)
    assert {len(one.text) for one in asked} == {1, 2, 3}
    assert all(a.end_s <= b.start_s for one in asked for a, b in pairwise(one.text))


def test_who_reads_is_right_with_the_text_alone(data: Path) -> None:
    scores = measure_stream(Reader(), data, "test")
    assert scores.n == 2
    assert (scores.with_text_holding, scores.without_text_holding) == (1.0, 0.0)
    assert scores.without_text == 0.0


def test_the_figures_are_printed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(data), "--model", "echo", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["n"] == 2
    assert told["with_text"] == 0.0
    assert main([str(data), "--model", "echo"]) == 0
    assert "2 questions" in capsys.readouterr().out
    assert main([str(data), "--model", "echo", "--split", "val"]) == 1
    assert "val.jsonl" in capsys.readouterr().err
    (data / "val.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(SettingError, match="no pictures"):
        measure_stream(EchoModel(), data, "val")
