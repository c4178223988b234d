"""MiniCPM-V from 4.6 on: frames keep their shape, and sixteen patches become a token."""

from __future__ import annotations

from typing import Any

from PIL import Image

from vqa.models.hub.family import Family, FrameMark, Frames, Pixels, seconds
from vqa.types import SamplingPlan

_PATCHES_PER_TOKEN = {"4x": 4, "16x": 16}


def _mark(config: Any, tokenizer: Any) -> FrameMark:
    """A picture between the marks of its start and its end."""
    return FrameMark(
        before=getattr(tokenizer, "image_start_token", "<image>"),
        token=tokenizer.convert_ids_to_tokens(config.image_token_id),
        after=getattr(tokenizer, "image_end_token", "</image>"),
    )


def _pixels(frames: Frames, image_processor: Any, config: Any) -> Pixels:
    """The whole frame, never cut into slices."""
    made = image_processor(
        [Image.fromarray(frame) for frame in frames],
        slice_mode=False,
        downsample_mode=config.downsample_mode,
        return_tensors="pt",
    )
    sizes = made["target_sizes"]
    return Pixels(
        inputs={"pixel_values": made["pixel_values"], "target_sizes": sizes},
        tokens_per_frame=int(sizes[0].prod()) // _PATCHES_PER_TOKEN[config.downsample_mode],
    )


MINICPM = Family(
    name="MiniCPM-V",
    model_types=("minicpmv4_6",),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=448),
    mark=_mark,
    pixels=_pixels,
    stamp=lambda time_s: f"\nFrame at {seconds(time_s)}: ",
)
