"""SmolVLM and SmolVLM2: 64 tokens or so a frame, and the prompt they were trained on for videos."""

from __future__ import annotations

from typing import Any

import torch

from vqa.models.hub.family import Family, FrameMark, Frames, Pixels
from vqa.models.hub.preprocessing import square_pixels
from vqa.timecode import format_tenths
from vqa.types import SamplingPlan


def _mark(config: Any, tokenizer: Any) -> FrameMark:
    """A frame as the models were taught it: the whole picture, never cut into tiles."""
    fake = getattr(tokenizer, "fake_image_token", "<fake_token_around_image>")
    whole = getattr(tokenizer, "global_image_token", "<global-img>")
    token = tokenizer.convert_ids_to_tokens(config.image_token_id)
    return FrameMark(before=f"{fake}{whole}", token=token, after=fake)


def _pixels(frames: Frames, image_processor: Any, config: Any) -> Pixels:
    """Stretched to the vision model's square, as the family's video processor does."""
    vision = config.vision_config
    squares = square_pixels(frames, image_processor, vision.image_size)[None]
    mask = torch.ones(squares.shape[0], *squares.shape[1:2], *squares.shape[3:], dtype=torch.bool)
    grid = vision.image_size // vision.patch_size
    return Pixels(
        inputs={"pixel_values": squares, "pixel_attention_mask": mask},
        tokens_per_frame=grid**2 // config.scale_factor**2,
    )


SMOLVLM = Family(
    name="SmolVLM",
    model_types=("smolvlm", "idefics3"),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=512),
    mark=_mark,
    pixels=_pixels,
    intro="You are provided the following series of {num_frames} frames from a {duration} [H:MM:SS] video.\n",
    stamp=lambda time_s: f"\nFrame from {format_tenths(time_s)}:",
    outro="\n\n",
)
