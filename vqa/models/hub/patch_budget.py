"""Frames for the families that take pictures of any shape, each held to a budget of pixels."""

from __future__ import annotations

from typing import Any

from PIL import Image
from torch import Tensor

from vqa.models.hub.family import Frames

FRAME_PIXELS = 640 * 360


def budgeted(frames: Frames, image_processor: Any, **options: Any) -> dict[str, Tensor]:
    """Let the family's own Pillow image processor cut frames into patches, none above `FRAME_PIXELS`.

    Left to itself it would take the budget of a single photograph, up to 16,000 tokens, for every frame.

    Args:
        frames: (T, H, W, 3) uint8 RGB, at least one.
        image_processor: with the least and the most pixels of a picture as the edges of its `size`.
        options: what else the processor's call takes.

    Returns:
        Its tensors by name.
    """
    least = min(int(image_processor.size["shortest_edge"]), FRAME_PIXELS)
    most = min(int(image_processor.size["longest_edge"]), FRAME_PIXELS)
    return dict(
        image_processor(
            [Image.fromarray(frame) for frame in frames],
            size={"shortest_edge": least, "longest_edge": most},
            return_tensors="pt",
            **options,
        )
    )
