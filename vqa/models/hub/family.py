"""Interface of a model family: placeholders of frames in the prompt, preprocessing, position ids.

Every frame is passed as a separate image (or a video of one frame) after its time as text. So the
times are exact for variable frame rates and selected frames, and no video processor is needed
(those import torchvision).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from vqa.types import SamplingPlan

Frames = NDArray[np.uint8]
"""(T, H, W, 3) uint8 RGB."""


@dataclass(frozen=True, kw_only=True)
class FramePlaceholder:
    """Text that represents a frame in the prompt.

    Args:
        token: visual token; in the token ids it is repeated once per visual token of the frame.
        prefix: text before the token, such as a start token.
        suffix: text after the token, such as an end token.
    """

    token: str
    prefix: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        return f"{self.prefix}{self.token}{self.suffix}"


@dataclass(frozen=True, kw_only=True)
class FrameInputs:
    """Preprocessed frames, as input of the model.

    Args:
        inputs: keyword arguments of the model's `forward`, such as `pixel_values`.
        tokens_per_frame: number of visual tokens of each frame; the same for all frames.
    """

    inputs: Mapping[str, Tensor]
    tokens_per_frame: int


def format_intro(num_frames: int, duration_s: float) -> str:
    """Return the default prompt text before the frames: their number, the duration as `H:MM:SS`.

    The duration, in seconds, is rounded to whole ones, at least 1; from 24 h on, days come first.
    """
    duration = timedelta(seconds=max(1, round(duration_s)))
    return f"These are {num_frames} frames of one video of {duration}, in order, each after its time.\n"


@dataclass(frozen=True, kw_only=True)
class Family:
    """Prompt format and preprocessing of one family of hub models.

    Args:
        name: name for display.
        model_types: values of `model_type` in config.json that belong to the family.
        sampling: default plan for sampling frames.
        placeholder: builds the placeholder of a frame; called with config and tokenizer.
        preprocess: converts frames to model inputs; called with frames, image processor and config.
        format_intro: formats the prompt text before the frames; called with the number of frames
            and the duration of the video in seconds.
        format_time: formats the prompt text before a frame; called with the frame's time in
            seconds.
        separator: prompt text between two frames.
        outro: prompt text between the frames and the question.
        positions: computes the (3, 1, P) position ids of a prompt; called with the model, the (1,
            P) token ids, the preprocessed inputs of one frame and the number of frames. None for
            models whose position ids are 0, 1, 2, ….
        as_videos: whether each frame is passed as a video of one frame instead of an image.
        joins_features: whether `forward` takes the features of several frames as one tensor instead
            of one tensor per frame.
    """

    name: str
    model_types: tuple[str, ...]
    sampling: SamplingPlan
    placeholder: Callable[[Any, Any], FramePlaceholder]
    preprocess: Callable[[Frames, Any, Any], FrameInputs]
    format_intro: Callable[[int, float], str] = format_intro
    format_time: Callable[[float], str]
    separator: str = ""
    outro: str = (
        "\nAnswer the question about the video briefly and truthfully; "
        "say so if the video does not show what is asked.\n"
    )
    positions: Callable[[Any, Tensor, Mapping[str, Tensor], int], Tensor] | None = None
    as_videos: bool = False
    joins_features: bool = False


def format_frame_time(time_s: float) -> str:
    r"""Return the default prompt text before a frame, such as "\nFrame at 1.5 s: ".

    The time has one decimal.
    """
    return f"\nFrame at {time_s:.1f} s: "
