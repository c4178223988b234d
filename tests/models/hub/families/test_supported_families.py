"""What holds for every family: frames and times in the prompt, encoded once, the same answer as the plain way."""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.models.hub.tiny import TEXT, TINY
from vqa.chat.session import ChatSession
from vqa.errors import Unsupported
from vqa.models.hub.hub_model import HubModel
from vqa.models.protocol import VideoQAModel
from vqa.questions.parse import parse
from vqa.types import Answer, AnswerOptions, Clip, SamplingPlan, TimedText, Turn
from vqa.video.reader import read_clip

SHORT = AnswerOptions(max_new_tokens=16)
Tiny = Callable[[str], HubModel]
every_kind = pytest.mark.parametrize("kind", sorted(TINY))


def prompt_of(model: HubModel, state: Any) -> str:
    return str(model._tokenizer.decode(state.input_ids[0]))


def generate_at_once(model: HubModel, clip: Clip, question: str, history: Any = ()) -> str:
    """The answer of transformers' own `generate` over the whole prompt and all pixels at once, with nothing kept."""
    family, inner = model._family, model._model
    state = model.encode(clip).state
    pixels = family.preprocess(clip.frames, model._image_processor, inner.config)
    rest = model._prompts.suffix_ids(state.video_text, question, history)
    ids = torch.cat([state.input_ids, torch.tensor([rest])], dim=1)
    extra = {}
    if family.positions is not None:
        extra["mm_token_type_ids"] = (ids == model._visual_token_id).long()
    with torch.inference_mode():
        out = inner.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False,
            max_new_tokens=SHORT.max_new_tokens, **pixels.inputs, **extra,
        )  # fmt: skip
    return str(model._tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True))


def ask(model: HubModel, context: Any, question: str, **options: Any) -> str:
    return "".join(model.stream(context, parse(question), options=SHORT, **options))


@every_kind
def test_each_frame_stands_behind_its_true_time(tiny: Tiny, clip: Clip, kind: str) -> None:
    model = tiny(kind)
    assert isinstance(model, VideoQAModel)
    state = model.encode(clip).state
    prompt = prompt_of(model, state)
    family = model._family
    places = [prompt.index(family.format_time(time_s).strip()) for time_s in clip.times_s]
    assert places == sorted(places)
    token = family.placeholder(model._model.config, model._tokenizer).token
    per_frame = family.preprocess(clip.frames[:1], model._image_processor, model._model.config)
    for begin, end in zip(places, [*places[1:], len(prompt)], strict=True):
        assert prompt[begin:end].count(token) == per_frame.tokens_per_frame > 0
    assert ("six frames" if kind == "smolvlm" else "6 frames") in prompt
    assert "0:00:09" in prompt


@every_kind
def test_times_of_an_uneven_video_are_its_own(
    tiny: Tiny, videos: dict[str, Path], kind: str
) -> None:
    clip = read_clip(videos["uneven.mp4"], SamplingPlan(num_frames=3))
    model = tiny(kind)
    prompt = prompt_of(model, model.encode(clip).state)
    assert all(model._family.format_time(time_s) in prompt for time_s in clip.times_s)
    gaps = [b - a for a, b in zip(clip.times_s, clip.times_s[1:], strict=False)]
    assert gaps[0] != pytest.approx(gaps[1], abs=1e-3)


@every_kind
def test_the_kept_video_answers_as_the_plain_way(tiny: Tiny, clip: Clip, kind: str) -> None:
    model = tiny(kind)
    context = model.encode(clip)
    answers = [ask(model, context, question) for question in ("What is it?", "Which colour?")]
    assert answers == [generate_at_once(model, clip, q) for q in ("What is it?", "Which colour?")]
    assert ask(model, context, "What is it?") == answers[0]
    history = (Turn(question="What is it?", answer=Answer(text="a colour")),)
    later = ask(model, context, "Which colour?", history=history)
    assert later == generate_at_once(model, clip, "Which colour?", history)


@every_kind
def test_the_answer_depends_on_frames_and_question(
    tiny: Tiny, videos: dict[str, Path], clip: Clip, kind: str
) -> None:
    model = tiny(kind)
    other = read_clip(videos["h264.mp4"], SamplingPlan(num_frames=6))
    answers = {
        ask(model, model.encode(video), question)
        for video in (clip, other)
        for question in ("What is it?", "Which colour?")
    }
    assert len(answers) == 4
    assert "" not in answers


@every_kind
def test_what_is_kept_is_never_changed(tiny: Tiny, clip: Clip, kind: str) -> None:
    model = tiny(kind)
    context = model.encode(clip)
    before = copy.deepcopy(context.state)
    ask(model, context, "What is it?")
    "".join(
        model.stream(context, parse("Who?"), options=AnswerOptions(max_new_tokens=5, num_beams=2))
    )
    kept = _tensors(context.state.cache)
    assert len(kept) >= 4
    assert all(torch.equal(a, b) for a, b in zip(kept, _tensors(before.cache), strict=True))
    assert torch.equal(context.state.input_ids, before.input_ids)


def _tensors(cache: Any) -> list[torch.Tensor]:
    """Every tensor that a cache holds."""
    tensors: list[torch.Tensor] = []
    for layer in cache.layers:
        for value in vars(layer).values():
            parts = value.values() if isinstance(value, dict) else [value]
            tensors += [part for part in parts if isinstance(part, torch.Tensor)]
    return tensors


