"""Qwen's vision-language models, Qwen2-VL to Qwen3.5: native aspect ratio, 3D rotary positions.

Each frame is passed as a separate image, which takes twice as many tokens as the official video
input but gives every frame its exact time: the video input merges pairs of frames at their mean
time.
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
    """Return the image token between the start and end tokens of vision input."""
    start, token, end = tokenizer.convert_ids_to_tokens(
        [config.vision_start_token_id, config.image_token_id, config.vision_end_token_id]
    )
    return FramePlaceholder(prefix=start, token=token, suffix=end)


def _preprocess(frames: Frames, image_processor: Any, config: Any) -> FrameInputs:
    """Return the model inputs: patches of 14 or 16 pixels a side, merged to one token per 2 × 2."""
    patches = extract_patches(frames, image_processor)
    per_frame = (
        int(patches["image_grid_thw"][0].prod()) // config.vision_config.spatial_merge_size**2
    )
    return FrameInputs(inputs=patches, tokens_per_frame=per_frame)


def _positions(
    model: Any, input_ids: Tensor, inputs: Mapping[str, Tensor], num_frames: int
) -> Tensor:
    """Compute the (3, 1, P) rotary position ids (time, row, column) of a prompt of P tokens.

    Args:
        model: the transformers model.
        input_ids: (1, P), with all visual tokens.
        inputs: preprocessed inputs of one frame; all frames have the same grid of patches.
        num_frames: number of frames in the prompt.
    """
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
