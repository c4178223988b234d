"""What a hub model saw survives a restart: the frames are neither decoded nor looked at again, the answers are the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers.integrations import accelerate

from tests.models.hub.tiny import TINY
from vqa.chat import session as sessions
from vqa.chat.session import ChatSession
from vqa.models.hub.hub_model import HubModel
from vqa.models.hub.hub_options import HubOptions
from vqa.models.hub.vision_features import Features, from_arrays, to_arrays
from vqa.models.protocol import Stores
from vqa.models.registry import load
from vqa.storage.contexts import ContextStore
from vqa.types import AnswerOptions, SamplingPlan, TimedText

SHORT = AnswerOptions(max_new_tokens=16)
PLAN = SamplingPlan(num_frames=6)
QUESTIONS = ("What is it?", "Which colour?")
Tiny = Callable[[str], HubModel]
every_kind = pytest.mark.parametrize("kind", sorted(TINY))


def loaded(folder: Path, **how: Any) -> HubModel:
    model = load(str(folder), options=HubOptions(dtype="float32"), **{"device": "cpu"} | how)
    assert isinstance(model, HubModel)
    return model


def blinded(model: HubModel, monkeypatch: pytest.MonkeyPatch) -> HubModel:
    """The model, whose vision part cannot run any more; nor can a video be decoded."""

    def looking(*_: Any, **__: Any) -> None:
        raise AssertionError("the video was looked at again")

    inner = model._model.model
    towers = [getattr(inner, name, None) for name in ("vision_model", "vision_tower", "visual")]
    (tower,) = [tower for tower in towers if tower is not None]
    monkeypatch.setattr(tower, "forward", looking)
    monkeypatch.setattr(sessions, "read_clip", looking)
    return model


def answers_of(session: ChatSession) -> list[str]:
    return ["".join(session.ask(question, options=SHORT)) for question in QUESTIONS]


@every_kind
def test_after_a_restart_the_answers_are_the_same_and_nothing_is_looked_at(
    tiny: Tiny, folders: Mapping[str, Path], kind: str, cuts: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert isinstance(tiny(kind), Stores)
    first = ChatSession(tiny(kind), store=ContextStore(tmp_path))
    context_before = first.watch(cuts, plan=PLAN)
    answers = answers_of(first)
    again = loaded(folders[kind])
    session = ChatSession(blinded(again, monkeypatch), store=ContextStore(tmp_path))
    context = session.watch(cuts, plan=PLAN)
    assert answers_of(session) == answers
    assert np.array_equal(context.clip.frames, context_before.clip.frames)
    assert torch.equal(context.state.input_ids, context_before.state.input_ids)
    with pytest.raises(AssertionError, match="looked at again"):
        again.encode(context_before.clip)


@every_kind
def test_what_was_seen_serves_with_words_that_were_heard_later(
    tiny: Tiny, folders: Mapping[str, Path], kind: str, cuts: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    lines = [TimedText(start_s=1, end_s=2, text="hello", source="speech")]
    ChatSession(tiny(kind), store=ContextStore(tmp_path)).watch(cuts, plan=PLAN)
    fresh = ChatSession(tiny(kind))
    fresh.watch(cuts, plan=PLAN, text=lines)
    answers = answers_of(fresh)
    kept = ChatSession(blinded(loaded(folders[kind]), monkeypatch), store=ContextStore(tmp_path))
    kept.watch(cuts, plan=PLAN, text=lines)
    assert answers_of(kept) == answers


@every_kind
def test_far_less_is_kept_on_the_disk_than_in_memory(
    tiny: Tiny, kind: str, cuts: Path, tmp_path: Path
) -> None:
    """A tiny model's two layers keep little; the frames are kept beside."""
    model = tiny(kind)
    context = ChatSession(model, store=ContextStore(tmp_path)).watch(cuts, plan=PLAN)
    features = sum(array.nbytes for array in model.export_state(context).values())
    (file,) = tmp_path.glob("*.safetensors")
    assert file.stat().st_size < context.clip.frames.nbytes + features + 20_000
    visual = int((context.state.input_ids == model._visual_token_id).sum())
    hidden = model._model.config.get_text_config().hidden_size
    layers = len(context.state.features.layers)
    assert features == visual * hidden * 4 * layers
    assert layers == (3 if kind == "qwen3_vl" else 1)


def test_the_oldest_go_when_there_is_no_room(tiny: Tiny, cuts: Path, tmp_path: Path) -> None:
    model, store = tiny("smolvlm"), ContextStore(tmp_path, limit_bytes=1)
    session = ChatSession(model, store=store)
    session.watch(cuts, plan=PLAN)
    session.watch(cuts, plan=SamplingPlan(num_frames=3))
    assert len(list(tmp_path.glob("*"))) == 1
    assert store.get(model, cuts, PLAN) is None
    assert store.get(model, cuts, SamplingPlan(num_frames=3)) is not None


def test_another_precision_or_other_weights_look_for_themselves(
    tiny: Tiny, folders: Mapping[str, Path], tmp_path: Path
) -> None:
    versions = {tiny(kind).state_version for kind in TINY}
    assert len(versions) == len(TINY)
    assert loaded(folders["smolvlm"]).state_version == tiny("smolvlm").state_version
    inner = loaded(folders["smolvlm"])._model
    with torch.no_grad():
        next(inner.parameters()).add_(1)
    inner.save_pretrained(tmp_path)
    for file in folders["smolvlm"].iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    assert loaded(tmp_path).state_version not in versions


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_every_precision_comes_back_bit_by_bit(dtype: torch.dtype) -> None:
    layers = tuple(torch.randn(2, 3, 4).to(dtype) for _ in range(12))
    arrays = dict(sorted(to_arrays(Features(layers)).items()))
    back = from_arrays(arrays).layers
    assert all(torch.equal(a, b) and a.dtype == b.dtype for a, b in zip(layers, back, strict=True))


@pytest.mark.parametrize("kind", ["smolvlm", "qwen3_vl", "internvl"])
def test_a_model_that_lies_on_the_disk_reads_what_was_kept(
    tiny: Tiny, folders: Mapping[str, Path], kind: str, cuts: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    first = ChatSession(tiny(kind), store=ContextStore(tmp_path))
    first.watch(cuts, plan=PLAN)
    answers = answers_of(first)
    monkeypatch.setattr(accelerate, "accelerate_max_memory", lambda _=None: {"cpu": 100_000})
    spread = loaded(folders[kind], device="auto")
    assert "disk" in spread.device
    session = ChatSession(spread, store=ContextStore(tmp_path))
    session.watch(cuts, plan=PLAN)
    assert answers_of(session) == answers
    alone = ChatSession(spread)
    alone.watch(cuts, plan=PLAN)
    assert answers_of(alone) == answers
