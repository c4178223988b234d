from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.models.fused.conftest import recalibrate, sure_of
from vqa.models.fused.runtime import FusedRuntime
from vqa.questions.parse import parse
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip


def test_one_of_the_two_is_the_answer_and_the_likelier_one(
    runtime: FusedRuntime, cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))
    for question in ("Is it red or blue?", "Is it blue or red?"):
        first = question.split()[2]
        ahead, nearer = runtime.prepare(context, parse(question)).option_margins()
        scores = [
            runtime.prepare(context, parse(question)).answer_score(one)
            for one in question.strip("?").split()[2::2]
        ]
        assert ahead == pytest.approx(scores[0] - scores[1], abs=1e-5)
        for margin, cosine in ((1.0, 0.0), (3.0, 20.0)):
            recalibrate(runtime, monkeypatch, choice_margin=margin, choice_cosine=cosine)
            logit = margin * ahead + cosine * nearer
            answer = "".join(runtime.stream(context, parse(question)))
            assert (answer == first) == (logit > 0)
            expected = 1 / (1 + math.exp(-abs(logit)))
            assert sure_of(runtime, context, question, answer) == pytest.approx(expected, abs=1e-4)
        assert sure_of(runtime, context, question, "a house") < 0.5, "not one of the two"


def test_where_none_of_the_offered_things_is_near_neither_is_there(
    runtime: FusedRuntime, cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))
    question = "Is it a dog or a cat?"
    chance = runtime.match_probability(
        float((runtime.embed_frames(context) @ runtime.embed_text(["dog", "cat"]).T).max())
    )
    for threshold, is_present in ((-1.0, True), (1.0, False)):
        recalibrate(runtime, monkeypatch, choice_threshold=threshold)
        answer = "".join(runtime.stream(context, parse(question)))
        judged = runtime.judge(context, parse(question), answer)
        assert judged.answerable is is_present
        assert judged.presence is not None
        assert judged.presence <= chance + 1e-6, "the best quarter is no better than the best"
        if is_present:
            assert answer in ("dog", "cat")
        else:
            assert answer == "I see neither a dog nor a cat in this video."
            assert judged.confidence == pytest.approx(1 - judged.presence)
            assert "".join(runtime.stream(context, parse("Is it red or blue?"))) in ("red", "blue")
