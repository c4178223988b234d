from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np

from tests.fakes import ColourModel
from vqa.chat.session import ChatSession
from vqa.models.echo import EchoModel
from vqa.storage.contexts import ContextStore
from vqa.types import SamplingPlan, TimedText


def test_a_restart_neither_decodes_nor_encodes(cuts: Path, tmp_path: Path) -> None:
    store, first = ContextStore(tmp_path), ColourModel()
    session = ChatSession(first, store=store)
    seen = session.watch(cuts)
    second = ColourModel()
    again = ChatSession(second, store=ContextStore(tmp_path))
    context = again.watch(cuts)
    assert (first.encoded, second.encoded) == (1, 0)
    assert "".join(again.ask("Which?")) == "".join(session.ask("Which?"))
    assert context.clip.times_s == seen.clip.times_s
    assert context.clip.shots == seen.clip.shots
    assert np.array_equal(context.clip.frames, seen.clip.frames)


def test_a_moved_file_is_known_again(cuts: Path, tmp_path: Path) -> None:
    store, model = ContextStore(tmp_path / "s"), ColourModel()
    ChatSession(model, store=store).watch(cuts)
    moved = tmp_path / "moved.mp4"
    shutil.copy(cuts, moved)
    context = store.get(model, moved, model.sampling)
    assert context is not None
    assert context.clip.info.path == moved


def test_another_plan_file_or_model_is_another_entry(cuts: Path, tmp_path: Path) -> None:
    store, model = ContextStore(tmp_path / "s"), ColourModel()
    ChatSession(model, store=store).watch(cuts)
    assert store.get(model, cuts, SamplingPlan(num_frames=2)) is None
    newer = ColourModel()
    newer.state_version = "2"
    assert store.get(newer, cuts, model.sampling) is None
    changed = tmp_path / "changed.mp4"
    changed.write_bytes(cuts.read_bytes() + b"\0")
    assert store.get(model, changed, model.sampling) is None


def test_the_oldest_go_when_there_is_no_room(cuts: Path, tmp_path: Path) -> None:
    model = ColourModel()
    store = ContextStore(tmp_path, limit_bytes=1)
    session = ChatSession(model, store=store)
    session.watch(cuts)
    (old,) = tmp_path.glob("*.safetensors")
    os.utime(old, (1, 1))
    session.watch(cuts, plan=SamplingPlan(num_frames=2))
    (left,) = tmp_path.glob("*")
    assert left != old


def test_a_broken_file_counts_as_none_and_is_replaced(cuts: Path, tmp_path: Path) -> None:
    store, model = ContextStore(tmp_path), ColourModel()
    ChatSession(model, store=store).watch(cuts)
    (file,) = tmp_path.glob("*.safetensors")
    file.write_bytes(file.read_bytes()[:100])
    assert store.get(model, cuts, model.sampling) is None
    ChatSession(model, store=store).watch(cuts)
    assert store.get(model, cuts, model.sampling) is not None


def test_a_model_that_cannot_be_stored_is_left_alone(cuts: Path, tmp_path: Path) -> None:
    ChatSession(EchoModel(), store=ContextStore(tmp_path)).watch(cuts)
    assert list(tmp_path.iterdir()) == []


def test_what_was_seen_serves_with_any_timed_text(cuts: Path, tmp_path: Path) -> None:
    said = TimedText(start_s=1, end_s=2, text="hello", source="speech")
    ChatSession(ColourModel(), store=ContextStore(tmp_path)).watch(cuts, text=[said])
    second = ColourModel()
    session = ChatSession(second, store=ContextStore(tmp_path))
    assert session.watch(cuts).text == ()
    assert session.watch(cuts, text=[said]).text == (said,)
    assert second.encoded == 0
    assert "".join(session.ask("What does she say?")) == "“hello” (0:01)"
