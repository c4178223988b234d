"""InternVL in its -HF form: 256 tokens a frame, one square each, as it was taught videos."""

from __future__ import annotations

from typing import Any

from vqa.models.hub.family import Family, FrameMark, Frames, Pixels, seconds
from vqa.models.hub.preprocessing import square_pixels
from vqa.types import SamplingPlan


def _mark(config: Any, tokenizer: Any) -> FrameMark:
    """A picture between the marks of its start and its end."""
    return FrameMark(
        before=getattr(tokenizer, "start_image_token", "<img>"),
        token=tokenizer.convert_ids_to_tokens(config.image_token_id),
        after=getattr(tokenizer, "end_image_token", "</img>"),
    )


def _pixels(frames: Frames, image_processor: Any, config: Any) -> Pixels:
    """Stretched to the vision model's square, never cut into tiles."""
    vision = config.vision_config
    squares = square_pixels(frames, image_processor, vision.image_size[0])
    side = int(vision.image_size[0] // vision.patch_size[0] * config.downsample_ratio)
    return Pixels(inputs={"pixel_values": squares}, tokens_per_frame=side**2)


INTERNVL = Family(
    name="InternVL",
    model_types=("internvl",),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=448),
    joined_features=True,
    mark=_mark,
    pixels=_pixels,
    stamp=lambda time_s: f"\nFrame at {seconds(time_s)}: ",
)
