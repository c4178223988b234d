"""Frame encoder: an EfficientNet-Lite CNN whose feature maps are pooled to a small grid per frame.

Source: EfficientNet, arXiv:1905.11946, in its Lite form (ReLU6, no squeeze-and-excitation, unscaled
stem and head). Batch norms are folded into their convolutions when the pretrained weights are
converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from vqa.models.fused.config import NUM_IMAGENET_CLASSES, NetworkConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

_KERNELS = (3, 3, 5, 3, 5, 5, 3)
_STRIDES = (1, 2, 2, 2, 1, 2, 1)
_EXPANSIONS = (1, 6, 6, 6, 6, 6, 6)


class Conv2dSame(nn.Conv2d):
    """Convolution with TensorFlow's `same` padding of an image that is rotated by 180°.

    At stride 2, TensorFlow pads even sides only at the right and bottom, or more there. Rotated,
    that is what `conv2d` computes with its own symmetric padding, so that no padded copy is made.
    The weights are those of an image that is not rotated; `forward` rotates them.

    Kernels are square and of odd size; one of size 1 has stride 1 and no groups. `padding`,
    `padding_mode` and `dilation` of the constructor have no effect.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Convolve a rotated (N, C, H, W) to a rotated (N, C', H / stride, W / stride).

        Args:
            x: in channels-last order for speed; H and W are even if the stride is 2.
        """
        kernel = self.kernel_size[0]
        if kernel == 1:
            # conv2d would copy its input; a matrix product of channels-last pixels does not.
            pixels = functional.linear(x.permute(0, 2, 3, 1), self.weight[:, :, 0, 0], self.bias)
            return pixels.permute(0, 3, 1, 2)
        weight = self.weight.flip((2, 3))
        return functional.conv2d(
            x, weight, self.bias, self.stride, padding=kernel // 2, groups=self.groups
        )


class InvertedResidual(nn.Module):
    """MobileNetV2 block: expansion, depthwise convolution, projection, skip connection.

    Expansion and projection are 1x1 convolutions; the skip connection exists if the shapes match.
    """

    def __init__(self, width_in: int, width: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = width_in * expansion
        self.expand = Conv2dSame(width_in, inner, 1) if expansion > 1 else None
        self.depthwise = Conv2dSame(inner, inner, kernel, stride, groups=inner)
        self.project = Conv2dSame(inner, width, 1)
        self.has_skip = stride == 1 and width_in == width

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block to a rotated image: (N, C, H, W) to (N, C', H / stride, W / stride)."""
        y = x if self.expand is None else functional.relu6(self.expand(x), inplace=True)
        y = self.project(functional.relu6(self.depthwise(y), inplace=True))
        return y.add_(x) if self.has_skip else y


class FrameFeatures(NamedTuple):
    """CNN output for N frames.

    Attributes:
        grid_features: (N, C, F), F features of each of C grid positions, in row-major order.
        label_logits: (N, 1000), ImageNet class logits.
    """

    grid_features: Tensor
    label_logits: Tensor


class VisionEncoder(nn.Module):
    """EfficientNet-Lite that returns grid-pooled multi-scale features and ImageNet logits."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.grid_size = config.grid_size
        self.stem = Conv2dSame(3, config.vision_stem, 3, 2)
        self.stages = nn.ModuleList(_build_stages(config))
        self.head = Conv2dSame(config.vision_widths[-1], config.vision_head, 1)
        self.classifier = nn.Linear(config.vision_head, NUM_IMAGENET_CLASSES)

    def forward(self, pixel_values: Tensor) -> FrameFeatures:
        """Encode frames with the CNN: grid features and ImageNet logits of each frame.

        Args:
            pixel_values: (N, 3, S, S) RGB with values from -1 to 1, S a multiple of 32.
        """
        pixel_values = pixel_values.flip((2, 3))  # see Conv2dSame
        x = functional.relu6(self.stem(pixel_values), inplace=True)
        feature_maps = []
        for stage in self.stages:
            x = stage(x)
            feature_maps.append(x)
        top = functional.relu6(self.head(x), inplace=True)
        color_mean = self._pool(pixel_values)
        color_std = (
            (self._pool(pixel_values.float().square()) - color_mean.float().square())
            .clamp(min=0)
            .sqrt()
        )
        pooled_maps = [
            self._pool(m) for m in (top, feature_maps[4], feature_maps[2], feature_maps[1])
        ]
        grid = torch.cat([*pooled_maps, color_mean.to(top.dtype), color_std.to(top.dtype)], dim=1)
        # In reverse order, the positions of the rotated grid are those of the frame.
        grid_features = grid.flatten(2).transpose(1, 2).flip(1)
        return FrameFeatures(grid_features, self.classifier(top.mean(dim=(2, 3))))

    def _pool(self, x: Tensor) -> Tensor:
        """Average-pool (N, C, H, W) to (N, C, grid_size, grid_size)."""
        return functional.adaptive_avg_pool2d(x, self.grid_size)


def _build_stages(config: NetworkConfig) -> Iterator[nn.Sequential]:
    """Yield the seven stages; the first block of a stage changes width and resolution."""
    width_in = config.vision_stem
    for width, depth, kernel, stride, expansion in zip(
        config.vision_widths, config.vision_depths, _KERNELS, _STRIDES, _EXPANSIONS, strict=True
    ):
        blocks = []
        for position in range(depth):
            blocks.append(
                InvertedResidual(width_in, width, kernel, stride if position == 0 else 1, expansion)
            )
            width_in = width
        yield nn.Sequential(*blocks)
