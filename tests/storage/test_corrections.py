from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vqa.errors import StorageError
from vqa.storage.corrections import Correction, write_correction
from vqa.training.data.records import load_picture, read_records

FRAME = np.full((48, 64, 3), (200, 30, 30), np.uint8)


def correction(**changes: Any) -> Correction:
    values: dict[str, Any] = {
        "video": "a.mp4",
        "question": "What is it?",
        "answer": "dog",
        "is_right": True,
        "time_s": 1.5,
    }
    return Correction(**(values | changes))


def test_judgements_are_a_data_folder_that_training_reads(tmp_path: Path) -> None:
    folder = tmp_path / "corrections"
    write_correction(folder, correction(), FRAME)
    write_correction(
        folder, correction(answer="cat", is_right=False, right_answer=" a  fox "), FRAME
    )
    write_correction(folder, correction(answer="cow", is_right=False), FRAME)
    records = read_records(folder, "train")
    assert [[(q.text, q.answer) for q in r.questions] for r in records] == [
        [("What is it?", "dog")],
        [("What is it?", "a fox")],
        [],
    ]
    clip = load_picture(records[0].file)
    assert clip.frames.shape == (1, *FRAME.shape)
    assert abs(clip.frames[0].astype(int) - FRAME).max() < 16
    assert (folder.stat().st_mode & 0o077) == 0


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_separators_within_a_text_do_not_damage_the_file(tmp_path: Path, separator: str) -> None:
    changes = {"question": f"What{separator}is it?", "video": f"a{separator}b.mp4"}
    for number in range(3):
        write_correction(tmp_path, correction(**changes, answer=f"dog {number}"), FRAME)
    assert len(read_records(tmp_path, "train")) == 3


@pytest.mark.parametrize("changes", [{"answer": "0:04 to 0:08"}, {"time_s": None}])
def test_what_one_picture_cannot_teach_is_kept_but_not_trained_with(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    write_correction(tmp_path, correction(**changes), FRAME)
    (record,) = read_records(tmp_path, "train")
    assert record.questions == ()
    (line,) = (tmp_path / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["judgement"]["is_right"] is True


def test_a_change_of_mind_replaces_the_judgement(tmp_path: Path) -> None:
    for changes in ({}, {"is_right": False}, {"is_right": False, "right_answer": "wolf"}):
        write_correction(tmp_path, correction(**changes), FRAME)
    (record,) = read_records(tmp_path, "train")
    assert [question.answer for question in record.questions] == ["wolf"]
    (picture,) = (tmp_path / "images").iterdir()
    with Image.open(picture) as image:
        assert image.size == (64, 48)


def test_a_folder_that_cannot_be_written_is_an_error_with_a_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        write_correction(tmp_path / "file" / "corrections", correction(), FRAME)
