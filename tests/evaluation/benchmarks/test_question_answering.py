from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from vqa.errors import SettingError
from vqa.evaluation.benchmarks.question_answering import ask_split, main, summarize_replies
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.types import AnswerOptions, Judgement, Turn


class Guesser(EchoModel):
    """Calls what is dark dark, everything else gray, and says how sure it is."""

    def stream(
        self,
        context: VideoContext,
        question: str,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        if question.startswith("Is it"):
            dark = context.clip.frames.mean() < 128
            yield "yes" if dark == ("dark" in question) else "no"
        else:
            yield "gray"

    def judge(
        self, context: VideoContext, question: str, answer: str, *, history: Sequence[Turn] = ()
    ) -> Judgement:
        return Judgement(confidence=0.25 if answer == "gray" else 1.0, answerable=True)


def test_every_question_of_the_split_is_asked(data: Path) -> None:
    replies = ask_split(Guesser(), data, "test")
    assert [(reply.src, reply.kind, reply.credit) for reply in replies] == [
        ("vqa", "yesno", 1.0),
        ("vqa", "yesno", 1.0),
        ("vqa", "color", 1.0),
        ("cocoqa", "object", 0.0),
        ("own", "object", 0.0),
    ]


def test_figures_by_source_and_type(data: Path) -> None:
    figures = summarize_replies(ask_split(Guesser(), data, "test"))
    assert figures["overall"]["accuracy"] == pytest.approx(0.6)
    assert figures["by_src"]["vqa"]["accuracy"] == 1.0
    assert figures["by_type"]["object"]["accuracy"] == 0.0
    assert figures["yes_no"]["auroc"] == 1.0
    assert figures["yes_no"]["balanced_accuracy"] == 1.0
    # Two sure and right; three at 0.25 of which one is right: 3/5 * |1/3 - 1/4|.
    assert figures["ece"] == pytest.approx(3 / 5 * (1 / 3 - 1 / 4))


def test_a_refusal_without_a_confidence_is_left_out_of_the_calibration(data: Path) -> None:
    class Refusing(Guesser):
        def judge(
            self, context: VideoContext, question: str, answer: str, *, history: Sequence[Turn] = ()
        ) -> Judgement:
            if answer == "gray":
                return Judgement(confidence=None, answerable=False)
            return Judgement(confidence=1.0, answerable=True)

    replies = ask_split(Refusing(), data, "test")
    assert [reply.confidence for reply in replies] == [1.0, 1.0, None, None, None]
    figures = summarize_replies(replies)
    assert figures["overall"]["n"] == 5
    assert figures["ece"] == 0.0
    assert [one["n"] for one in figures["reliability"]] == [2]


def test_one_source_alone(data: Path) -> None:
    assert {reply.src for reply in ask_split(Guesser(), data, "test", src="cocoqa")} == {"cocoqa"}
    with pytest.raises(SettingError, match="nowhere"):
        ask_split(Guesser(), data, "test", src="nowhere")


def test_the_command_prints_every_figure(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(data), "--split", "test", "--model", "echo"]) == 0
    told = capsys.readouterr().out
    assert "src cocoqa" in told
    assert "type yesno" in told
    assert main([str(data), "--split", "test", "--model", "echo", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["answers"]) == 5


def test_a_folder_without_the_split_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--model", "echo"]) == 1
    assert "val.jsonl" in capsys.readouterr().err
