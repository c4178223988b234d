from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.fakes import ColourModel
from vqa.chat.session import ChatSession
from vqa.errors import SettingError, VideoNotFound
from vqa.evaluation import __main__ as command
from vqa.evaluation.benchmarks.exam import ExamVideo, answer_video, main, read_exam
from vqa.evaluation.grading import ExamQuestion


def test_read_exam_reads_the_documented_format(exam: Path) -> None:
    (video,) = read_exam(exam)
    assert video.path == exam.parent / "video.mp4"
    assert [question.type for question in video.questions] == ["object", "yesno", "color"]
    assert video.questions[0].accepted_answers == ("square", "a red square")
    assert video.questions[2].accepted_answers == ("white",), "without `accept`, `a` alone"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no video"),
        ("nonsense", "Line 1"),
        ('{"video": "a.mp4"}', "Line 1"),
        ('{"video": "a.mp4", "qa": [{"q": "?", "type": "color"}]}', "Line 1"),
        ('{"video": "a.mp4", "qa": [{"q": "?", "type": "color", "accept": "yes"}]}', "Line 1"),
        ('{"video": "a.mp4", "qa": [{"q": "?", "type": "color", "accept": [1]}]}', "Line 1"),
        ('{"video": "a.mp4", "qa": [{"q": "?", "type": "color", "a": 1}]}', "Line 1"),
        ('{"video": "a.mp4", "qa": [{"q": 1, "type": "color", "a": "red"}]}', "Line 1"),
        ('{"video": "a.mp4", "qa": [{"q": "?", "type": 1, "a": "red"}]}', "Line 1"),
        ('{"video": "a.mp4", "qa": ["?"]}', "Line 1"),
        ('{"video": "a.mp4", "qa": 1}', "Line 1"),
        ('{"video": 1, "qa": []}', "Line 1"),
        ('{"video": null, "qa": []}', "Line 1"),
        ('{"video": "a.mp4", "qa": []}\n\n[]', "Line 3"),
        ("5", "Line 1"),
        ("\xff", "Line 1"),
    ],
)
def test_a_file_of_another_format_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "exam.jsonl"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(SettingError, match=message) as caught:
        read_exam(path)
    assert "exam.jsonl" in caught.value.message
    with pytest.raises(SettingError, match="no exam file"):
        read_exam(tmp_path / "missing.jsonl")


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_separators_within_a_text_do_not_end_a_line(tmp_path: Path, separator: str) -> None:
    question = {"q": f"What{separator}is it?", "a": "cat", "type": "object"}
    line = json.dumps({"video": "a.mp4", "qa": [question]}, ensure_ascii=False)
    path = tmp_path / "exam.jsonl"
    path.write_bytes(f"{line}\r\n\n{line}\n".encode())
    assert [video.questions[0].text for video in read_exam(path)] == [question["q"]] * 2


def test_evaluate_prints_the_json_of_the_exam(
    exam: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(exam), "--model", "echo", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["model"] == "echo"
    assert figures["overall"]["n"] == 3
    assert figures["overall"]["accuracy"] == 0.0
    assert figures["baselines"]["frequent"]["accuracy"] == pytest.approx(1 / 3), "white"
    first = figures["answers"][0]
    assert first["video"] == "video.mp4"
    assert "What moves?" in first["answer"]
    assert first["others"]["blanked"] == first["answer"], "the echo model ignores the frames"


def test_answers_and_confidence_are_those_of_the_chat(cuts: Path) -> None:
    texts = (
        "When does the  green appear?",
        "When do you see a yellow car?",
        "What is it?",
        "zebra?",
    )
    questions = tuple(
        ExamQuestion(text=text, accepted_answers=("x",), type="when") for text in texts
    )
    _, answers = answer_video(ColourModel(), ExamVideo(name="cuts", path=cuts, questions=questions))
    results = [(item.answer, item.confidence, item.answerable) for item in answers]
    assert results[:2] == [
        ("At 0:03.", 1.0, True),
        ("I do not find a yellow car in this video.", 1.0, False),
    ], "retrieved answers have a confidence of their own"
    for text, (answer, confidence, answerable) in zip(texts, results, strict=True):
        session = ChatSession(ColourModel())
        session.watch(cuts)
        assert "".join(session.ask(text)) == answer
        recorded = session.history[0].answer
        assert (recorded.confidence, recorded.answerable) == (confidence, answerable)


def test_the_report_shows_frames_and_answers(
    exam: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report"
    assert main([str(exam), "--model", "echo", "--report", str(report)]) == 0
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "What color is the square?" in page
    assert 'src="0.jpg"' in page
    with Image.open(report / "0.jpg") as strip:
        assert strip.size == (8 * 160, 120)
    assert "over blanked: +0.0 points" in capsys.readouterr().out


def test_a_missing_video_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "exam.jsonl"
    path.write_text('{"video": "gone.mp4", "qa": []}', encoding="utf-8")
    with pytest.raises(VideoNotFound, match="gone"):
        main([str(path), "--model", "echo"])


def test_bank_needs_a_model_with_embeddings(exam: Path, data: Path) -> None:
    with pytest.raises(SettingError, match="--bank"):
        main([str(exam), "--model", "echo", "--bank", str(data)])


def test_the_benchmark_command_prints_the_same_json_as_evaluate(
    exam: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(exam), "--model", "echo", "--json"]) == 0
    expected = capsys.readouterr().out
    assert command.main(["exam", str(exam), "--model", "echo", "--json"]) == 0
    assert capsys.readouterr().out == expected
