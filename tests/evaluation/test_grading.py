from __future__ import annotations

import json

import pytest

from vqa.evaluation.grading import (
    ExamQuestion,
    GradedAnswer,
    accuracy_table,
    format_text,
    grade,
)


def graded(
    type_name: str, answer: str, accepted: str, blanked: str, confidence: float | None = None
) -> GradedAnswer:
    return GradedAnswer(
        video="videos/a.mp4",
        question=ExamQuestion(text=f"{type_name}?", accepted_answers=(accepted,), type=type_name),
        answer=answer,
        confidence=confidence,
        answerable=None,
        others={"frequent": "red", "blanked": blanked, "shuffled": answer},
    )


ANSWERS = [
    graded("color", "the red", "red", "blue", 0.9),
    graded("color", "blue", "red", "blue", 0.6),
    graded("object", "It is a dog.", "dog", "cat", 0.2),
    graded("yesno", "Yes, there is", "yes", "no", 0.8),
]


def test_grades_have_the_documented_json_keys() -> None:
    grades = grade(ANSWERS)
    assert grades["overall"]["accuracy"] == 0.5
    assert grades["overall"]["n"] == 4
    assert grades["by_type"]["color"]["accuracy"] == 0.5
    assert set(grades["baselines"]) == {"frequent", "blanked", "nearest_caption"}
    assert grades["baselines"]["frequent"]["accuracy"] == 0.5
    assert grades["baselines"]["blanked"]["accuracy"] == 0.0
    assert set(grades["answers"][0]) >= {"video", "question", "answer", "accepted", "right"}
    assert json.loads(json.dumps(grades))["answers"][0]["accepted"] == ["red"]


def test_contains_counts_answers_inside_a_sentence() -> None:
    assert grade(ANSWERS)["overall"]["contains"] == 0.75


def test_a_baseline_without_its_data_names_the_missing_option() -> None:
    assert "--bank" in grade(ANSWERS)["baselines"]["nearest_caption"]["left_out"]


def test_margins_and_calibration() -> None:
    grades = grade(ANSWERS)
    assert grades["margins"]["blanked"]["points"] == pytest.approx(0.5)
    assert grades["calibration"]["auroc_right"] == pytest.approx(1.0)
    assert grades["doubt"] == grades["calibration"]
    # |0.9-1| + |0.6-0| + |0.2-0| + |0.8-1|, a quarter each
    assert grades["calibration"]["ece"] == pytest.approx((0.1 + 0.6 + 0.2 + 0.2) / 4)
    assert grade([graded("color", "red", "red", "red")])["calibration"] is None


def test_an_answer_without_confidence_counts_as_wrong_but_not_in_the_calibration() -> None:
    refused = grade([*ANSWERS, graded("text", "I cannot read.", "exit", "red")])
    assert refused["overall"]["n"] == 5
    assert refused["calibration"] == grade(ANSWERS)["calibration"]
    assert sum(b["n"] for b in refused["calibration"]["reliability"]) == 4


def test_the_accuracy_table_ends_with_all_types() -> None:
    rows = accuracy_table(grade(ANSWERS))
    assert rows[0] == ["type", "n", "model", "frequent", "blanked", "shuffled", "95 % of model"]
    assert rows[-1][:4] == ["all", "4", " 50.0", " 50.0"]
    assert "over blanked: +50.0 points" in format_text(grade(ANSWERS))
