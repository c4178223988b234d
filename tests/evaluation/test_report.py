from __future__ import annotations

from pathlib import Path

from vqa.evaluation.grading import ExamQuestion, GradedAnswer, grade
from vqa.evaluation.report import NUM_ERRORS, confident_errors, write_report


def graded(answer: str, confidence: float | None) -> GradedAnswer:
    return GradedAnswer(
        video="a.mp4",
        question=ExamQuestion(text="What <b>is</b> it?", accepted_answers=("dog",), type="object"),
        answer=answer,
        confidence=confidence,
        answerable=True,
        others={"frequent": "cat", "blanked": "cat", "shuffled": answer},
    )


def test_confident_errors_are_wrong_answers_by_falling_confidence() -> None:
    answers = grade([graded("cat", 0.3), graded("dog", 0.9), graded("cow", 0.8)])["answers"]
    assert [answer["answer"] for answer in confident_errors(answers)] == ["cow", "cat"]
    many = grade([graded("cat", 0.5)] * (NUM_ERRORS + 5))["answers"]
    assert len(confident_errors(many)) == NUM_ERRORS


def test_an_answer_without_confidence_is_no_confident_error() -> None:
    refusal = graded("I cannot read.", None)
    answers = grade([refusal, graded("cat", 0.3), refusal])["answers"]
    assert [answer["answer"] for answer in confident_errors(answers)] == ["cat"]
    assert len(confident_errors(grade([refusal, graded("dog", None)])["answers"])) == 1, (
        "no confidences at all"
    )


def test_the_report_escapes_text_and_draws_the_reliability_diagram(tmp_path: Path) -> None:
    grades = {"model": "echo", "device": "cpu", **grade([graded("dog", 0.9), graded("<i>", 0.2)])}
    path = tmp_path / "index.html"
    write_report(path, grades, ["a.mp4"])
    page = path.read_text(encoding="utf-8")
    assert "What &lt;b&gt;is&lt;/b&gt; it?" in page
    assert "<i>" not in page
    assert page.count("<circle") == 2
    assert "Over blanked: +50.0 points" in page
