"""InternVL in its -HF format: one square tile of 256 tokens per frame, as in its video training."""

from __future__ import annotations

from typing import Any

from vqa.models.hub.family import Family, FrameInputs, FramePlaceholder, Frames, format_frame_time
from vqa.models.hub.preprocessing import resize_to_squares
from vqa.types import SamplingPlan


def _placeholder(config: Any, tokenizer: Any) -> FramePlaceholder:
    """Return the image token between the start-of-image and end-of-image tokens."""
    return FramePlaceholder(
        prefix=getattr(tokenizer, "start_image_token", "<img>"),
        token=tokenizer.convert_ids_to_tokens(config.image_token_id),
        suffix=getattr(tokenizer, "end_image_token", "</img>"),
    )


def _preprocess(frames: Frames, image_processor: Any, config: Any) -> FrameInputs:
    """Resize frames to the vision model's square input, one tile each, by distortion."""
    vision = config.vision_config
    squares = resize_to_squares(frames, image_processor, vision.image_size[0])
    side = int(vision.image_size[0] // vision.patch_size[0] * config.downsample_ratio)
    return FrameInputs(inputs={"pixel_values": squares}, tokens_per_frame=side**2)


INTERNVL = Family(
    name="InternVL",
    model_types=("internvl",),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=448),
    joins_features=True,
    placeholder=_placeholder,
    preprocess=_preprocess,
    format_time=format_frame_time,
)
