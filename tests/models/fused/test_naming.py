"""Names of things of a kind: classes, cosines and decoder scores together."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from tests.models.fused.conftest import recalibrate, sure_of
from vqa.models.fused.config import Calibration
from vqa.models.fused.kind_names import read_kind_names
from vqa.models.fused.naming import NameCandidates
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.types import AnswerOptions, SamplingPlan
from vqa.video.reader import read_clip

QUESTION = "What animal is it?"
# Numbers of ImageNet classes: dogs are 151 to 268, the zebra is 340.
_POODLE, _ZEBRA = 265, 340


@pytest.fixture
def context(runtime: FusedRuntime, cuts: Path) -> VideoContext:
    return runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))


def test_breeds_add_up_to_their_plain_name() -> None:
    animals = read_kind_names()["animal"]
    logits = torch.full((1, 1000), -20.0)
    logits[0, 151:269], logits[0, _ZEBRA] = 0.0, 1.0
    probabilities = animals.name_probabilities(logits)[0]
    assert animals.names[int(probabilities.argmax())] == "dog", "one zebra outweighs one breed only"
    assert float(probabilities.sum()) == pytest.approx(1.0, abs=1e-3)


def test_no_kind_has_a_name_twice_and_every_class_exists() -> None:
    for names in read_kind_names().values():
        assert len(set(names.names)) == len(names.names)
        assert all(name == name.strip().lower() for name in names.names)


def test_the_classes_of_the_frames_decide_where_only_they_have_weight(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    recalibrate(runtime, monkeypatch, name_class=9.0, name_score=0.0, name_scale=1.0)
    for number, name in ((_POODLE, "dog"), (_ZEBRA, "zebra")):
        context.state.label_logits.fill_(-5)
        context.state.label_logits[:, number] = 5
        assert "".join(runtime.stream(context, parse(QUESTION))) == name
        assert sure_of(runtime, context, QUESTION, name) > 0.8
        other = "zebra" if name == "dog" else "dog"
        assert sure_of(runtime, context, QUESTION, other) < 0.1
        assert runtime.explain(context, parse(QUESTION), name)


def test_the_answer_is_a_word_of_the_kind_that_is_asked_for(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    recalibrate(runtime, monkeypatch, name_scale=1.0)
    for kind, names in read_kind_names().items():
        question = parse(
            "Who is holding the dog?" if kind == "person" else f"What {kind} is shown?"
        )
        answer = "".join(runtime.stream(context, question))
        assert answer in names.names
        prepared = runtime.prepare(context, question)
        candidates = prepared.name_candidates
        scores = [prepared.answer_score(name) for name in candidates.names]
        lengths = [len(runtime._processor.tokenize_answer(name)) for name in candidates.names]
        sums = [score * length for score, length in zip(scores, lengths, strict=True)]
        floored = [math.log(math.exp(total) + 0.01) for total in sums]
        assert candidates.scores[:, 2].tolist() == pytest.approx(floored, abs=1e-3)
        assert candidates.names[int(candidates.scores[:, 2].argmax())] == answer


def test_without_calibration_or_with_a_temperature_the_decoder_answers(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = parse(QUESTION)
    recalibrate(runtime, monkeypatch, name_scale=0.0)
    decoded = "".join(runtime.stream(context, question))
    recalibrate(runtime, monkeypatch, name_class=9.0, name_score=0.0, name_scale=1.0)
    context.state.label_logits.fill_(-5)
    context.state.label_logits[:, _ZEBRA] = 5
    named = "".join(runtime.stream(context, question))
    assert named == "zebra"
    sampled = "".join(runtime.stream(context, question, options=AnswerOptions(temperature=0.01)))
    assert decoded != named
    assert sampled != named


def test_confidence_grows_with_the_lead_over_the_next_candidate() -> None:
    calibration = Calibration(name_score=1.0, name_scale=2.0, name_bias=-1.0)
    scores = torch.tensor([[0.0, 0, -1.0], [0.0, 0, -3.0]])
    candidates = NameCandidates(names=("dog", "cat"), scores=scores)
    weights = calibration.weights_of("animal")
    assert candidates.best(weights) == "dog"
    assert candidates.best(weights, exclusions=("dog", "cow")) == "cat"
    assert candidates.best(weights, exclusions=("dog", "cat")) in ("dog", "cat")
    expected = 1 / (1 + math.exp(-(2 * 2.0 - 1)))
    assert candidates.confidence(weights, "dog") == pytest.approx(expected, abs=1e-4)
