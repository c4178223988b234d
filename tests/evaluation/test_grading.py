from __future__ import annotations

import json

import pytest

from vqa.evaluation.grading import Question, Verdict, as_text, grade, table


def verdict(
    kind: str, answer: str, accepted: str, blank: str, confidence: float | None = None
) -> Verdict:
    return Verdict(
        video="videos/a.mp4",
        question=Question(text=f"{kind}?", accepted=(accepted,), kind=kind),
        answer=answer,
        confidence=confidence,
        answerable=None,
        others={"frequent": "red", "blanked": blank, "shuffled": answer},
    )


VERDICTS = [
    verdict("color", "the red", "red", "blue", 0.9),
    verdict("color", "blue", "red", "blue", 0.6),
    verdict("object", "It is a dog.", "dog", "cat", 0.2),
    verdict("yesno", "Yes, there is", "yes", "no", 0.8),
]


def test_the_keys_that_scripts_rely_on() -> None:
    grades = grade(VERDICTS)
    assert grades["overall"]["accuracy"] == 0.5
    assert grades["overall"]["n"] == 4
    assert grades["by_type"]["color"]["accuracy"] == 0.5
    assert set(grades["baselines"]) == {"frequent", "blanked", "nearest_caption"}
    assert grades["baselines"]["frequent"]["accuracy"] == 0.5
    assert grades["baselines"]["blanked"]["accuracy"] == 0.0
    assert set(grades["answers"][0]) >= {"video", "question", "answer", "accepted", "right"}
    assert json.loads(json.dumps(grades))["answers"][0]["accepted"] == ["red"]


def test_a_sentence_counts_only_where_said() -> None:
    assert grade(VERDICTS)["overall"]["contains"] == 0.75


def test_a_baseline_that_could_not_be_run_says_why() -> None:
    assert "--bank" in grade(VERDICTS)["baselines"]["nearest_caption"]["left_out"]


def test_margins_and_doubt() -> None:
    grades = grade(VERDICTS)
    assert grades["margins"]["blanked"]["points"] == pytest.approx(0.5)
    assert grades["doubt"]["auroc_right"] == pytest.approx(1.0)
    # |0.9-1| + |0.6-0| + |0.2-0| + |0.8-1|, a quarter each
    assert grades["doubt"]["ece"] == pytest.approx((0.1 + 0.6 + 0.2 + 0.2) / 4)
    assert grade([verdict("color", "red", "red", "red")])["doubt"] is None


def test_a_refusal_without_a_confidence_counts_as_wrong_and_not_as_sure() -> None:
    refused = grade([*VERDICTS, verdict("text", "I cannot read.", "exit", "red")])
    assert refused["overall"]["n"] == 5
    assert refused["doubt"] == grade(VERDICTS)["doubt"]
    assert sum(one["n"] for one in refused["doubt"]["reliability"]) == 4


def test_the_table_ends_with_all() -> None:
    rows = table(grade(VERDICTS))
    assert rows[0] == ["type", "n", "model", "frequent", "blanked", "shuffled", "95 % of model"]
    assert rows[-1][:4] == ["all", "4", " 50.0", " 50.0"]
    assert "over blanked: +50.0 points" in as_text(grade(VERDICTS))
