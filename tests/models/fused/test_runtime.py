from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.models.fused.conftest import sure_of
from vqa.errors import DeviceUnavailable, OutOfMemory, WeightsBroken
from vqa.models.fused import weight_files
from vqa.models.fused.decoder import AnswerDecoder
from vqa.models.fused.fusion import ClipFeatures
from vqa.models.fused.network import FusedNetwork, FusedStates
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.fused.state import EncodedClip
from vqa.models.protocol import (
    Describes,
    Embeds,
    Explains,
    Judges,
    Stores,
    VideoContext,
    VideoQAModel,
)
from vqa.questions.interpretation.rendering import is_yes_no
from vqa.questions.parse import parse
from vqa.types import Answer, AnswerOptions, SamplingPlan, TimedText, Turn
from vqa.video.reader import read_clip

QUESTIONS = ("what is it?", "what color is the dog?", "is there a cat?")


@pytest.fixture(scope="module")
def context(runtime: FusedRuntime, cuts: Path) -> VideoContext:
    return runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))


def test_it_has_every_power(runtime: FusedRuntime) -> None:
    for power in (VideoQAModel, Judges, Explains, Embeds, Describes, Stores):
        assert isinstance(runtime, power)


@pytest.mark.parametrize(
    "failure",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
        MemoryError(),
    ],
)
def test_memory_that_runs_out_names_the_cure(
    runtime: FusedRuntime,
    context: VideoContext,
    failure: Exception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    question, clip = parse("what is it?"), context.clip
    prepared, arrays = runtime.prepare(context, question), runtime.export_state(context)

    def fail(*_: Any, **__: Any) -> None:
        raise failure

    for method in ("encode_frames", "encode_text", "embed_frames", "fuse", "next_token_logits"):
        monkeypatch.setattr(FusedNetwork, method, fail)
    monkeypatch.setattr(AnswerDecoder, "forward", fail)
    monkeypatch.setattr(EncodedClip, "similar_runs", fail)
    calls: tuple[Callable[[], Any], ...] = (
        lambda: runtime.encode(clip),
        lambda: runtime.import_state(clip, arrays),
        lambda: runtime.prepare(context, question),
        lambda: list(runtime.stream(context, question)),
        lambda: runtime.judge(context, question, "a dog"),
        lambda: runtime.embed_text(["a dog"]),
        lambda: runtime.encode_sentence("a dog"),
        lambda: runtime.presence_logits(context, 0, ["dog"]),
        lambda: list(prepared.stream()),
        lambda: prepared.judge("a dog"),
        lambda: prepared.explain("a dog"),
    )
    for call in calls:
        with pytest.raises(OutOfMemory, match=r"memory of cpu .* for fused .*--frames 8.*--device"):
            call()


def test_weights_above_the_memory_are_not_taken_for_damaged_ones(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(weight_files, "set_module_tensor_to_device", fail)
    with pytest.raises(OutOfMemory, match="loading"):
        FusedRuntime.load(folder, device="cpu")


def test_pieces_join_to_the_same_answer_every_time(
    runtime: FusedRuntime, context: VideoContext
) -> None:
    for question in (*QUESTIONS, "describe the video"):
        answer = "".join(runtime.stream(context, parse(question)))
        assert answer == "".join(runtime.stream(context, parse(question)))


def test_encoding_once_and_asking_many_equals_asking_from_scratch(
    runtime: FusedRuntime, cuts: Path
) -> None:
    plan = SamplingPlan(strategy="shots", num_frames=6)
    once = runtime.encode(read_clip(cuts, plan))
    many = ["".join(runtime.stream(once, parse(q))) for q in QUESTIONS]
    scratch = [
        "".join(runtime.stream(runtime.encode(read_clip(cuts, plan)), parse(q))) for q in QUESTIONS
    ]
    assert many == scratch


def test_a_state_survives_being_stored(runtime: FusedRuntime, context: VideoContext) -> None:
    arrays = runtime.export_state(context)
    again = runtime.import_state(context.clip, arrays)
    for question in QUESTIONS:
        assert "".join(runtime.stream(again, parse(question))) == "".join(
            runtime.stream(context, parse(question))
        )
    assert np.array_equal(runtime.embed_frames(again), runtime.embed_frames(context))


def test_a_description_is_the_same_where_only_its_length_is_limited(
    runtime: FusedRuntime, context: VideoContext
) -> None:
    limited = AnswerOptions(max_new_tokens=60)
    text = "".join(runtime.stream(context, parse("describe the video"), options=limited))
    assert text == "".join(runtime.stream(context, parse("describe the video")))
    greedy = AnswerOptions(max_new_tokens=60, num_beams=1)
    assert list(runtime.stream(context, parse("what is it?"), options=greedy)) == list(
        runtime.stream(context, parse("what is it?"), options=limited)
    )


def test_an_answer_stops_within_a_token(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward, num_steps = AnswerDecoder.forward, 0

    def counted(decoder: AnswerDecoder, *states: Any) -> Tensor:
        nonlocal num_steps
        num_steps += 1
        time.sleep(0.1)  # slow enough to be caught in the middle
        return forward(decoder, *states)

    monkeypatch.setattr(AnswerDecoder, "forward", counted)
    options = AnswerOptions(max_new_tokens=20)
    list(runtime.stream(context, parse("what is it?"), options=options))
    whole, num_steps = num_steps, 0
    stream = runtime.stream(context, parse("what is it?"), options=options)
    next(stream)
    num_until_stop = num_steps
    stream.close()  # type: ignore[attr-defined]
    time.sleep(0.3)
    assert num_steps <= num_until_stop + 1 < whole


def test_judgement_and_evidence_are_in_range(runtime: FusedRuntime, context: VideoContext) -> None:
    for question in QUESTIONS:
        assert 0 <= sure_of(runtime, context, question, "red") <= 1
        evidence = runtime.explain(context, parse(question), "red")
        assert evidence
        assert all(0 <= e.weight <= 1 and e.time_s in context.clip.times_s for e in evidence)
        assert all(
            context.clip.indices[context.clip.times_s.index(e.time_s)] == e.index for e in evidence
        )


def test_answer_judgement_and_evidence_read_one_fusion(
    runtime: FusedRuntime, cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fused: list[int] = []
    fuse = FusedNetwork.fuse

    def counted(model: FusedNetwork, clip: ClipFeatures, *words: Tensor) -> FusedStates:
        fused.append(len(clip.duration_s))
        return fuse(model, clip, *words)

    monkeypatch.setattr(FusedNetwork, "fuse", counted)
    context = runtime.encode(read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6)))
    for number, question in enumerate(QUESTIONS, start=1):
        prepared = runtime.prepare(context, parse(question))
        answer = "".join(prepared.stream())
        first = prepared.judge(answer)
        prepared.explain(answer)
        assert len(fused) == 2 * number, "the clip as it is, and with frames hidden"
        assert prepared.judge(answer) == first
    others = [sure_of(runtime, context, question, "red") for question in QUESTIONS[:2]]
    assert others[0] != others[1], "each question is judged by its own fusion"


def test_timed_text_is_part_of_what_is_asked(runtime: FusedRuntime, context: VideoContext) -> None:
    line = TimedText(start_s=1, end_s=2, text="the dog is red", source="speech")
    context_with_text = runtime.encode(context.clip, text=[line])
    assert context_with_text.text == (line,)
    assert runtime.judge(
        context_with_text, parse("what color is the dog?"), "red"
    ) != runtime.judge(context, parse("what color is the dog?"), "red")


def test_vectors_and_sentences(runtime: FusedRuntime, context: VideoContext) -> None:
    frames, texts = runtime.embed_frames(context), runtime.embed_text(["a red dog", "blue"])
    assert frames.shape == (6, runtime.embedding_dim)
    assert texts.shape == (2, runtime.embedding_dim)
    np.testing.assert_allclose(np.linalg.norm(frames, axis=1), 1, atol=1e-3)
    assert len(runtime.describe_frames(context, [0, 3, 5])) == 3


def test_a_frame_is_captioned_once(
    runtime: FusedRuntime, context: VideoContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = replace(context, state=replace(context.state))
    assert context.state.sentences == {}
    first, last = runtime.describe_frames(context, [0, 5])
    monkeypatch.setattr("vqa.models.fused.runtime.generate_captions", None)
    assert runtime.describe_frames(context, [5, 0, 5]) == [last, first, last]
    with pytest.raises(TypeError):
        runtime.describe_frames(context, [1])


def test_the_cnn_is_loaded_for_the_first_video_only(folder: Path, cuts: Path) -> None:
    runtime = FusedRuntime.load(folder, device="cpu")
    weight = "vision.classifier.weight"
    assert runtime._model.state_dict()[weight].is_meta
    clip = read_clip(cuts, SamplingPlan(strategy="shots", num_frames=2))
    runtime.encode(clip)
    loaded = runtime._model.state_dict()[weight]
    assert not loaded.is_meta
    runtime.encode(clip)
    assert runtime._model.state_dict()[weight].data_ptr() == loaded.data_ptr()


def test_what_is_wrong_with_weights_is_said(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsBroken, match="no weights"):
        FusedRuntime.load(tmp_path)
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    shard = broken / "model-00002-of-00002.safetensors"
    shard.write_bytes(shard.read_bytes()[:1000])
    with pytest.raises(WeightsBroken, match="cannot be loaded"):
        FusedRuntime.load(broken, device="cpu")


@pytest.mark.parametrize("device", ["tpu", "cuda:99", "nonsense"])
def test_a_device_that_is_not_there_is_said(device: str, folder: Path) -> None:
    with pytest.raises(DeviceUnavailable, match=device):
        FusedRuntime.load(folder, device=device)


def test_a_pronoun_is_rendered_as_its_noun() -> None:
    history = (Turn(question="What animal is it?", answer=Answer(text="dog")),)
    assert parse("What color is it?", history).rendered == "What color is the dog?"
    assert parse("What color is the cat?", history).rendered == "What color is the cat?"
    assert parse("What color is it?", ()).rendered == "What color is it?"
    cat = Turn(question="And a cat?", answer=Answer(text="yes"))
    first = Turn(question="Is there a dog?", answer=Answer(text="yes"))
    assert parse("What color is it?", (first, cat)).rendered == "What color is the cat?"
    rain = (Turn(question="Is it raining?", answer=Answer(text="yes")),)
    rendered = parse("What color is it?", rain).rendered
    assert rendered == "Is it raining? yes. What color is it?", "the form of the training questions"


def test_descriptions_are_told_from_questions() -> None:
    for question in ("Describe the video.", "What happens in the video?", "summarise it"):
        assert parse(question).answer_kind == "description"
    for question in ("What color is the dog?", "Is there a cat?"):
        assert parse(question).answer_kind != "description"


def test_yes_no_questions_are_told_from_others(
    runtime: FusedRuntime, context: VideoContext
) -> None:
    assert all(map(is_yes_no, ("Is there a cat?", "does it run", "Are they two?")))
    assert not any(map(is_yes_no, ("Is it a dog or a cat?", "What is it?", "Where are they?")))
    answer = "".join(runtime.stream(context, parse("Is there a cat?")))
    assert answer in ("yes", "no")
    sure = sure_of(runtime, context, "Is there a cat?", answer)
    assert sure >= 0.5
    other = "no" if answer == "yes" else "yes"
    assert sure_of(runtime, context, "Is there a cat?", other) == pytest.approx(1 - sure)


def test_shots_and_plain_videos_alike(runtime: FusedRuntime, videos: Mapping[str, Path]) -> None:
    for name in ("two frames.mp4", "turned.mp4", "film.gif"):
        context = runtime.encode(read_clip(videos[name], runtime.sampling))
        assert isinstance("".join(runtime.stream(context, parse("what is it?"))), str)
