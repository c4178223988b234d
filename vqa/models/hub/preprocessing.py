"""Frames as normalised squares, for the families whose vision models take one fixed square picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vqa.models.hub.family import Frames


def square_pixels(
    frames: Frames, image_processor: Any, side_px: int, *, letterbox: bool = False
) -> Tensor:
    """Resize and normalise with the numbers of the model's own image processor, by Pillow alone.

    Args:
        frames: (T, H, W, 3) uint8 RGB.
        image_processor: gives `image_mean`, `image_std` and `resample`.
        side_px: S, the side of the square.
        letterbox: True keeps the shape and fills up with the mean colour; False stretches, as most families do.

    Returns:
        (T, 3, S, S) float32.
    """
    mean = np.asarray(image_processor.image_mean, dtype=np.float32)
    std = np.asarray(image_processor.image_std, dtype=np.float32)
    background = tuple(round(255 * float(value)) for value in mean)
    squares = np.empty((len(frames), 3, side_px, side_px), dtype=np.float32)
    for row, frame in enumerate(frames):
        picture = Image.fromarray(frame)
        if letterbox:
            longest = max(picture.size)
            whole = Image.new("RGB", (longest, longest), background)
            whole.paste(picture, ((longest - picture.width) // 2, (longest - picture.height) // 2))
            picture = whole
        small = picture.resize((side_px, side_px), Image.Resampling(int(image_processor.resample)))
        squares[row] = ((np.asarray(small, dtype=np.float32) / 255 - mean) / std).transpose(2, 0, 1)
    return torch.from_numpy(squares)
