from __future__ import annotations

from pathlib import Path

import pytest
import torch

from vqa.models.fused.runtime import FusedRuntime
from vqa.models.fused.state import clip_features
from vqa.questions.parse import parse
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip


def test_only_frames_that_some_way_of_showing_shows_are_joined(
    runtime: FusedRuntime, cuts: Path
) -> None:
    context = runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))
    masks = torch.zeros(2, len(context.clip.times_s), dtype=torch.bool)
    masks[0, 1], masks[1, 3] = True, True
    features = clip_features(context.state, context.clip, masks)
    assert features.frame_mask.tolist() == [[True, False], [False, True]]
    assert features.times_s[0].tolist() == pytest.approx([context.clip.times_s[n] for n in (1, 3)])
    assert torch.equal(features.grid_features[1], context.state.grid_features[[1, 3]])
    prepared = runtime.prepare(context, parse("What is it?"))
    alone = prepared._fuse(masks[:1]).fused_states.answerable_logit
    beside = prepared._fuse(masks).fused_states.answerable_logit
    assert alone is not None
    assert beside is not None
    assert float(alone[0]) == pytest.approx(float(beside[0]), abs=1e-4)


def test_a_name_read_beside_its_question_means_the_same(runtime: FusedRuntime, cuts: Path) -> None:
    context = runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))
    frames = runtime.embed_frames(context)
    for question, names in (
        ("What color is the old car?", ["old car"]),
        ("Is it a dog or a fire engine?", ["dog", "fire engine"]),
    ):
        look = runtime.prepare(context, parse(question)).encoded_question
        cosines = look.option_cosines if look.noun_cosines is None else look.noun_cosines[None]
        assert cosines is not None
        assert cosines.numpy() == pytest.approx(runtime.embed_text(names) @ frames.T, abs=1e-4)
