"""Whether a thing is there: the decoder's margin and the cosine of the thing's name, joined."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from vqa.models.fused.modeling import FusedConfig
from vqa.models.fused.query import top_quarter_mean
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip

PRESENT = "Is there a dog in the video?"
OTHERS = ("Is the dog red?", "what is it?", "Is the dog running?")


@pytest.fixture(scope="module")
def context(runtime: FusedRuntime, cuts: Path) -> VideoContext:
    return runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))


def calibrated(folder: Path, place: Path, **numbers: float) -> FusedRuntime:
    """The same weights with other numbers in their config."""
    shutil.copytree(folder, place)
    file = place / "config.json"
    fields = json.loads(file.read_text(encoding="utf-8"))
    fields["calibration"] |= numbers
    file.write_text(json.dumps(fields), encoding="utf-8")
    return FusedRuntime.load(place, device="cpu")


def test_the_top_quarter_mean_of_what_is_shown_counts_and_one_frame_at_least() -> None:
    names = torch.tensor([0.1, 0.5, 0.3, 0.2, 0.4])
    every = torch.ones(1, 5, dtype=torch.bool)
    assert top_quarter_mean(names, every).tolist() == pytest.approx([0.45])
    few = torch.tensor([[True, False, True, True, False], [False] * 5])
    assert top_quarter_mean(names, few).tolist() == pytest.approx([0.3, 0.0])
    assert top_quarter_mean(names[:1], every[:, :1]).tolist() == pytest.approx([0.1])


def test_a_thing_is_looked_for_where_its_name_fits_however_it_is_asked(
    runtime: FusedRuntime, cuts: Path
) -> None:
    context = runtime.encode(read_clip(cuts, runtime.sampling))
    fits = runtime.embed_frames(context) @ runtime.embed_text(["dog"])[0]
    shots = context.clip.shots
    assert len(shots) == 3
    best = context.clip.times_s[int(fits.argmax())]
    matching_shots = [shot for shot in shots if shot.start_s <= best < shot.end_s]
    looks = [
        runtime.prepare(context, parse(f"Is there a dog{tail}?")).encoded_question
        for tail in ("", " in the video")
    ]
    assert torch.equal(looks[0].frame_mask, looks[1].frame_mask)
    times = zip(context.clip.times_s, looks[0].frame_mask.tolist(), strict=True)
    assert all(
        is_used
        for time_s, is_used in times
        if matching_shots[0].start_s <= time_s < matching_shots[0].end_s
    )
    assert runtime.prepare(
        context, parse("How many shots are in the video?")
    ).encoded_question.frame_mask.all()


def test_a_folder_without_the_numbers_answers_by_the_margin_alone(
    runtime: FusedRuntime, folder: Path, context: VideoContext, tmp_path: Path
) -> None:
    plain = FusedConfig().calibration
    assert (plain.presence_margin, plain.presence_bias) == (1.0, 0.0)
    assert (plain.presence_cosine, plain.presence_shots) == (0.0, 0.0)
    assert (plain.presence_class, plain.presence_rival, plain.presence_class_bias) == (0, 0, 0)
    old = tmp_path / "old"
    shutil.copytree(folder, old)
    fields = json.loads((old / "config.json").read_text(encoding="utf-8"))
    numbers = fields["calibration"]
    fields["calibration"] = {n: v for n, v in numbers.items() if not n.startswith("presence_")}
    assert len(fields["calibration"]) == len(numbers) - 7
    (old / "config.json").write_text(json.dumps(fields), encoding="utf-8")
    loaded = FusedRuntime.load(old, device="cpu")
    assert (
        loaded.prepare(context, parse(PRESENT)).yes_logit()
        == runtime.prepare(context, parse(PRESENT)).yes_logit()
    )


def test_margin_and_cosine_are_joined_for_a_named_thing_alone(
    runtime: FusedRuntime, folder: Path, context: VideoContext, tmp_path: Path
) -> None:
    numbers = {"presence_margin": 0.5, "presence_cosine": 11.0, "presence_bias": -0.7,
               "presence_shots": -0.4}  # fmt: skip
    joined = calibrated(folder, tmp_path / "joined", **numbers)
    fits = runtime.embed_frames(context) @ runtime.embed_text(["dog"])[0]
    scores = np.sort(
        fits[runtime.prepare(context, parse(PRESENT)).encoded_question.frame_mask.numpy()]
    )
    cosine = scores[-math.ceil(len(scores) / 4) :].mean()
    assert runtime.prepare(context, parse(PRESENT)).noun_cosine() == pytest.approx(cosine, abs=1e-5)
    logit = (
        0.5 * runtime.prepare(context, parse(PRESENT)).yes_logit()
        + 11.0 * cosine
        - 0.7
        - 0.4 * math.log(3)
    )
    assert joined.prepare(context, parse(PRESENT)).yes_logit() == pytest.approx(logit, abs=1e-4)
    assert len(context.clip.shots) == 3
    for question in OTHERS:
        assert runtime.prepare(context, parse(question)).noun_cosine() is None
        assert (
            joined.prepare(context, parse(question)).yes_logit()
            == runtime.prepare(context, parse(question)).yes_logit()
        )


@pytest.mark.parametrize(("bias", "answer"), [(50.0, "yes"), (-50.0, "no")])
def test_answer_confidence_and_evidence_follow_the_joined_probability(
    folder: Path, context: VideoContext, tmp_path: Path, bias: float, answer: str
) -> None:
    numbers = {"presence_margin": 0.0, "presence_cosine": 5.0, "presence_bias": bias}
    model = calibrated(folder, tmp_path / "sure", **numbers)
    assert "".join(model.stream(context, parse(PRESENT))) == answer
    assert model.judge(context, parse(PRESENT), answer).confidence == pytest.approx(1.0)
    other = "no" if answer == "yes" else "yes"
    assert model.judge(context, parse(PRESENT), other).confidence == pytest.approx(0.0, abs=1e-6)


def test_the_frame_that_fits_the_name_best_is_the_proof(
    folder: Path, context: VideoContext, tmp_path: Path
) -> None:
    numbers = {"presence_margin": 0.0, "presence_cosine": 40.0, "presence_bias": 0.0}
    model = calibrated(folder, tmp_path / "proof", **numbers)
    for thing in ("dog", "cat"):
        fits = model.embed_frames(context) @ model.embed_text([thing])[0]
        evidence = model.explain(context, parse(f"Is there a {thing} in the video?"), "yes")
        assert evidence[0].index == context.clip.indices[int(fits.argmax())]
        assert all(0 <= frame.weight <= 1 for frame in evidence)


ABOUT = "What color is the dog?"


def test_a_folder_without_the_numbers_doubts_by_the_head_alone(
    runtime: FusedRuntime, context: VideoContext, folder: Path, tmp_path: Path
) -> None:
    plain = FusedConfig().calibration
    assert (plain.subject_logit, plain.subject_cosine) == (1.0, 0.0)
    other = calibrated(folder, tmp_path / "unused", subject_logit=9.0, subject_threshold=1.0)
    assert (
        other.prepare(context, parse(ABOUT)).presence_probability()
        == runtime.prepare(context, parse(ABOUT)).presence_probability()
    )


def test_a_subject_is_doubted_by_head_and_cosine_together(
    runtime: FusedRuntime, folder: Path, context: VideoContext, tmp_path: Path
) -> None:
    head, cosine = (
        runtime.prepare(context, parse(ABOUT)).presence_probability(),
        runtime.prepare(context, parse(ABOUT)).noun_cosine(),
    )
    assert cosine is not None
    logit = 0.3 * math.log(head / (1 - head)) + 20.0 * cosine - 2.0 - 0.5 * math.log(3)
    numbers = {"subject_logit": 0.3, "subject_cosine": 20.0, "subject_bias": -2.0, "subject_shots": -0.5,
               "answerable_threshold": 0.0}  # fmt: skip
    trusting = calibrated(folder, tmp_path / "trusting", **numbers, subject_threshold=0.0)
    assert trusting.prepare(context, parse(ABOUT)).presence_probability() == pytest.approx(
        1 / (1 + math.exp(-logit)), abs=1e-4
    )
    assert trusting.judge(context, parse(ABOUT), "red").answerable
    doubting = calibrated(folder, tmp_path / "doubting", **numbers, subject_threshold=1.0)
    text = "".join(doubting.stream(context, parse(ABOUT)))
    assert text == "I do not see a dog in this video."
    judged = doubting.judge(context, parse(ABOUT), text)
    assert not judged.answerable
    assert judged.confidence == pytest.approx(
        1 - trusting.prepare(context, parse(ABOUT)).presence_probability()
    )
    # What names nothing is left to the head.
    assert doubting.judge(context, parse("what is it?"), "dog").answerable
