from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from tests.fakes import ColourModel
from vqa.chat.session import ChatSession
from vqa.models.echo import EchoModel
from vqa.storage import contexts
from vqa.storage.contexts import ContextStore, check_contexts
from vqa.types import SamplingPlan, TimedText


def test_a_restart_neither_decodes_nor_encodes(cuts: Path, tmp_path: Path) -> None:
    store, first = ContextStore(tmp_path), ColourModel()
    session = ChatSession(first, store=store)
    first_context = session.watch(cuts)
    second = ColourModel()
    again = ChatSession(second, store=ContextStore(tmp_path))
    context = again.watch(cuts)
    assert (first.num_encoded, second.num_encoded) == (1, 0)
    assert "".join(again.ask("Which?")) == "".join(session.ask("Which?"))
    assert context.clip.times_s == first_context.clip.times_s
    assert context.clip.shots == first_context.clip.shots
    assert np.array_equal(context.clip.frames, first_context.clip.frames)


def test_a_moved_file_is_recognised(cuts: Path, tmp_path: Path) -> None:
    store, model = ContextStore(tmp_path / "s"), ColourModel()
    ChatSession(model, store=store).watch(cuts)
    moved = tmp_path / "moved.mp4"
    shutil.copy(cuts, moved)
    context = store.get(model, moved, model.sampling)
    assert context is not None
    assert context.clip.info.path == moved


def test_plan_content_and_model_are_part_of_the_key(cuts: Path, tmp_path: Path) -> None:
    store, model = ContextStore(tmp_path / "s"), ColourModel()
    ChatSession(model, store=store).watch(cuts)
    assert store.get(model, cuts, SamplingPlan(num_frames=2)) is None
    newer = ColourModel()
    newer.state_version = "2"
    assert store.get(newer, cuts, model.sampling) is None
    changed = tmp_path / "changed.mp4"
    changed.write_bytes(cuts.read_bytes() + b"\0")
    assert store.get(model, changed, model.sampling) is None


def test_the_least_recently_used_file_is_deleted_beyond_the_limit(
    cuts: Path, tmp_path: Path
) -> None:
    model = ColourModel()
    store = ContextStore(tmp_path, limit_bytes=1)
    session = ChatSession(model, store=store)
    session.watch(cuts)
    (old,) = tmp_path.glob("*.safetensors")
    os.utime(old, (1, 1))
    session.watch(cuts, plan=SamplingPlan(num_frames=2))
    (left,) = tmp_path.glob("*")
    assert left != old


def test_a_truncated_file_is_replaced(cuts: Path, tmp_path: Path) -> None:
    store, model = ContextStore(tmp_path), ColourModel()
    ChatSession(model, store=store).watch(cuts)
    (file,) = tmp_path.glob("*.safetensors")
    file.write_bytes(file.read_bytes()[:100])
    assert store.get(model, cuts, model.sampling) is None
    ChatSession(model, store=store).watch(cuts)
    assert store.get(model, cuts, model.sampling) is not None


def test_a_model_without_storable_state_stores_nothing(cuts: Path, tmp_path: Path) -> None:
    ChatSession(EchoModel(), store=ContextStore(tmp_path)).watch(cuts)
    assert list(tmp_path.iterdir()) == []


def test_timed_text_is_not_part_of_the_key(cuts: Path, tmp_path: Path) -> None:
    line = TimedText(start_s=1, end_s=2, text="hello", source="speech")
    ChatSession(ColourModel(), store=ContextStore(tmp_path)).watch(cuts, text=[line])
    second = ColourModel()
    session = ChatSession(second, store=ContextStore(tmp_path))
    assert session.watch(cuts).text == ()
    assert session.watch(cuts, text=[line]).text == (line,)
    assert second.num_encoded == 0
    assert "".join(session.ask("What does she say?")) == "“hello” (0:01)"


def rewrite(file: Path, *, drop: str = "", without_metadata: bool = False) -> None:
    """Write a stored file again without its checksum, and without an array or its metadata."""
    with safe_open(file, framework="numpy") as opened:
        metadata = {"clip": opened.metadata()["clip"]}
        arrays = {name: opened.get_tensor(name) for name in opened.keys() if name != drop}  # noqa: SIM118
    save_file(arrays, file, metadata=None if without_metadata else metadata)


@pytest.mark.parametrize("damage", ["a byte", "no frames", "no state", "no metadata", "empty"])
def test_a_damaged_file_is_reported_and_encoded_again(
    cuts: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    ChatSession(ColourModel(), store=ContextStore(tmp_path)).watch(cuts)
    (file,) = tmp_path.glob("*.safetensors")
    if damage == "a byte":
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "no metadata":
        rewrite(file, without_metadata=True)
    else:
        with safe_open(file, framework="numpy") as opened:
            (state,) = set(opened.keys()) - {"frames"}
        rewrite(file, drop="frames" if damage == "no frames" else state)
    assert check_contexts(tmp_path)[1] == ([] if damage in ("no frames", "no state") else [file])
    model = ColourModel()
    ChatSession(model, store=ContextStore(tmp_path)).watch(cuts)
    assert model.num_encoded == 1
    assert "is damaged" in caplog.text
    again = ColourModel()
    ChatSession(again, store=ContextStore(tmp_path)).watch(cuts)
    assert again.num_encoded == 0
    assert check_contexts(tmp_path) == (1, [])


def test_a_file_without_a_checksum_is_read(cuts: Path, tmp_path: Path) -> None:
    ChatSession(ColourModel(), store=ContextStore(tmp_path)).watch(cuts)
    (file,) = tmp_path.glob("*.safetensors")
    rewrite(file)
    model = ColourModel()
    ChatSession(model, store=ContextStore(tmp_path)).watch(cuts)
    assert model.num_encoded == 0


def test_a_folder_that_cannot_be_created_costs_no_answer(
    cuts: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    session = ChatSession(ColourModel(), store=ContextStore(tmp_path / "file" / "encoded"))
    session.watch(cuts)
    session.watch(cuts)
    assert "".join(session.ask("Which?"))
    assert len(caplog.records) == 1
    assert "VQA_HOME" in caplog.text


def test_a_full_disk_costs_no_answer(
    cuts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(contexts, "save_file", fail)
    session = ChatSession(ColourModel(), store=ContextStore(tmp_path))
    session.watch(cuts)
    assert "".join(session.ask("Which?"))
    assert "No space left" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_temporary_files_of_killed_writers_are_deleted(cuts: Path, tmp_path: Path) -> None:
    old, fresh = tmp_path / "a.new", tmp_path / "b.new"
    for file in (old, fresh):
        file.write_bytes(b"x")
    os.utime(old, (1, 1))
    ChatSession(ColourModel(), store=ContextStore(tmp_path)).watch(cuts)
    assert not old.exists()
    assert fresh.exists()
