"""Frame features: an EfficientNet-Lite CNN, pooled to a few cells a frame.

Source: EfficientNet, arXiv:1905.11946, in its Lite form (ReLU6, no squeeze-and-excitation, unscaled stem and head).
Batch norms are folded into their convolutions when the pretrained weights are converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from vqa.models.fused.config import NUM_IMAGENET_CLASSES, FusedConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

_KERNELS = (3, 3, 5, 3, 5, 5, 3)
_STRIDES = (1, 2, 2, 2, 1, 2, 1)
_EXPANSIONS = (1, 6, 6, 6, 6, 6, 6)


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow pads `same`: the odd pixel goes to the right and the bottom."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', ceil(H / stride), ceil(W / stride))."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        if stride == 1:
            # Nothing is odd: the convolution pads by itself, without a copy of all of x.
            return functional.conv2d(
                x, self.weight, self.bias, padding=kernel // 2, groups=self.groups
            )
        pads: list[int] = []
        for length in (x.shape[-1], x.shape[-2]):
            total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
            pads += [total // 2, total - total // 2]
        return functional.conv2d(
            functional.pad(x, pads), self.weight, self.bias, self.stride, 0, 1, self.groups
        )


class MobileBlock(nn.Module):
    """Widen, filter each channel, narrow; with a short cut where the shape stays."""

    def __init__(self, width_in: int, width: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = width_in * expansion
        self.expand = SameConv(width_in, inner, 1) if expansion > 1 else None
        self.depthwise = SameConv(inner, inner, kernel, stride, groups=inner)
        self.project = SameConv(inner, width, 1)
        self.short_cut = stride == 1 and width_in == width

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C', H', W')."""
        y = x if self.expand is None else functional.relu6(self.expand(x))
        y = self.project(functional.relu6(self.depthwise(y)))
        return x + y if self.short_cut else y


class FrameFeatures(NamedTuple):
    """What the CNN says of N frames: `cells` (N, cells, F) row by row, `label_logits` (N, 1000) by ImageNet class."""

    cells: Tensor
    label_logits: Tensor


class VisionEncoder(nn.Module):
    """Turn frames into cells of features and ImageNet label scores."""

    def __init__(self, config: FusedConfig) -> None:
        super().__init__()
        self.grid_size = config.grid_size
        self.stem = SameConv(3, config.vision_stem, 3, 2)
        self.stages = nn.ModuleList(_stages(config))
        self.head = SameConv(config.vision_widths[-1], config.vision_head, 1)
        self.classifier = nn.Linear(config.vision_head, NUM_IMAGENET_CLASSES)

    def forward(self, pixel_values: Tensor) -> FrameFeatures:
        """See `FrameFeatures`.

        Args:
            pixel_values: (N, 3, S, S) RGB from -1 to 1, S a multiple of 32.
        """
        x = functional.relu6(self.stem(pixel_values))
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        top = functional.relu6(self.head(x))
        mean = self._pool(pixel_values)
        spread = (
            (self._pool(pixel_values.float().square()) - mean.float().square()).clamp(min=0).sqrt()
        )
        parts = [self._pool(m) for m in (top, maps[4], maps[2], maps[1])]
        cells = torch.cat([*parts, mean.to(top.dtype), spread.to(top.dtype)], dim=1)
        return FrameFeatures(
            cells.flatten(2).transpose(1, 2), self.classifier(top.mean(dim=(2, 3)))
        )

    def _pool(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, grid, grid)."""
        return functional.adaptive_avg_pool2d(x, self.grid_size)


def _stages(config: FusedConfig) -> Iterator[nn.Sequential]:
    """The seven stages, each a row of blocks."""
    width_in = config.vision_stem
    for width, depth, kernel, stride, expansion in zip(
        config.vision_widths, config.vision_depths, _KERNELS, _STRIDES, _EXPANSIONS, strict=True
    ):
        blocks = []
        for position in range(depth):
            blocks.append(
                MobileBlock(width_in, width, kernel, stride if position == 0 else 1, expansion)
            )
            width_in = width
        yield nn.Sequential(*blocks)
