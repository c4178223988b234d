"""MiniCPM-V 4.6: frames in their native aspect ratio, with 4 or 16 patches per visual token."""

from __future__ import annotations

from typing import Any

from PIL import Image

from vqa.models.hub.family import Family, FrameInputs, FramePlaceholder, Frames, format_frame_time
from vqa.types import SamplingPlan

_PATCHES_PER_TOKEN = {"4x": 4, "16x": 16}


def _placeholder(config: Any, tokenizer: Any) -> FramePlaceholder:
    """Return the image token between the start-of-image and end-of-image tokens."""
    return FramePlaceholder(
        prefix=getattr(tokenizer, "image_start_token", "<image>"),
        token=tokenizer.convert_ids_to_tokens(config.image_token_id),
        suffix=getattr(tokenizer, "image_end_token", "</image>"),
    )


def _preprocess(frames: Frames, image_processor: Any, config: Any) -> FrameInputs:
    """Return the model inputs of frames, each encoded whole instead of cut into slices."""
    inputs = image_processor(
        [Image.fromarray(frame) for frame in frames],
        slice_mode=False,
        downsample_mode=config.downsample_mode,
        return_tensors="pt",
    )
    sizes = inputs["target_sizes"]
    return FrameInputs(
        inputs={"pixel_values": inputs["pixel_values"], "target_sizes": sizes},
        tokens_per_frame=int(sizes[0].prod()) // _PATCHES_PER_TOKEN[config.downsample_mode],
    )


MINICPM = Family(
    name="MiniCPM-V",
    model_types=("minicpmv4_6",),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=448),
    placeholder=_placeholder,
    preprocess=_preprocess,
    format_time=format_frame_time,
)
