"""Loading from files: device, precision, quantisation, and every failure with its cure."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers.integrations import accelerate

from tests.models.hub.tiny import TINY
from vqa import machine
from vqa.errors import (
    DeviceUnavailable,
    ExtraMissing,
    ModelError,
    OutOfMemory,
    Unsupported,
    WeightsBroken,
)
from vqa.models.hub import loading
from vqa.models.hub.families.supported_families import supported_types
from vqa.models.hub.hub_model import HubModel
from vqa.models.hub.hub_options import HubOptions
from vqa.models.hub.loading import choose_dtype
from vqa.models.registry import load
from vqa.questions.parse import parse
from vqa.types import AnswerOptions, Clip

SHORT = AnswerOptions(max_new_tokens=8)
CPU = torch.device("cpu")


def load_tiny(folder: Path, *, device: str = "cpu", **options: Any) -> HubModel:
    model = load(str(folder), device=device, options=HubOptions(**options))
    assert isinstance(model, HubModel)
    return model


def answer_of(model: HubModel, clip: Clip) -> str:
    return "".join(model.stream(model.encode(clip), parse("What is it?"), options=SHORT))


@pytest.fixture
def model_folder(folders: Mapping[str, Path], tmp_path: Path) -> Path:
    """A tiny model's folder that may be damaged."""
    return Path(shutil.copytree(folders["smolvlm"], tmp_path / "copied"))


@pytest.mark.optional  # bfloat16 needs a CPU with instructions for it
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_precision_is_the_one_asked_for(
    folders: Mapping[str, Path], clip: Clip, dtype: str
) -> None:
    if dtype == "bfloat16" and choose_dtype("auto", CPU) == torch.float32:
        pytest.skip("this CPU has no instructions for bfloat16")
    model = load_tiny(folders["smolvlm"], dtype=dtype)
    assert model._model.dtype == getattr(torch, dtype)
    assert model.device == "cpu"
    assert answer_of(model, clip)


def test_a_cpu_without_bfloat16_takes_float32_and_refuses_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: False)
    assert choose_dtype("auto", CPU) == torch.float32
    with pytest.raises(Unsupported, match="--dtype float32"):
        choose_dtype("bfloat16", CPU)
    with pytest.raises(Unsupported, match="--dtype float32"):
        choose_dtype("float16", CPU)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: True)
    assert choose_dtype("auto", CPU) == torch.bfloat16
    with pytest.raises(Unsupported, match="--dtype bfloat16"):
        choose_dtype("float16", CPU)


