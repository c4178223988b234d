"""Qwen's vision models, from Qwen2-VL to Qwen3.5: frames keep their shape, positions have three axes.

A frame goes in as a picture of its own, not as half of a pair as in their video form: that costs twice the tokens, and
gives every frame its own time instead of the mean of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from vqa.models.hub.family import Family, FrameMark, Frames, Pixels, seconds
from vqa.models.hub.patch_budget import budgeted
from vqa.types import SamplingPlan

_SAMPLING = SamplingPlan(strategy="uniform", num_frames=16, short_side_px=360)


def _mark(config: Any, tokenizer: Any) -> FrameMark:
    """A picture between the marks of its start and its end."""
    start, token, end = tokenizer.convert_ids_to_tokens(
        [config.vision_start_token_id, config.image_token_id, config.vision_end_token_id]
    )
    return FrameMark(before=start, token=token, after=end)


def _pixels(frames: Frames, image_processor: Any, config: Any) -> Pixels:
    """Patches of 14 or 16 pixels, of which four become a token."""
    made = budgeted(frames, image_processor)
    per_frame = int(made["image_grid_thw"][0].prod()) // config.vision_config.spatial_merge_size**2
    return Pixels(inputs=made, tokens_per_frame=per_frame)


def _positions(model: Any, ids: Tensor, inputs: Mapping[str, Tensor], num_frames: int) -> Tensor:
    """Every token's time, row and column, for all frames at once though they are looked at a few at a time."""
    visual = (ids == model.config.image_token_id).to(torch.int)
    grids = inputs["image_grid_thw"][:1].expand(num_frames, 3)
    positions: Tensor = model.model.get_rope_index(
        ids, mm_token_type_ids=visual, image_grid_thw=grids
    )[0]
    return positions


QWEN2 = Family(
    name="Qwen-VL",
    model_types=("qwen2_vl", "qwen2_5_vl"),
    sampling=_SAMPLING,
    mark=_mark,
    pixels=_pixels,
    stamp=lambda time_s: f"\nFrame at {seconds(time_s)}: ",
    positions=_positions,
)

QWEN3 = Family(
    name="Qwen3-VL",
    model_types=("qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe"),
    sampling=_SAMPLING,
    mark=_mark,
    pixels=_pixels,
    # As they were taught to read the time of a frame.
    stamp=lambda time_s: f"<{time_s:.1f} seconds>",
    positions=_positions,
)
