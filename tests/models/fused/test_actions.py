"""Names of actions: phrases, the classifier of frames, and the decoder's wording."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.models.fused.conftest import recalibrate, sure_of
from vqa import settings
from vqa.errors import WeightsBroken
from vqa.models.fused.actions import (
    FILE,
    ActionClassifier,
    action_of,
    actions_of_subject,
    read_actions,
)
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip

QUESTION = "What is the man doing?"
CPU = torch.device("cpu")


@pytest.fixture
def context(runtime: FusedRuntime, cuts: Path) -> VideoContext:
    return runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))


def classifier_for(runtime: FusedRuntime, context: VideoContext, action: str) -> ActionClassifier:
    """Classifier that gives an action a probability near 1 in every frame."""
    names = tuple(read_actions())
    num_inputs = runtime.name_evidence.classifier_inputs(context.state).shape[1]
    bias = torch.full((len(names),), -10.0)
    bias[names.index(action)] = 10.0
    return ActionClassifier(
        names=names,
        hidden_weight=torch.zeros(4, num_inputs),
        hidden_bias=torch.zeros(4),
        output_weight=torch.zeros(len(names), 4),
        output_bias=bias,
        name_vectors=torch.zeros(len(names), runtime.embedding_dim),
    )


def test_no_phrase_belongs_to_two_actions() -> None:
    phrases = [phrase for row in read_actions().values() for phrase in row]
    assert len(set(phrases)) == len(phrases)
    assert all(phrase == phrase.strip().lower() and phrase for phrase in phrases)


@pytest.mark.parametrize(
    ("phrase", "action"),
    [
        ("riding a bike on a road", "riding a bicycle"),
        ("Jogging", "running"),
        ("throwing a frisbee to a dog", "playing frisbee"),
        ("eating the grass", "grazing"),
        ("eating a sandwich", "eating"),
        ("a man", ""),
        ("", ""),
    ],
)
def test_a_phrase_is_assigned_to_an_action_by_its_longest_beginning(
    phrase: str, action: str
) -> None:
    assert action_of(phrase) == action


@pytest.mark.parametrize(
    ("subject", "possible", "impossible"),
    [
        ("woman", "dancing cooking", "barking grazing"),
        ("black dog", "barking running", "cooking typing"),
        ("", "cooking barking", ""),
        ("car", "driving standing", ""),
    ],
)
def test_people_do_not_graze_and_animals_do_not_cook(
    subject: str, possible: str, impossible: str
) -> None:
    names = list(read_actions())
    actions = {names[number] for number in actions_of_subject(subject)}
    assert actions >= set(possible.split())
    assert actions.isdisjoint(impossible.split())


@pytest.mark.parametrize("action", ["dancing", "riding a bicycle"])
def test_the_classifier_decides_where_only_it_has_weight(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    recalibrate(
        runtime, monkeypatch, action_class=9.0, action_score=0.0, action_scale=1.0, name_scale=0.0
    )
    runtime.name_evidence.replace_classifier(classifier_for(runtime, context, action))
    assert "".join(runtime.stream(context, parse(QUESTION))) == action
    assert sure_of(runtime, context, QUESTION, action) > 0.8
    assert sure_of(runtime, context, QUESTION, "sleeping") < 0.5
    assert runtime.explain(context, parse(QUESTION), action)


def test_an_excluded_name_is_no_answer(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    recalibrate(runtime, monkeypatch, action_class=9.0, action_score=0.0, action_scale=1.0)
    runtime.name_evidence.replace_classifier(classifier_for(runtime, context, "dancing"))
    question = replace(parse(QUESTION), excluded_names=("dancing",))
    assert "".join(runtime.stream(context, question)) != "dancing"


def test_without_calibration_the_decoder_answers(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime.name_evidence.replace_classifier(classifier_for(runtime, context, "dancing"))
    recalibrate(runtime, monkeypatch, action_scale=0.0)
    decoded = "".join(runtime.stream(context, parse(QUESTION)))
    recalibrate(runtime, monkeypatch, action_class=9.0, action_score=0.0, action_scale=1.0)
    assert decoded != "".join(runtime.stream(context, parse(QUESTION))) == "dancing"


def test_the_decoder_words_an_action_that_it_agrees_with(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    recalibrate(runtime, monkeypatch, action_class=9.0, action_score=0.0, action_scale=1.0)
    runtime.name_evidence.replace_classifier(classifier_for(runtime, context, "riding a bicycle"))
    prepared = runtime.prepare(context, parse(QUESTION))
    monkeypatch.setattr(prepared, "_generate", lambda _: iter(["riding ", "a bike on a road"]))
    assert "".join(prepared.stream()) == "riding a bike on a road"
    confidence = prepared.judge("riding a bike on a road").confidence
    assert confidence == prepared.judge("riding a bicycle").confidence


def test_weights_without_a_classifier_leave_actions_to_the_decoder(
    context: VideoContext, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ActionClassifier.load(folder, CPU, "") is None
    fresh = FusedRuntime.load(folder, device="cpu")
    recalibrate(fresh, monkeypatch, action_scale=0.0)
    decoded = "".join(fresh.stream(context, parse(QUESTION)))
    recalibrate(fresh, monkeypatch, action_scale=1.0)
    assert "".join(fresh.stream(context, parse(QUESTION))) == decoded


def test_a_saved_classifier_is_loaded_for_its_weights_and_actions_only(
    runtime: FusedRuntime, context: VideoContext, tmp_path: Path
) -> None:
    classifier = classifier_for(runtime, context, "dancing")
    classifier.save(tmp_path, "version")
    copy = ActionClassifier.load(tmp_path, CPU, "version")
    assert copy is not None
    inputs = runtime.name_evidence.classifier_inputs(context.state)
    assert torch.allclose(copy.probabilities(inputs), classifier.probabilities(inputs), atol=1e-3)
    with pytest.raises(WeightsBroken, match="other weights"):
        ActionClassifier.load(tmp_path, CPU, "another version")
    replace(classifier, names=classifier.names[::-1]).save(tmp_path, "version")
    with pytest.raises(WeightsBroken, match="other actions"):
        ActionClassifier.load(tmp_path, CPU, "version")
    (tmp_path / FILE).write_bytes(b"no safetensors")
    with pytest.raises(WeightsBroken, match="cannot be loaded"):
        ActionClassifier.load(tmp_path, CPU, "version")


def test_only_visible_frames_are_classified(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    recalibrate(runtime, monkeypatch, action_class=9.0, action_scale=1.0)
    runtime.name_evidence.replace_classifier(classifier_for(runtime, context, "dancing"))
    prepared = runtime.prepare(context, parse(QUESTION))
    num_frames: list[int] = []

    def probabilities(_: ActionClassifier, inputs: torch.Tensor) -> torch.Tensor:
        num_frames.append(len(inputs))
        return torch.full((len(inputs), len(read_actions())), 0.01)

    monkeypatch.setattr(ActionClassifier, "probabilities", probabilities)
    assert prepared.name_candidates.names
    assert num_frames == [int(prepared.encoded_question.frame_mask.sum())]


@pytest.mark.skipif(not (settings.weights() / FILE).is_file(), reason="needs weights/")
def test_the_shipped_classifier_fits_the_shipped_weights_and_actions() -> None:
    runtime = FusedRuntime.load(device="cpu")
    evidence = runtime.name_evidence.of("action")
    assert evidence is not None
    expected = runtime.embed_text([f"a person is {name}" for name in evidence.names])
    assert torch.allclose(evidence.vectors(), torch.from_numpy(expected), atol=1e-3)
