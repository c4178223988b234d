"""LLaVA-OneVision and LLaVA-NeXT-Video: each frame is a video of one frame, with pooled tokens.

Pooling reduces a frame to about a quarter of its tokens. As a separate video, each frame has its
time as text before it; the official prompt concatenates all frames without text between them.
"""

from __future__ import annotations

from typing import Any

from vqa.models.hub.family import Family, FrameInputs, FramePlaceholder, Frames, format_frame_time
from vqa.models.hub.preprocessing import resize_to_squares
from vqa.types import SamplingPlan


def _placeholder(config: Any, tokenizer: Any) -> FramePlaceholder:
    """Return the video token, since the model pools the tokens of videos but not of images."""
    return FramePlaceholder(token=tokenizer.convert_ids_to_tokens(config.video_token_id))


def _one_frame_videos(frames: Frames, image_processor: Any, config: Any) -> Any:
    """Preprocess (T, H, W, 3) frames to T videos of one frame: (T, 1, 3, S, S) float32."""
    return resize_to_squares(frames, image_processor, config.vision_config.image_size)[:, None]


def _preprocess_onevision(frames: Frames, image_processor: Any, config: Any) -> FrameInputs:
    """Return the inputs of LLaVA-OneVision.

    A frame has (patches per side / 2, rounded up) squared visual tokens, and one for a line break.
    """
    vision = config.vision_config
    side = -(-(vision.image_size // vision.patch_size) // 2)
    return FrameInputs(
        inputs={"pixel_values_videos": _one_frame_videos(frames, image_processor, config)},
        tokens_per_frame=side**2 + 1,
    )


def _preprocess_next_video(frames: Frames, image_processor: Any, config: Any) -> FrameInputs:
    """Return the inputs of LLaVA-NeXT-Video; a frame has (patches per side / stride)² tokens."""
    vision = config.vision_config
    side = vision.image_size // vision.patch_size // config.spatial_pool_stride
    return FrameInputs(
        inputs={"pixel_values_videos": _one_frame_videos(frames, image_processor, config)},
        tokens_per_frame=side**2,
    )


LLAVA_ONEVISION = Family(
    name="LLaVA-OneVision",
    model_types=("llava_onevision",),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=384),
    as_videos=True,
    joins_features=True,
    placeholder=_placeholder,
    preprocess=_preprocess_onevision,
    format_time=format_frame_time,
)

LLAVA_NEXT_VIDEO = Family(
    name="LLaVA-NeXT-Video",
    model_types=("llava_next_video",),
    # The context window of its language model is 4,096 tokens.
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=336),
    as_videos=True,
    placeholder=_placeholder,
    preprocess=_preprocess_next_video,
    format_time=format_frame_time,
)
