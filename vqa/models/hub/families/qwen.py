"""Qwen's vision models, from Qwen2-VL to Qwen3.5: native aspect ratio and three-axis rotary positions.

Each frame is an image of its own, while the official video input merges frames in pairs: that doubles the tokens and
gives every frame its own time instead of the mean of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from vqa.models.hub.family import Family, FrameInputs, FramePlaceholder, Frames, format_frame_time
from vqa.models.hub.preprocessing import extract_patches
from vqa.types import SamplingPlan

_SAMPLING = SamplingPlan(strategy="uniform", num_frames=16, short_side_px=360)


def _placeholder(config: Any, tokenizer: Any) -> FramePlaceholder:
    """Image token between the start and end tokens of vision input."""
    start, token, end = tokenizer.convert_ids_to_tokens(
        [config.vision_start_token_id, config.image_token_id, config.vision_end_token_id]
    )
    return FramePlaceholder(before=start, token=token, after=end)


def _preprocess(frames: Frames, image_processor: Any, config: Any) -> FrameInputs:
    """Model inputs: patches of 14 or 16 pixels, four per token."""
    patches = extract_patches(frames, image_processor)
    per_frame = (
        int(patches["image_grid_thw"][0].prod()) // config.vision_config.spatial_merge_size**2
    )
    return FrameInputs(inputs=patches, tokens_per_frame=per_frame)


def _positions(
    model: Any, input_ids: Tensor, inputs: Mapping[str, Tensor], num_frames: int
) -> Tensor:
    """Rotary position ids of the whole prompt (time, row and column), given the inputs of one frame."""
    is_visual = (input_ids == model.config.image_token_id).to(torch.int)
    grids = inputs["image_grid_thw"][:1].expand(num_frames, 3)
    positions: Tensor = model.model.get_rope_index(
        input_ids, mm_token_type_ids=is_visual, image_grid_thw=grids
    )[0]
    return positions


QWEN2 = Family(
    name="Qwen-VL",
    model_types=("qwen2_vl", "qwen2_5_vl"),
    sampling=_SAMPLING,
    placeholder=_placeholder,
    preprocess=_preprocess,
    format_time=format_frame_time,
    positions=_positions,
)

QWEN3 = Family(
    name="Qwen3-VL",
    model_types=("qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe"),
    sampling=_SAMPLING,
    placeholder=_placeholder,
    preprocess=_preprocess,
    # The official format of frame times.
    format_time=lambda time_s: f"<{time_s:.1f} seconds>",
    positions=_positions,
)