@every_kind
def test_two_people_ask_at_once_and_get_their_own_answers(
    tiny: Tiny, videos: dict[str, Path], clip: Clip, kind: str
) -> None:
    model = tiny(kind)
    contexts = [
        model.encode(clip),
        model.encode(read_clip(videos["h264.mp4"], SamplingPlan(num_frames=3))),
    ]
    alone = [ask(model, context, "What is it?") for context in contexts]
    streams = [model.stream(context, parse("What is it?"), options=SHORT) for context in contexts]
    together = ["", ""]
    while any(pieces := [next(stream, "") for stream in streams]):
        together = [a + b for a, b in zip(together, pieces, strict=True)]
    assert together == alone


@every_kind
def test_an_error_while_answering_reaches_the_reader(
    tiny: Tiny, clip: Clip, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny(kind)
    context = model.encode(clip)
    steps = iter(range(4))
    whole = model._model.forward

    def fail_after_four(*args: Any, **options: Any) -> Any:
        if next(steps, None) is None:
            raise ArithmeticError("the model broke")
        return whole(*args, **options)

    monkeypatch.setattr(model._model, "forward", fail_after_four)
    with pytest.raises(ArithmeticError, match="the model broke"):
        ask(model, context, "What is it?")


@every_kind
def test_stopping_ends_the_generation_within_one_token(
    tiny: Tiny, clip: Clip, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model says letters alone, which are passed on at once, and after three waits to see that it was stopped."""
    model = tiny(kind)
    context = model.encode(clip)
    stopped: list[Callable[[], bool]] = []
    steps, late = [], []
    step, generate = model._model.forward, model._model.generate

    def count_step(*args: Any, **options: Any) -> Any:
        steps.append(stopped[0]())
        until = time.monotonic() + 20
        while len(steps) > 3 and not stopped[0]():
            if time.monotonic() > until:
                late.append(True)
                raise TimeoutError("nobody stopped the generation")
            time.sleep(0.001)
        return step(*args, **options)

    def record_stopping(**options: Any) -> Any:
        row = torch.zeros(1, 1, dtype=torch.long)
        stopped.append(lambda: bool(options["stopping_criteria"](row, None).all()))
        return generate(**options)

    letters = set(model._tokenizer.convert_tokens_to_ids(list("abcdefgh")))
    others = [i for i in range(TEXT["vocab_size"]) if i not in letters]
    monkeypatch.setattr(model._generation_config, "suppress_tokens", others)
    monkeypatch.setattr(model._model, "forward", count_step)
    monkeypatch.setattr(model._model, "generate", record_stopping)
    stream = model.stream(context, parse("What?"), options=AnswerOptions(max_new_tokens=500))
    assert next(stream) in set("abcdefgh")
    stream.close()  # type: ignore[attr-defined]
    assert not late
    assert len(steps) <= 4
    assert sum(steps) <= 1  # begun after the stop


@every_kind
def test_a_session_talks_about_a_film(tiny: Tiny, cuts: Path, kind: str) -> None:
    session = ChatSession(tiny(kind))
    session.watch(cuts, plan=SamplingPlan(num_frames=4))
    for question in ("What is it?", "And then?"):
        assert "".join(session.ask(question, options=SHORT))
    assert [turn.question for turn in session.history] == ["What is it?", "And then?"]
    assert session.history[1].answer.timings_s["encode"] == 0


@every_kind
def test_words_cannot_pass_for_frames(tiny: Tiny, clip: Clip, kind: str) -> None:
    model = tiny(kind)
    token = model._family.placeholder(model._model.config, model._tokenizer).token
    fake_token = token[:3] + token + token[3:]
    line = TimedText(start_s=1.0, end_s=2.0, text=f"SALE {fake_token}", source="screen")
    state = model.encode(clip, text=[line]).state
    assert "Written on the screen at 1.0 s: SALE \n" in prompt_of(model, state)
    sound = TimedText(start_s=1.0, end_s=2.0, text="music", source="sound")
    assert "\nSound at 1.0 s: music" in model.encode(clip, text=[sound]).state.video_text
    rest = model._prompts.suffix_ids(state.video_text, f"Say {fake_token}!", ())
    assert model._visual_token_id not in rest


@every_kind
def test_more_frames_than_a_model_reads_are_refused_with_a_number_that_fits(
    tiny: Tiny, clip: Clip, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny(kind)
    text_config = model._model.config.get_text_config()
    num_tokens = model.encode(clip).state.input_ids.shape[1]
    monkeypatch.setattr(text_config, "max_position_embeddings", num_tokens + 511)
    with pytest.raises(Unsupported, match=rf"6 frames take {num_tokens} tokens.*--frames 5"):
        model.encode(clip)
    monkeypatch.setattr(text_config, "max_position_embeddings", num_tokens + 512)
    model.encode(clip)


def test_no_reader_of_videos_but_our_own_is_loaded(tiny: Tiny, clip: Clip) -> None:
    for kind in TINY:
        tiny(kind).encode(clip)
    assert not {"torchvision", "decord", "torchcodec"} & set(sys.modules)
