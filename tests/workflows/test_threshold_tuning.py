"""Thresholds that follow from judged events."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqa.errors import SettingError
from vqa.workflows.threshold_tuning import EventJudgement, ThresholdStore, best_threshold


def judgement(score: float, is_right: bool, event: str = "") -> EventJudgement:
    return EventJudgement(event=event or f"{score}", score=score, is_right=is_right)


@pytest.mark.parametrize(
    ("right", "wrong", "threshold"),
    [
        ((), (), 0.5),
        ((0.6, 0.9), (), 0.5),  # nothing was wrong: as it was
        ((), (0.6, 0.7), 0.72),  # above all wrong ones
        ((0.9,), (0.6,), 0.75),  # the midpoint
        ((0.6,), (0.9,), 0.5),  # one error in any case: the nearest
        ((0.8, 0.9), (0.6, 0.85), 0.7),  # one error is left
        ((), (0.99,), 0.5),  # out of reach: as it was
        ((0.3,), (), 0.28),  # judged when the threshold was lower
    ],
)
def test_the_threshold_separates_right_from_wrong(
    right: tuple[float, ...], wrong: tuple[float, ...], threshold: float
) -> None:
    judgements = [*(judgement(s, True) for s in right), *(judgement(s, False) for s in wrong)]
    assert best_threshold(judgements, 0.5) == pytest.approx(threshold)


def test_judgements_are_on_disk_and_the_last_one_of_an_event_counts(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "thresholds.json"
    store = ThresholdStore(file, base=0.5)
    assert store.judge("a dog", judgement(0.7, False, "1")) == pytest.approx(0.72)
    assert store.judge("a cat", judgement(0.9, False, "2")) == pytest.approx(0.92)
    assert ThresholdStore(file, base=0.5).threshold("a dog") == pytest.approx(0.72)
    assert store.judge("a dog", judgement(0.7, True, "1")) == 0.5
    again = ThresholdStore(file, base=0.5)
    assert again.threshold("a dog") == 0.5
    assert again.threshold("a cat") == pytest.approx(0.92)
    assert again.verdict("a dog", "1") is True
    assert again.verdict("a dog", "2") is None
    for number in range(300):
        store.judge("a dog", judgement(0.6, True, f"event {number}"))
    assert len(file.read_text(encoding="utf-8").split("event ")) == 201
    assert [path.name for path in file.parent.iterdir()] == ["thresholds.json"]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"a": 1}', '{"a": [{"event": "1", "score": 7, "is_right": true}]}', "{"]
)
def test_a_damaged_file_is_an_error_with_a_cure(tmp_path: Path, text: str) -> None:
    file = tmp_path / "thresholds.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match="cannot be read") as caught:
        ThresholdStore(file, base=0.5)
    assert "delete" in caught.value.cure
    assert file.read_text(encoding="utf-8") == text


def test_a_judgement_that_cannot_be_written_does_not_count(tmp_path: Path) -> None:
    store = ThresholdStore(tmp_path / "file" / "thresholds.json", base=0.5)
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match="cannot be written"):
        store.judge("a dog", judgement(0.7, False))
    assert store.threshold("a dog") == 0.5
