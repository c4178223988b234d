"""Tests of linear layers in oneDNN's order of weights."""

from __future__ import annotations

import platform

import pytest
import torch
from torch import nn

from vqa.models.fused.packed_linear import PackedLinear, pack_linear_layers

pytestmark = pytest.mark.skipif(
    not torch.backends.mkldnn.is_available(), reason="this torch has no oneDNN"
)


PACKS = platform.machine() in ("x86_64", "AMD64")


@pytest.mark.parametrize("has_bias", [True, False])
@pytest.mark.parametrize("shape", [(1, 7), (3, 1, 5), (16,), (0, 4), ()])
def test_packed_layer_computes_what_the_layer_does(shape: tuple[int, ...], has_bias: bool) -> None:
    linear = nn.Linear(12, 20, bias=has_bias)
    inputs = torch.randn(*shape, 12)
    with torch.inference_mode():
        assert torch.allclose(PackedLinear(linear)(inputs), linear(inputs), atol=1e-5)


def test_packed_layer_takes_rows_that_are_not_contiguous() -> None:
    linear = nn.Linear(12, 20)
    inputs = torch.randn(4, 6, 12)
    with torch.inference_mode():
        packed_outputs = PackedLinear(linear)(inputs[:, 0])
        assert torch.allclose(packed_outputs, linear(inputs[:, 0]), atol=1e-5)


def test_only_float32_layers_on_a_cpu_are_packed() -> None:
    network = nn.ModuleDict(
        {
            "single": nn.Linear(4, 4),
            "double_byte": nn.Linear(4, 4, dtype=torch.float16),
            "unloaded": nn.Linear(4, 4, device="meta"),
            "block": nn.Sequential(nn.Linear(4, 4), nn.GELU()),
        }
    )
    pack_linear_layers(network)
    names = [name for name, module in network.named_modules() if isinstance(module, PackedLinear)]
    assert names == (["single", "block.0"] if PACKS else [])
    assert network["double_byte"].weight.dtype == torch.float16
    assert network["unloaded"].weight.is_meta
