"""LLaVA-OneVision and LLaVA-NeXT-Video: every frame as a video of one frame, pooled to a quarter of its tokens.

So a time can stand before each frame; their own form joins all frames without a word between.
"""

from __future__ import annotations

from typing import Any

from vqa.models.hub.family import Family, FrameMark, Frames, Pixels, seconds
from vqa.models.hub.preprocessing import square_pixels
from vqa.types import SamplingPlan


def _mark(config: Any, tokenizer: Any) -> FrameMark:
    """The mark of a video, for only that of a video is pooled."""
    return FrameMark(token=tokenizer.convert_ids_to_tokens(config.video_token_id))


def _squares(frames: Frames, image_processor: Any, config: Any) -> Any:
    """(T, 1, 3, S, S): T videos of one frame."""
    return square_pixels(frames, image_processor, config.vision_config.image_size)[:, None]


def _onevision_pixels(frames: Frames, image_processor: Any, config: Any) -> Pixels:
    """Half the patches a side, rounded up, and the token that ends a video."""
    vision = config.vision_config
    side = -(-(vision.image_size // vision.patch_size) // 2)
    return Pixels(
        inputs={"pixel_values_videos": _squares(frames, image_processor, config)},
        tokens_per_frame=side**2 + 1,
    )


def _next_video_pixels(frames: Frames, image_processor: Any, config: Any) -> Pixels:
    """As many patches a side as the pooling leaves."""
    vision = config.vision_config
    side = vision.image_size // vision.patch_size // config.spatial_pool_stride
    return Pixels(
        inputs={"pixel_values_videos": _squares(frames, image_processor, config)},
        tokens_per_frame=side**2,
    )


LLAVA_ONEVISION = Family(
    name="LLaVA-OneVision",
    model_types=("llava_onevision",),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=384),
    as_videos=True,
    joined_features=True,
    mark=_mark,
    pixels=_onevision_pixels,
    stamp=lambda time_s: f"\nFrame at {seconds(time_s)}: ",
)

LLAVA_NEXT_VIDEO = Family(
    name="LLaVA-NeXT-Video",
    model_types=("llava_next_video",),
    # Its language model reads 4,096 tokens.
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=336),
    as_videos=True,
    mark=_mark,
    pixels=_next_video_pixels,
    stamp=lambda time_s: f"\nFrame at {seconds(time_s)}: ",
)
