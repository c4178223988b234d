"""The frame encoder computes EfficientNet-Lite with TensorFlow's padding."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.models.fused.conftest import tiny_config
from vqa.models.fused.vision import InvertedResidual, VisionEncoder


def _convolve(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """Convolve upright (N, C, H, W) images as TensorFlow does: an odd pixel right and below."""
    kernel, stride = conv.kernel_size[0], conv.stride[0]
    total = max(kernel - stride, 0)
    padded = functional.pad(x, [total // 2, total - total // 2] * 2)
    return functional.conv2d(padded, conv.weight, conv.bias, conv.stride, 0, 1, conv.groups)


def _reference(vision: VisionEncoder, pixel_values: Tensor) -> tuple[Tensor, Tensor]:
    """Encode frames as the paper describes, without regard to speed."""
    x = functional.relu6(_convolve(vision.stem, pixel_values))
    maps = []
    for stage in vision.stages:
        for block in stage.children():
            assert isinstance(block, InvertedResidual)
            y = x if block.expand is None else functional.relu6(_convolve(block.expand, x))
            y = _convolve(block.project, functional.relu6(_convolve(block.depthwise, y)))
            x = x + y if block.has_skip else y
        maps.append(x)
    top = functional.relu6(_convolve(vision.head, x))
    colors = functional.adaptive_avg_pool2d(pixel_values, vision.grid_size)
    squares = functional.adaptive_avg_pool2d(pixel_values.square(), vision.grid_size)
    grids = [
        functional.adaptive_avg_pool2d(m, vision.grid_size)
        for m in (top, maps[4], maps[2], maps[1])
    ]
    grid = torch.cat([*grids, colors, (squares - colors.square()).clamp(min=0).sqrt()], dim=1)
    return grid.flatten(2).transpose(1, 2), vision.classifier(top.mean((2, 3)))


@pytest.mark.parametrize("side", [64, 96])
@pytest.mark.parametrize("memory_format", [torch.channels_last, torch.contiguous_format])
def test_the_result_is_that_of_the_paper(side: int, memory_format: torch.memory_format) -> None:
    torch.manual_seed(0)
    vision = VisionEncoder(tiny_config()).eval()
    for parameter in vision.parameters():
        nn.init.normal_(parameter, std=0.3)
    frames = (torch.rand(3, 3, side, side) * 2 - 1).contiguous(memory_format=memory_format)
    before = frames.clone()
    with torch.inference_mode():
        features = vision(frames)
        grid, logits = _reference(vision, frames)
    assert features.grid_features.std() > 0.1
    torch.testing.assert_close(features.grid_features, grid, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(features.label_logits, logits, rtol=1e-4, atol=1e-4)
    assert torch.equal(frames, before)


def test_the_weights_can_be_trained() -> None:
    vision = VisionEncoder(tiny_config())
    features = vision(torch.rand(1, 3, 64, 64) * 2 - 1)
    (features.grid_features.mean() + features.label_logits.mean()).backward()
    assert all(p.grad is not None for p in vision.parameters())
