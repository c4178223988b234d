from __future__ import annotations

from pathlib import Path

from vqa.evaluation.grading import Question, Verdict, grade
from vqa.evaluation.report import NUM_WORST, worst, write_report


def verdict(answer: str, confidence: float | None) -> Verdict:
    return Verdict(
        video="a.mp4",
        question=Question(text="What <b>is</b> it?", accepted=("dog",), kind="object"),
        answer=answer,
        confidence=confidence,
        answerable=True,
        others={"frequent": "cat", "blanked": "cat", "shuffled": answer},
    )


def test_the_worst_are_the_surest_of_the_wrong() -> None:
    answers = grade([verdict("cat", 0.3), verdict("dog", 0.9), verdict("cow", 0.8)])["answers"]
    assert [one["answer"] for one in worst(answers)] == ["cow", "cat"]
    many = grade([verdict("cat", 0.5)] * (NUM_WORST + 5))["answers"]
    assert len(worst(many)) == NUM_WORST


def test_a_refusal_without_a_confidence_is_none_of_the_worst() -> None:
    refusal = verdict("I cannot read.", None)
    answers = grade([refusal, verdict("cat", 0.3), refusal])["answers"]
    assert [one["answer"] for one in worst(answers)] == ["cat"]
    assert len(worst(grade([refusal, verdict("dog", None)])["answers"])) == 1, "judges nothing"


def test_the_page_escapes_what_people_wrote_and_draws_the_doubt(tmp_path: Path) -> None:
    grades = {"model": "echo", "device": "cpu", **grade([verdict("dog", 0.9), verdict("<i>", 0.2)])}
    path = tmp_path / "index.html"
    write_report(path, grades, ["a.mp4"])
    page = path.read_text(encoding="utf-8")
    assert "What &lt;b&gt;is&lt;/b&gt; it?" in page
    assert "<i>" not in page
    assert page.count("<circle") == 2
    assert "Over blanked: +50.0 points" in page
