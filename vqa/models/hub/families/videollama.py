"""VideoLLaMA3 in its -HF form: frames keep their shape, and each token covers a square of four patches."""

from __future__ import annotations

from typing import Any

from vqa.models.hub.family import Family, FrameMark, Frames, Pixels
from vqa.models.hub.patch_budget import budgeted
from vqa.types import SamplingPlan

_MERGE = 2  # of the family's videos; its pictures keep every patch


def _mark(config: Any, tokenizer: Any) -> FrameMark:
    return FrameMark(token=tokenizer.convert_ids_to_tokens(config.image_token_id))


def _pixels(frames: Frames, image_processor: Any, config: Any) -> Pixels:
    """Merged as its videos are; tokens of still parts are not dropped, so that every frame has as many."""
    del config
    made = budgeted(frames, image_processor, merge_size=_MERGE)
    per_frame = int(made["image_grid_thw"][0].prod()) // _MERGE**2
    return Pixels(inputs=made, tokens_per_frame=per_frame)


VIDEOLLAMA3 = Family(
    name="VideoLLaMA3",
    model_types=("video_llama_3",),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=360),
    mark=_mark,
    pixels=_pixels,
    # As it was taught to read the time of a frame.
    stamp=lambda time_s: f"\nTime {time_s:.1f}s:",
)
