from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from vqa.errors import SettingError
from vqa.evaluation.__main__ import main
from vqa.evaluation.benchmarks.text_stream import draw_questions, measure_text_stream
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.training.data.records import read_records
from vqa.types import Question


class Reader(EchoModel):
    """Answers with the whole text stream, or `nothing` without one."""

    def stream(self, context: VideoContext, question: Question, **_: Any) -> Iterator[str]:
        yield ". ".join(line.text for line in context.text) or "nothing"


def test_one_of_the_lines_contains_the_answer(data: Path) -> None:
    questions = list(draw_questions(read_records(data, "test") * 30))
    assert len(questions) == 90
    assert all(
        any(question.answer in line.text for line in question.text) for question in questions
    )
    assert {len(question.text) for question in questions} == {1, 2, 3}
    assert all(a.end_s <= b.start_s for question in questions for a, b in pairwise(question.text))


def test_a_model_that_reads_needs_the_text(data: Path) -> None:
    scores = measure_text_stream(Reader(), data, "test")
    assert scores.n == 2
    assert (scores.with_text_contains, scores.without_text_contains) == (1.0, 0.0)
    assert scores.without_text == 0.0


def test_the_figures_are_printed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text-stream", str(data), "--model", "echo", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["n"] == 2
    assert figures["with_text"] == 0.0
    assert main(["text-stream", str(data), "--model", "echo"]) == 0
    assert "2 questions" in capsys.readouterr().out
    assert main(["text-stream", str(data), "--model", "echo", "--split", "val"]) == 1
    assert "val.jsonl" in capsys.readouterr().err
    (data / "val.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(SettingError, match="no pictures"):
        measure_text_stream(EchoModel(), data, "val")
