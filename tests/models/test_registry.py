from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from vqa import machine, settings
from vqa.errors import ExtraMissing, UnknownModel, Unsupported, WeightsBroken
from vqa.models import registry
from vqa.models.catalog import SPECS, ModelSpec, count_parameters
from vqa.models.hub.families.supported_families import FAMILIES
from vqa.models.hub.hub_options import HubOptions
from vqa.models.openai_endpoint import EndpointModel
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import (
    fits_memory,
    format_models,
    is_hub_model,
    is_on_disk,
    list_models,
    list_specs,
    load,
    update_model,
)


def test_every_spec_is_complete() -> None:
    assert [spec.name for spec in list_specs()][:2] == ["fused", "echo"]
    for spec in list_specs():
        assert spec.good_at
        assert spec.licence
        assert spec.memory_gb > 0
        assert isinstance(fits_memory(spec), bool)
        assert isinstance(is_on_disk(spec), bool)


@pytest.mark.parametrize(
    "spec", [spec for spec in SPECS if spec.hub_id], ids=lambda spec: spec.name
)
def test_a_hub_spec_states_its_needs(spec: ModelSpec) -> None:
    assert re.fullmatch(r"[\w-]+/[\w.-]+", spec.hub_id)
    assert spec.family in {family.name for family in FAMILIES}
    memory = spec.memory_gb_by_dtype
    assert memory["float32"] > memory["bfloat16"] > memory["8 bit"] > memory["4 bit"]
    assert spec.memory_gb == memory["bfloat16"]
    assert spec.download_gb >= spec.parameters_m / 1000 * 2 - 0.1
    assert is_hub_model(spec.name)


def test_a_hub_spec_is_downloaded_at_its_commit() -> None:
    hub_specs = [spec for spec in SPECS if spec.hub_id]
    pinned = [spec for spec in hub_specs if spec.revision != "main"]
    assert len(pinned) >= 19
    for spec in pinned:
        assert re.fullmatch(r"[0-9a-f]{40}", spec.revision)
        assert spec.source == f"{spec.hub_id}@{spec.revision}"
        assert registry.current_commit(spec) == spec.revision
    assert len({spec.revision for spec in pinned}) == len(pinned)
    assert replace(pinned[0], revision="main").source == pinned[0].hub_id
    assert registry.current_commit(SPECS[0]) == ""


def test_names_are_unique() -> None:
    names = [spec.name for spec in SPECS]
    assert len(set(names)) == len(names)


def test_a_model_too_big_for_the_memory_may_fit_at_4_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = next(spec for spec in SPECS if spec.name == "qwen3-vl-8b")
    monkeypatch.setattr(machine, "memory_bytes", lambda: int(10e9))
    monkeypatch.setattr(registry, "gpu_memory_bytes", lambda: 0)
    assert not fits_memory(spec)
    assert fits_memory(spec, bits=4)
    monkeypatch.setattr(registry, "gpu_memory_bytes", lambda: int(24e9))
    assert fits_memory(spec)


def test_only_hub_models_take_options() -> None:
    for name in ("echo", "fused", "https://host/v1#model"):
        with pytest.raises(Unsupported, match="fixed precision"):
            load(name, options=HubOptions(bits=4))
    assert load("echo", options=HubOptions()).name == "echo"


def test_a_loader_with_options_applies_them_to_hub_models_only(tmp_path: Path) -> None:
    load_for_page = registry.make_loader(HubOptions(bits=4))
    assert load_for_page("echo", device="cpu").name == "echo"
    (tmp_path / "config.json").write_text('{"model_type": "smolvlm"}')
    missing = find_spec("bitsandbytes") is None
    with pytest.raises(ExtraMissing if missing else WeightsBroken):
        load_for_page(str(tmp_path), device="cpu")


def test_the_served_model_is_listed_if_an_endpoint_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "served" not in [spec.name for spec in list_specs()]
    with pytest.raises(UnknownModel, match="served"):
        load("served")
    monkeypatch.setenv("VQA_ENDPOINT", "http://127.0.0.1:9/v1#m")
    assert list_specs()[-1].name == "served"
    assert is_on_disk(list_specs()[-1])
    assert isinstance(load("served"), EndpointModel)


def test_echo_loads_by_name() -> None:
    assert isinstance(load("echo"), VideoQAModel)
    assert load("echo").name == "echo"


def test_an_unknown_name_raises_with_the_known_names(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="fused, echo"):
        load("nobody")
    with pytest.raises(WeightsBroken, match="no weights"):
        load(str(tmp_path))


@pytest.mark.parametrize("name", ["", " "])
@pytest.mark.parametrize("model_type", ["fused_video_qa", "qwen2_vl"])
def test_a_blank_name_is_not_the_working_directory(
    name: str, model_type: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text(f'{{"model_type": "{model_type}"}}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert not is_hub_model(name)
    with pytest.raises(UnknownModel, match="no model named"):
        load(name)
    with pytest.raises(Unsupported):
        update_model(name)
    assert is_hub_model(".") == (model_type == "qwen2_vl")


@pytest.mark.parametrize("content", [b"{", b"[]", b"5", b'"text"', b"\xff{}", b"null"])
def test_a_folder_with_a_damaged_config_raises(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(WeightsBroken, match="cannot be loaded"):
        load(str(tmp_path))


def test_the_embedded_models_parameters_are_counted_from_its_weights(tmp_path: Path) -> None:
    (embedded,) = [spec for spec in list_specs() if spec.name == "fused"]
    folder = settings.weights()
    index = json.loads((folder / "model.safetensors.index.json").read_text(encoding="utf-8"))
    # Half precision: two bytes a number.
    assert embedded.parameters_m == round(index["metadata"]["total_size"] / 2 / 1e6, 1)
    assert count_parameters(tmp_path) == 0


def test_the_listing_has_the_keys_that_scripts_read() -> None:
    models = list_models()
    assert {model["encode_once"] for model in models} == {"yes"}
    assert models[0].keys() == {
        "name", "parameters_m", "memory_gb", "licence", "good_at", "release_year", "hub_id", "revision", "family", "download_gb",
        "memory_gb_by_dtype", "encode_once", "fits", "fits_at_4_bits", "on_disk",
    }  # fmt: skip
    lines = format_models(models).splitlines()
    assert [line.split()[0] for line in lines[1 : 1 + len(models)]] == [m["name"] for m in models]
