"""SmolVLM and SmolVLM2: about 64 tokens per frame, prompt identical to the official one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import torch

from vqa.models.hub.family import Family, FrameInputs, FramePlaceholder, Frames
from vqa.models.hub.preprocessing import resize_to_squares
from vqa.types import SamplingPlan

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def _placeholder(config: Any, tokenizer: Any) -> FramePlaceholder:
    """Return the tokens of an image without tiles, as in the official video prompt."""
    border = getattr(tokenizer, "fake_image_token", "<fake_token_around_image>")
    global_image = getattr(tokenizer, "global_image_token", "<global-img>")
    token = tokenizer.convert_ids_to_tokens(config.image_token_id)
    return FramePlaceholder(prefix=f"{border}{global_image}", token=token, suffix=border)


def _preprocess(frames: Frames, image_processor: Any, config: Any) -> FrameInputs:
    """Resize frames to the vision model's square input, as the official video processor does."""
    vision = config.vision_config
    squares = resize_to_squares(frames, image_processor, vision.image_size)[None]
    mask = torch.ones(squares.shape[0], *squares.shape[1:2], *squares.shape[3:], dtype=torch.bool)
    grid = vision.image_size // vision.patch_size
    return FrameInputs(
        inputs={"pixel_values": squares, "pixel_attention_mask": mask},
        tokens_per_frame=grid**2 // config.scale_factor**2,
    )


def _format_intro(num_frames: int, duration_s: float) -> str:
    """Format the official intro: number of frames in words, duration as `H:MM:SS`, rounded down."""
    duration = timedelta(seconds=int(duration_s))
    return (
        f"You are provided the following series of {_number_in_words(num_frames)} frames "
        f"from a {duration} [H:MM:SS] video.\n"
    )


def _format_time(time_s: float) -> str:
    """Return the text before a frame in the official prompt: a newline and `Frame from MM:SS:`.

    The time is rounded down to whole seconds; the minutes may exceed 59.
    """
    minutes, seconds = divmod(int(time_s), 60)
    return f"\nFrame from {minutes:02d}:{seconds:02d}:"


def _number_in_words(number: int) -> str:
    """Spell out a number from 0 to 999 in British English, like the official processor."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    hundreds, rest = divmod(number, 100)
    return f"{_ONES[hundreds]} hundred" + (f" and {_number_in_words(rest)}" if rest else "")


SMOLVLM = Family(
    name="SmolVLM",
    model_types=("smolvlm", "idefics3"),
    sampling=SamplingPlan(strategy="uniform", num_frames=16, short_side_px=512),
    placeholder=_placeholder,
    preprocess=_preprocess,
    format_intro=_format_intro,
    format_time=_format_time,
    outro="\n\n",
)
