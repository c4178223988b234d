from __future__ import annotations

from pathlib import Path

import pytest

from vqa.questions.classifiers.follow_up_classifier import OPERATIONS
from vqa.training.follow_up_fitting import read_follow_ups


def test_the_shipped_examples_cover_every_operation() -> None:
    examples = read_follow_ups()
    counts = {name: sum(one.operation == name for one in examples) for name in OPERATIONS}
    assert min(counts.values()) >= 40
    assert all(one.question and one.answer and one.text for one in examples)


def test_an_unknown_operation_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "follow_ups.tsv"
    file.write_text("jump\tis there a cat\tyes\twhere\n", encoding="utf-8")
    with pytest.raises(ValueError, match="unknown operation"):
        read_follow_ups(file)
