"""VideoLLaMA3 in its -HF format: frames in native aspect ratio, 4 patches per visual token."""

from __future__ import annotations

from typing import Any

from vqa.models.hub.family import Family, FrameInputs, FramePlaceholder, Frames
from vqa.models.hub.preprocessing import extract_patches
from vqa.types import SamplingPlan

_MERGE_SIZE = 2  # official value for videos; images are not merged


def _placeholder(config: Any, tokenizer: Any) -> FramePlaceholder:
    """Return the placeholder of a frame in the prompt: the image token alone."""
    return FramePlaceholder(token=tokenizer.convert_ids_to_tokens(config.image_token_id))


def _preprocess(frames: Frames, image_processor: Any, config: Any) -> FrameInputs:
    """Return the model inputs, with 2 × 2 patches merged to one token, as in official videos.

    Unlike there, tokens of static regions are not dropped, so that all frames have the same number.
    """
    del config
    patches = extract_patches(frames, image_processor, merge_size=_MERGE_SIZE)
    per_frame = int(patches["image_grid_thw"][0].prod()) // _MERGE_SIZE**2
    return FrameInputs(inputs=patches, tokens_per_frame=per_frame)


VIDEOLLAMA3 = Family(
    name="VideoLLaMA3",
    model_types=("video_llama_3",),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=360),
    placeholder=_placeholder,
    preprocess=_preprocess,
    # The official format of frame times.
    format_time=lambda time_s: f"Time {time_s:.1f}s:",
    separator=",",
)
