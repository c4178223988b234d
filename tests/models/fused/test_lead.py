from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.models.fused.conftest import sure_of
from vqa.models.fused.runtime import FusedRuntime
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip


def test_one_of_the_two_is_the_answer_and_the_likelier_one(
    runtime: FusedRuntime, cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))
    for question in ("Is it red or blue?", "Is it blue or red?"):
        first = question.split()[2]
        ahead, nearer = runtime.leads(seen, question)
        scores = [runtime.score(seen, question, one) for one in question.strip("?").split()[2::2]]
        assert ahead == pytest.approx(scores[0] - scores[1], abs=1e-5)
        for margin, cosine in ((1.0, 0.0), (3.0, 20.0)):
            monkeypatch.setattr(runtime._model.config, "choice_margin", margin)
            monkeypatch.setattr(runtime._model.config, "choice_cosine", cosine)
            logit = margin * ahead + cosine * nearer
            answer = "".join(runtime.stream(seen, question))
            assert (answer == first) == (logit > 0)
            expected = 1 / (1 + math.exp(-abs(logit)))
            assert sure_of(runtime, seen, question, answer) == pytest.approx(expected, abs=1e-4)
        assert sure_of(runtime, seen, question, "a house") < 0.5, "not one of the two"
