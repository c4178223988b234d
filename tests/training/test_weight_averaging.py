from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from vqa.errors import WeightsBroken
from vqa.training.weight_averaging import average_weights

_SHARD = "model-00002-of-00002.safetensors"


def exported(place: Path, parts: dict[str, Tensor]) -> Path:
    """Write a folder with these trained tensors and a config that holds its name."""
    place.mkdir()
    save_file({name: part.half() for name, part in parts.items()}, place / _SHARD)
    (place / "config.json").write_text(place.name, encoding="utf-8")
    return place


def test_trained_tensors_are_averaged(tmp_path: Path) -> None:
    first = exported(tmp_path / "first", {"a": torch.tensor([1.0, 2.0]), "b": torch.zeros(2, 2)})
    second = exported(tmp_path / "second", {"a": torch.tensor([3.0, 2.0]), "b": torch.ones(2, 2)})
    average_weights(first, second, tmp_path / "mean")
    mean = load_file(tmp_path / "mean" / _SHARD)
    assert mean["a"].tolist() == [2.0, 2.0]
    assert mean["b"].tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert mean["a"].dtype == torch.float16
    assert (tmp_path / "mean" / "config.json").read_text(encoding="utf-8") == "second"


def test_the_contrastive_head_is_the_second_models(tmp_path: Path) -> None:
    first = exported(tmp_path / "first", {"contrastive_head.0.weight": torch.zeros(2)})
    second = exported(tmp_path / "second", {"contrastive_head.0.weight": torch.ones(2)})
    average_weights(first, second, tmp_path / "mean")
    tensors = load_file(tmp_path / "mean" / _SHARD)
    assert tensors["contrastive_head.0.weight"].tolist() == [1.0, 1.0]


def test_weights_of_different_shapes_are_rejected(tmp_path: Path) -> None:
    first = exported(tmp_path / "first", {"a": torch.zeros(2)})
    second = exported(tmp_path / "second", {"a": torch.zeros(3)})
    with pytest.raises(WeightsBroken, match="differ in name or shape"):
        average_weights(first, second, tmp_path / "out")
    with pytest.raises(WeightsBroken, match="holds no trained parts"):
        average_weights(first, tmp_path / "nowhere", tmp_path / "out")