def test_a_model_larger_than_the_memory_lies_on_the_disk_and_answers_alike(
    folders: Mapping[str, Path], clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = answer_of(load_tiny(folders["smolvlm"], dtype="float32"), clip)
    monkeypatch.setattr(accelerate, "accelerate_max_memory", lambda _=None: {"cpu": 100_000})
    model = load_tiny(folders["smolvlm"], device="auto", dtype="float32")
    assert set(model.device.split(", ")) == {"cpu", "disk"}
    assert answer_of(model, clip) == expected


@pytest.mark.filterwarnings("ignore:The following device_map keys")
def test_a_model_that_cannot_lie_on_the_disk_says_so(
    folders: Mapping[str, Path], clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accelerate, "accelerate_max_memory", lambda _=None: {"cpu": 100_000})
    model = load_tiny(folders["llava_onevision"], device="auto", dtype="float32")
    with pytest.raises(Unsupported, match=r"part of it on the disk.*smaller model.*--bits 4"):
        answer_of(model, clip)


@pytest.mark.filterwarnings("ignore:MatMul8bitLt")
@pytest.mark.optional  # bitsandbytes is not installed in CI
@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("kind", ["smolvlm", "qwen3_vl"])
def test_quantised_weights_answer(
    folders: Mapping[str, Path], clip: Clip, kind: str, bits: int
) -> None:
    pytest.importorskip("bitsandbytes")
    model = load_tiny(folders[kind], dtype="float32", bits=bits)
    whole = load_tiny(folders[kind], dtype="float32")
    assert model._model.get_memory_footprint() < whole._model.get_memory_footprint() / 1.5
    assert answer_of(model, clip)


def test_quantised_weights_without_their_package_name_it(
    folders: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "find_spec", lambda _: None)
    with pytest.raises(ExtraMissing, match="install quantized"):
        load_tiny(folders["smolvlm"], bits=4)


@pytest.mark.optional  # skipped on a machine with a GPU
def test_a_device_that_is_not_there_is_named(folders: Mapping[str, Path]) -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(DeviceUnavailable, match="--device cpu"):
        load_tiny(folders["smolvlm"], device="cuda")


def change_config(folder: Path, **fields: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def remove_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def truncate_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def remove_shard(folder: Path) -> None:
    remove_weights(folder)
    index = {"metadata": {"total_size": 1}, "weight_map": {"lm_head.weight": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def remove_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def remove_tokenizer(folder: Path) -> None:
    for path in folder.glob("tokenizer*"):
        path.unlink()


def damage_index(folder: Path) -> None:
    remove_weights(folder)
    (folder / "model.safetensors.index.json").write_text('{"metadata": {}}')


def damage_chat_template(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()
    (folder / "chat_template.json").write_text("[]")


def pickle_weights(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


@pytest.mark.parametrize(
    ("damage", "error", "message"),
    [
        (remove_weights, WeightsBroken, "load the model again"),
        (truncate_weights, WeightsBroken, "load the model again"),
        (remove_shard, WeightsBroken, "load the model again"),
        (damage_index, WeightsBroken, "load the model again"),
        (damage_chat_template, WeightsBroken, "load the model again"),
        (remove_config, WeightsBroken, r"weights|config\.json"),
        (remove_tokenizer, WeightsBroken, "load the model again"),
        (pickle_weights, WeightsBroken, "load the model again"),
        (
            lambda folder: change_config(folder, model_type="bert"),
            Unsupported,
            "smolvlm, .*qwen3_vl",
        ),
        (lambda folder: change_config(folder, model_type="internvl_chat"), Unsupported, "-HF form"),
        (lambda folder: (folder / "chat_template.jinja").unlink(), Unsupported, "-Instruct"),
    ],
    ids=[
        "weights", "half", "shard", "index", "damaged template", "config", "tokenizer", "pickle", "type", "form", "template",
    ],
)  # fmt: skip
def test_damaged_folders_name_their_cure(
    model_folder: Path, damage: Callable[[Path], None], error: type[ModelError], message: str
) -> None:
    damage(model_folder)
    with pytest.raises(error, match=message):
        load_tiny(model_folder)


def test_weights_above_the_memory_are_refused_before_they_are_read(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "memory_bytes", lambda: 1000)
    with pytest.raises(OutOfMemory, match=r"smaller model.*--bits 4.*--device auto"):
        load_tiny(model_folder)


@pytest.mark.parametrize(
    "failure",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
        MemoryError(),
    ],
)
def test_memory_that_runs_out_names_the_cure(
    folders: Mapping[str, Path], clip: Clip, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_tiny(folders["smolvlm"])
    context = model.encode(clip)

    def fail(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(model._model, "forward", fail)
    with pytest.raises(OutOfMemory, match=r"looking at 6 frames.*--frames 8.*smaller model"):
        model.encode(clip)
    with pytest.raises(OutOfMemory, match="answering"):
        "".join(model.stream(context, parse("What?"), options=SHORT))


def test_another_failure_is_not_taken_for_want_of_memory(
    folders: Mapping[str, Path], clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_tiny(folders["smolvlm"])

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("shapes do not fit")

    monkeypatch.setattr(model._model, "forward", fail)
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        model.encode(clip)


def test_code_beside_the_weights_never_runs_unasked(model_folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    (model_folder / "evil.py").write_text(
        f"open({str(mark)!r}, 'w')\nclass Config: ...\nclass Model: ...\n"
    )
    change_config(
        model_folder,
        auto_map={"AutoConfig": "evil.Config", "AutoModelForImageTextToText": "evil.Model"},
    )
    load_tiny(model_folder)
    assert not mark.exists()


def test_every_tiny_kind_stands_for_a_supported_type() -> None:
    kinds = {"minicpm": "minicpmv4_6"}
    assert {kinds.get(kind, kind) for kind in TINY} <= set(supported_types())


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="dtype"):
        HubOptions(dtype="int8")
    with pytest.raises(ValueError, match="bits"):
        HubOptions(bits=3)
