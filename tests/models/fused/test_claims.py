"""Claims of captions: noun phrases, their presence, and captions without what is not there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.models.fused.conftest import clips, recalibrate
from vqa.models.fused.claims import PresenceScorer, find_claims, without_claims
from vqa.models.fused.runtime import FusedRuntime
from vqa.questions.interpretation.rendering import DESCRIBE
from vqa.questions.parse import parse
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip


@pytest.mark.parametrize(
    ("caption", "nouns"),
    [
        ("a white dog is running through the grass", ["dog"]),
        ("two men are standing in front of a truck", ["man", "truck"]),
        ("a woman in a red shirt holds a tennis racket", ["woman", "racket"]),
        ("a large group of elephants walking on the grass", ["elephant"]),
        ("a pair of scissors next to a bowl of fruit", ["scissors"]),
        ("people on the beach at sunset", []),
    ],
)
def test_claims_are_noun_phrases_of_things_that_can_be_checked(
    caption: str, nouns: list[str]
) -> None:
    assert [claim.noun for claim in find_claims(caption)] == nouns


@pytest.mark.parametrize(
    ("caption", "absent", "expected"),
    [
        ("a white dog runs on the beach", {"dog"}, "something runs on the beach"),
        ("two men are standing in a kitchen", {"man"}, "someone is standing in a kitchen"),
        ("a boy in a cat shirt is sitting", {"cat"}, "a boy in a shirt is sitting"),
        ("a group of dogs sit outside", {"dog"}, "something sits outside"),
        ("a man and two dogs run", {"dog"}, "a man runs"),
        ("two cars parked on a street", {"car"}, "something parked on a street"),
        ("a man walks two dogs down a road", {"dog"}, "a man walks something down a road"),
        ("two dogs were lying on grass", {"dog"}, "something was lying on grass"),
        ("three dogs have a ball", {"dog"}, "something has a ball"),
        ("two dogs together in a field", {"dog"}, "something together in a field"),
        ("a herd of sheep stand in a field", {"sheep"}, "something stands in a field"),
        ("a cat sleeping in a bowl", {"bowl"}, "a cat sleeping"),
        ("a cat is on a sofa", {"sofa"}, "a cat is on something"),
        ("a man sits on top of a bike and waves", {"bike"}, "a man sits and waves"),
        ("two sheep stand in a field", {"sheep"}, "something stands in a field"),
        ("a man feeds two sheep outside", {"sheep"}, "a man feeds something outside"),
        ("two men and a dog are in a yard", {"dog"}, "two men are in a yard"),
        ("a man and a dog are running", {"dog"}, "a man is running"),
        (
            "a dog is playing with a ball on the grass",
            {"dog", "ball"},
            "something is playing on the grass",
        ),
        ("a man throws a ball to a dog", {"ball", "dog"}, "a man throws something to something"),
        ("a man throws a ball to a dog", set(), "a man throws a ball to a dog"),
    ],
)
def test_an_absent_thing_becomes_something(caption: str, absent: set[str], expected: str) -> None:
    claims = [claim for claim in find_claims(caption) if claim.noun in absent]
    assert without_claims(caption, claims) == expected


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("a man is walking on a hill", "something is walking on a hill"),
        ("a group of people are standing in a yard", "something is standing in a yard"),
    ],
)
def test_a_person_where_nobody_is_becomes_something(caption: str, expected: str) -> None:
    people = [claim for claim in find_claims(caption) if "person" in claim.checked_nouns]
    assert without_claims(caption, people, shows_people=False) == expected
    assert without_claims(caption, people) == expected.replace("something", "someone")


def test_presence_is_that_of_the_question_for_it(runtime: FusedRuntime, cuts: Path) -> None:
    clip = read_clip(cuts, SamplingPlan(num_frames=1))
    # A single frame is scored like a video of one second.
    info = replace(clip.info, duration_s=1.0)
    context = runtime.encode(replace(clip, info=info, times_s=(0.5,)))
    logits = runtime.presence_logits(context, 0, ["dog", "boat"])
    for noun, logit in zip(("dog", "boat"), logits, strict=True):
        question = parse(f"Is there a {noun} in the video?")
        assert question.scored_noun == noun
        expected = runtime.prepare(context, question).yes_logit()
        assert logit == pytest.approx(expected, abs=1e-3)


def test_pairs_of_clips_and_nouns_are_scored_as_if_alone(runtime: FusedRuntime) -> None:
    model, processor = runtime._model, runtime._processor
    features = clips(model.config, 3, 2)
    with torch.inference_mode():
        vectors = model.embed_frames(features.grid_features, features.label_logits)
    features = features.select(torch.arange(3))
    object.__setattr__(features, "frame_embeddings", vectors)
    scorer = PresenceScorer(model, processor, features)
    pairs = [(0, "dog"), (2, "dining table"), (2, "dog")]
    together = scorer.presence_logits(pairs)
    alone = torch.cat([scorer.presence_logits([pair]) for pair in pairs])
    assert together.tolist() == pytest.approx(alone.tolist(), abs=1e-3)
    assert len({round(logit, 4) for logit in together.tolist()}) == 3


def test_captions_and_descriptions_name_nothing_below_the_threshold(
    runtime: FusedRuntime, cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))
    sentence = "a man throws a ball to a dog"
    monkeypatch.setattr(runtime._processor, "decode_answers", lambda ids: [sentence] * len(ids))
    for threshold, expected in (
        (-100.0, sentence),
        (100.0, "something throws something to something"),
    ):
        recalibrate(runtime, monkeypatch, claim_threshold=threshold)
        context.state.sentences.clear()
        assert runtime.describe_frames(context, [0, 5]) == [expected] * 2
        assert "".join(runtime.stream(context, parse(DESCRIBE))) == expected
