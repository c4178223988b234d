"""Evidence of the CNN's classes for a noun, and what it does to the presence logit."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.models.fused.conftest import recalibrate
from vqa import settings
from vqa.models.fused.class_evidence import class_evidence, class_probabilities
from vqa.models.fused.config import Calibration, NetworkConfig
from vqa.models.fused.kind_names import read_kind_names
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.fused.scoring import presence_logits
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip

ALL = torch.ones(1, 1, dtype=torch.bool)
needs_weights = pytest.mark.skipif(
    not (settings.weights() / "config.json").is_file(), reason="this checkout has no weights/"
)


def logits_of(*names: str, kind: str = "animal") -> torch.Tensor:
    """(1, 1000) logits of a CNN that is certain of the first class of each of the names."""
    names_of_kind = read_kind_names()[kind]
    logits = torch.zeros(1, 1000)
    for name in names:
        column = names_of_kind.membership[:, names_of_kind.names.index(name)]
        logits[0, int(column.nonzero()[0])] = 20.0
    return logits


@pytest.mark.parametrize(
    ("noun", "label", "kind", "own", "rival"),
    [
        ("cat", "cat", "animal", 1, 0),
        ("cat", "parrot", "animal", 0, 1),
        # Narrower names are the noun's own, and broader and equal ones are no rivals.
        ("bird", "parrot", "animal", 1, 0),
        ("parrot", "parrot", "animal", 1, 0),
        ("chicken", "hen", "animal", 1, 0),
        ("hen", "rooster", "animal", 0, 1),
        ("table", "dining table", "furniture", 1, 0),
        ("truck", "bus", "vehicle", 0, 1),
        # A name of another kind does not exclude the noun.
        ("truck", "dog", "animal", 0, 0),
    ],
)
def test_own_and_rival_classes(noun: str, label: str, kind: str, own: float, rival: float) -> None:
    probabilities = class_probabilities(noun, logits_of(label, kind=kind))
    assert probabilities is not None
    assert probabilities[:, 0].tolist() == pytest.approx([own, rival], abs=1e-3)


@pytest.mark.parametrize("noun", ["", "person", "ball", "helicopter", "red car", "sky", "dogs"])
def test_a_noun_without_classes_has_no_evidence(noun: str) -> None:
    assert class_probabilities(noun, logits_of("cat")) is None
    assert class_evidence(None, ALL.expand(2, 1)).tolist() == [[0.0] * 3] * 2


def test_every_name_with_classes_has_a_rival() -> None:
    logits = torch.randn(2, 1000, generator=torch.Generator().manual_seed(0))
    for names in read_kind_names().values():
        for name, column in zip(names.names, names.membership.T, strict=True):
            probabilities = class_probabilities(name, logits)
            assert probabilities is not None or not column.any()
            assert probabilities is None or bool((probabilities > 0).all())


def test_evidence_is_of_the_visible_frames() -> None:
    logits = torch.cat([logits_of("cat"), logits_of("parrot")])
    masks = torch.tensor([[True, False], [False, True], [True, True]])
    features = class_evidence(class_probabilities("cat", logits), masks)
    low, high = math.log(0.01), math.log(1.01)
    expected = [[high, low, 1], [low, high, 1], [high, high, 1]]
    assert features.flatten().tolist() == pytest.approx(
        [value for row in expected for value in row], abs=1e-2
    )


def presence(calibration: Calibration, noun: str, logits: torch.Tensor) -> float:
    """The presence logit of a noun that decoder and search head are undecided about."""
    score = torch.tensor([-1.0])
    evidence = class_evidence(class_probabilities(noun, logits), ALL)
    cosine = torch.tensor([0.1])
    return float(presence_logits(calibration, score, score, cosine, evidence, num_shots=1))


@needs_weights
@pytest.mark.parametrize(
    ("noun", "rival", "kind"),
    [("cat", "parrot", "animal"), ("horse", "dog", "animal"), ("car", "boat", "vehicle")],
)
def test_a_certain_rival_speaks_against_a_noun(noun: str, rival: str, kind: str) -> None:
    fitted = NetworkConfig.load(settings.weights()).calibration
    off = replace(fitted, presence_class=0.0, presence_rival=0.0, presence_class_bias=0.0)
    neither = logits_of("couch", kind="furniture")
    is_rival, is_noun = (logits_of(name, kind=kind) for name in (rival, noun))
    assert presence(fitted, noun, is_rival) < presence(fitted, noun, neither) - 1
    assert presence(fitted, noun, is_rival) < presence(off, noun, is_rival) - 1
    assert presence(fitted, noun, is_noun) > presence(off, noun, is_noun) + 1
    for other in ("ball", "person", "red car"):
        assert presence(fitted, other, is_rival) == presence(off, other, is_rival)


def test_without_weights_the_classes_do_not_count() -> None:
    default = Calibration(presence_cosine=5.0)
    logits = [presence(default, "cat", logits_of(label)) for label in ("cat", "parrot")]
    assert logits[0] == logits[1]


@pytest.fixture(scope="module")
def context(runtime: FusedRuntime, cuts: Path) -> VideoContext:
    return runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))


def test_questions_and_captions_use_the_classes_of_the_visible_frames(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = parse("Is there a dog in the video?")
    context.state.label_logits[:] = logits_of("cat").to(context.state.label_logits)
    frame = {noun: runtime.presence_logits(context, 0, [noun])[0] for noun in ("dog", "ball")}
    answer = runtime.prepare(context, question).yes_logit()
    weights = {"presence_class": 2.0, "presence_rival": -3.0, "presence_class_bias": 0.5}
    recalibrate(runtime, monkeypatch, **weights)
    shift = 2.0 * math.log(0.01) - 3.0 * math.log(1.01) + 0.5
    prepared = runtime.prepare(context, question)
    assert prepared.yes_logit() == pytest.approx(answer + shift, abs=0.05)
    after = runtime.presence_logits(context, 0, ["ball", "dog"])
    assert after[0] == pytest.approx(frame["ball"], abs=1e-4)
    assert after[1] == pytest.approx(frame["dog"] + shift, abs=0.05)
    assert len(prepared.explain("no")) > 0
