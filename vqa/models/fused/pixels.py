"""From frames to the CNN's input: the same few lines when a user asks and when the model is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DARK_MEAN = 0.2
_LIT_MEAN = 0.3
_STRONGEST_GAMMA = 0.4


def pixel_values(frames: NDArray[np.uint8], image_size: int) -> Tensor:
    """Frames as the CNN wants them: squeezed to a square, so that all of every frame is seen.

    Very dark clips are brightened as a whole by a gamma curve, down to 0.4.

    Args:
        frames: (T, H, W, 3) uint8 RGB.
        image_size: S, pixels a side.

    Returns:
        (T, 3, S, S) float32 from -1 to 1.
    """
    x = torch.from_numpy(frames).permute(0, 3, 1, 2).float().div(255)
    x = functional.interpolate(x, size=(image_size, image_size), mode="bilinear", antialias=True)
    mean = x.mean().clamp(min=1e-3)
    if mean < _DARK_MEAN:
        gamma = (torch.log(torch.tensor(_LIT_MEAN)) / torch.log(mean)).clamp(min=_STRONGEST_GAMMA)
        x = x.clamp(min=0).pow(gamma)
    return x.mul(2).sub(1).clamp(-1, 1)
