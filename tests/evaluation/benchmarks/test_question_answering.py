from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from vqa.errors import SettingError
from vqa.evaluation.__main__ import main
from vqa.evaluation.benchmarks.question_answering import answer_split, summarize_answers
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.types import AnswerOptions, Judgement, Question, Turn


class BrightnessModel(EchoModel):
    """Answers yes/no questions by brightness, any other with `gray`, each with a confidence."""

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        if question.text.startswith("Is it"):
            dark = context.clip.frames.mean() < 128
            yield "yes" if dark == ("dark" in question.text) else "no"
        else:
            yield "gray"

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        return Judgement(confidence=0.25 if answer == "gray" else 1.0, answerable=True)


def test_every_question_of_the_split_is_answered(data: Path) -> None:
    answers = answer_split(BrightnessModel(), data, "test")
    assert [(answer.src, answer.type, answer.credit) for answer in answers] == [
        ("vqa", "yesno", 1.0),
        ("vqa", "yesno", 1.0),
        ("vqa", "color", 1.0),
        ("cocoqa", "object", 0.0),
        ("own", "object", 0.0),
    ]


def test_figures_by_source_and_type(data: Path) -> None:
    figures = summarize_answers(answer_split(BrightnessModel(), data, "test"))
    assert figures["overall"]["accuracy"] == pytest.approx(0.6)
    assert figures["by_src"]["vqa"]["accuracy"] == 1.0
    assert figures["by_type"]["object"]["accuracy"] == 0.0
    assert figures["yes_no"]["auroc"] == 1.0
    assert figures["yes_no"]["balanced_accuracy"] == 1.0
    # Two sure and right; three at 0.25 of which one is right: 3/5 * |1/3 - 1/4|.
    assert figures["ece"] == pytest.approx(3 / 5 * (1 / 3 - 1 / 4))


def test_an_answer_without_confidence_is_not_in_the_calibration(data: Path) -> None:
    class Refusing(BrightnessModel):
        def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
            if answer == "gray":
                return Judgement(confidence=None, answerable=False)
            return Judgement(confidence=1.0, answerable=True)

    answers = answer_split(Refusing(), data, "test")
    assert [answer.confidence for answer in answers] == [1.0, 1.0, None, None, None]
    figures = summarize_answers(answers)
    assert figures["overall"]["n"] == 5
    assert figures["ece"] == 0.0
    assert [b["n"] for b in figures["reliability"]] == [2]


def test_src_selects_one_data_source(data: Path) -> None:
    answers = answer_split(BrightnessModel(), data, "test", src="cocoqa")
    assert {answer.src for answer in answers} == {"cocoqa"}
    with pytest.raises(SettingError, match="nowhere"):
        answer_split(BrightnessModel(), data, "test", src="nowhere")


def test_the_command_prints_every_figure(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questions", str(data), "--split", "test", "--model", "echo"]) == 0
    text = capsys.readouterr().out
    assert "src cocoqa" in text
    assert "type yesno" in text
    assert main(["questions", str(data), "--split", "test", "--model", "echo", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["answers"]) == 5


def test_a_folder_without_the_split_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["questions", str(tmp_path), "--model", "echo"]) == 1
    assert "val.jsonl" in capsys.readouterr().err
