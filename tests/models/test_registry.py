from __future__ import annotations

import re
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from vqa.errors import ExtraMissing, UnknownModel, Unsupported, WeightsBroken
from vqa.models import registry
from vqa.models.catalog import ROWS, ModelRow
from vqa.models.hub.families.catalog import FAMILIES
from vqa.models.hub.hub_options import HubOptions
from vqa.models.openai_endpoint import EndpointModel
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import fits, load, on_disk, rows, takes_options


def test_the_table_is_whole() -> None:
    assert [row.name for row in rows()][:2] == ["fused", "echo"]
    for row in rows():
        assert row.good_at
        assert row.licence
        assert row.memory_gb > 0
        assert isinstance(fits(row), bool)
        assert isinstance(on_disk(row), bool)


@pytest.mark.parametrize("row", [row for row in ROWS if row.hub_id], ids=lambda row: row.name)
def test_a_row_of_the_hub_says_what_it_takes(row: ModelRow) -> None:
    assert re.fullmatch(r"[\w-]+/[\w.-]+", row.hub_id)
    assert row.family in {family.name for family in FAMILIES}
    memory = row.memory_gb_by_dtype
    assert memory["float32"] > memory["bfloat16"] > memory["8 bit"] > memory["4 bit"]
    assert row.memory_gb == memory["bfloat16"]
    assert row.download_gb >= row.parameters_m / 1000 * 2 - 0.1
    family = next(family for family in FAMILIES if family.name == row.family)
    assert row.encode_once == family.encode_once
    assert takes_options(row.name)


def test_a_row_is_downloaded_at_its_commit() -> None:
    rows_of_hub = [row for row in ROWS if row.hub_id]
    pinned = [row for row in rows_of_hub if row.revision != "main"]
    assert len(pinned) >= 19
    for row in pinned:
        assert re.fullmatch(r"[0-9a-f]{40}", row.revision)
        assert row.source == f"{row.hub_id}@{row.revision}"
        assert registry.commit_of(row) == row.revision
    assert len({row.revision for row in pinned}) == len(pinned)
    assert replace(pinned[0], revision="main").source == pinned[0].hub_id
    assert registry.commit_of(ROWS[0]) == ""


def test_names_differ() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)


def test_a_model_that_is_too_big_may_fit_at_4_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    row = next(row for row in ROWS if row.name == "qwen3-vl-8b")
    monkeypatch.setattr(registry, "_cpu_bytes", lambda: int(10e9))
    monkeypatch.setattr(registry, "_gpu_bytes", lambda: 0)
    assert not fits(row)
    assert fits(row, bits=4)
    monkeypatch.setattr(registry, "_gpu_bytes", lambda: int(24e9))
    assert fits(row)


def test_options_of_hub_models_are_refused_by_others() -> None:
    for name in ("echo", "fused", "https://host/v1#model"):
        with pytest.raises(Unsupported, match="one precision"):
            load(name, options=HubOptions(bits=4))
    assert load("echo", options=HubOptions()).name == "echo"


def test_a_page_loads_hub_models_with_its_options_and_others_without(tmp_path: Path) -> None:
    load_for_page = registry.loader(HubOptions(bits=4))
    assert load_for_page("echo", device="cpu").name == "echo"
    (tmp_path / "config.json").write_text('{"model_type": "smolvlm"}')
    missing = find_spec("bitsandbytes") is None
    with pytest.raises(ExtraMissing if missing else WeightsBroken):
        load_for_page(str(tmp_path), device="cpu")


def test_a_served_model_is_a_row_where_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "served" not in [row.name for row in rows()]
    with pytest.raises(UnknownModel, match="served"):
        load("served")
    monkeypatch.setenv("VQA_ENDPOINT", "http://127.0.0.1:9/v1#m")
    assert rows()[-1].name == "served"
    assert on_disk(rows()[-1])
    assert isinstance(load("served"), EndpointModel)


def test_names_load() -> None:
    assert isinstance(load("echo"), VideoQAModel)
    assert load("echo").name == "echo"


def test_what_is_unknown_is_said_with_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="fused, echo"):
        load("nobody")
    with pytest.raises(WeightsBroken, match="no weights"):
        load(str(tmp_path))
