"""Frame preprocessing with Pillow, to squares or in native aspect ratio with a pixel limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vqa.models.hub.family import Frames

MAX_FRAME_PX = 640 * 360


def resize_to_squares(
    frames: Frames, image_processor: Any, side_px: int, *, letterbox: bool = False
) -> Tensor:
    """Resize frames to squares and standardize them with the image processor's mean and deviation.

    Args:
        frames: (T, H, W, 3) uint8 RGB.
        image_processor: transformers image processor with `image_mean`, `image_std` and `resample`.
        side_px: S, side of the square in pixels.
        letterbox: True keeps the aspect ratio and pads with the mean color; False distorts the
            frame to the square, as most families do.

    Returns:
        (T, 3, S, S) float32, minus the mean and divided by the standard deviation per channel.
    """
    mean = np.asarray(image_processor.image_mean, dtype=np.float32)
    std = np.asarray(image_processor.image_std, dtype=np.float32)
    background = tuple(round(255 * float(value)) for value in mean)
    squares = np.empty((len(frames), 3, side_px, side_px), dtype=np.float32)
    for row, frame in enumerate(frames):
        image = Image.fromarray(frame)
        if letterbox:
            side = max(image.size)
            padded_image = Image.new("RGB", (side, side), background)
            padded_image.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
            image = padded_image
        square = image.resize((side_px, side_px), Image.Resampling(int(image_processor.resample)))
        squares[row] = ((np.asarray(square, dtype=np.float32) / 255 - mean) / std).transpose(
            2, 0, 1
        )
    return torch.from_numpy(squares)


def extract_patches(frames: Frames, image_processor: Any, **options: Any) -> dict[str, Tensor]:
    """Cut frames into patches with the model's image processor, after resizing to `MAX_FRAME_PX`.

    The aspect ratio is kept, and a frame has at most `MAX_FRAME_PX` pixels (640 × 360). The
    processor's default maximum is meant for a single photograph: it would allow up to 16,000 tokens
    per frame.

    Args:
        frames: (T, H, W, 3) uint8 RGB, at least one.
        image_processor: transformers image processor whose `size` holds the minimum
            (`shortest_edge`) and maximum (`longest_edge`) number of pixels of an image.
        options: further keyword arguments of the processor's call.

    Returns:
        The processor's output tensors by name, such as `pixel_values` and `image_grid_thw`.
    """
    min_px = min(int(image_processor.size["shortest_edge"]), MAX_FRAME_PX)
    max_px = min(int(image_processor.size["longest_edge"]), MAX_FRAME_PX)
    return dict(
        image_processor(
            [Image.fromarray(frame) for frame in frames],
            size={"shortest_edge": min_px, "longest_edge": max_px},
            return_tensors="pt",
            **options,
        )
    )
