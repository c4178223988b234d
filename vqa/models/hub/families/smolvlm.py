"""SmolVLM and SmolVLM2: some 64 tokens per frame, and the prompt of their video training."""

from __future__ import annotations

from typing import Any

import torch

from vqa.models.hub.family import Family, FrameInputs, FramePlaceholder, Frames
from vqa.models.hub.preprocessing import resize_to_squares
from vqa.timecode import format_tenths
from vqa.types import SamplingPlan


def _placeholder(config: Any, tokenizer: Any) -> FramePlaceholder:
    """Image tokens of one untiled picture, as in the official video prompt."""
    around = getattr(tokenizer, "fake_image_token", "<fake_token_around_image>")
    global_image = getattr(tokenizer, "global_image_token", "<global-img>")
    token = tokenizer.convert_ids_to_tokens(config.image_token_id)
    return FramePlaceholder(before=f"{around}{global_image}", token=token, after=around)


def _preprocess(frames: Frames, image_processor: Any, config: Any) -> FrameInputs:
    """Stretch frames to the vision model's square, as the official video processor does."""
    vision = config.vision_config
    squares = resize_to_squares(frames, image_processor, vision.image_size)[None]
    mask = torch.ones(squares.shape[0], *squares.shape[1:2], *squares.shape[3:], dtype=torch.bool)
    grid = vision.image_size // vision.patch_size
    return FrameInputs(
        inputs={"pixel_values": squares, "pixel_attention_mask": mask},
        tokens_per_frame=grid**2 // config.scale_factor**2,
    )


SMOLVLM = Family(
    name="SmolVLM",
    model_types=("smolvlm", "idefics3"),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=512),
    placeholder=_placeholder,
    preprocess=_preprocess,
    intro="You are provided the following series of {num_frames} frames from a {duration} [H:MM:SS] video.\n",
    format_time=lambda time_s: f"\nFrame from {format_tenths(time_s)}:",
    outro="\n\n",
)
