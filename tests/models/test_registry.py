from __future__ import annotations

from pathlib import Path

import pytest

from vqa.errors import UnknownModel, WeightsBroken
from vqa.models.base import VideoQAModel
from vqa.models.registry import fits, load, on_disk, rows


def test_the_table_is_whole() -> None:
    assert [row.name for row in rows()][:2] == ["fused", "echo"]
    for row in rows():
        assert row.good_at
        assert row.licence
        assert row.memory_gb > 0
        assert isinstance(fits(row), bool)
        assert isinstance(on_disk(row), bool)


def test_names_load() -> None:
    assert isinstance(load("echo"), VideoQAModel)
    assert load("echo").name == "echo"


def test_what_is_unknown_is_said_with_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="fused, echo"):
        load("nobody")
    with pytest.raises(WeightsBroken, match="no weights"):
        load(str(tmp_path))
