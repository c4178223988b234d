"""Interface of a model family: how a frame is written in the prompt, preprocessed, and positioned.

Every frame is an image of its own, with its time as text before it. So times are right for variable frame rates and
hand-picked frames, and no family's video processor is needed (those import torchvision).
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
    """Text that stands for a frame in the prompt; `token` is repeated once per visual token of the frame."""

    token: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{self.before}{self.token}{self.after}"


@dataclass(frozen=True, kw_only=True)
class FrameInputs:
    """Preprocessed frames.

    Args:
        inputs: keyword arguments of the model's `forward`.
        tokens_per_frame: number of visual tokens of each frame.
    """

    inputs: Mapping[str, Tensor]
    tokens_per_frame: int


def format_intro(num_frames: int, duration_s: float) -> str:
    """Default prompt text before the frames: their number and the duration of the video."""
    duration = timedelta(seconds=max(1, round(duration_s)))
    return f"These are {num_frames} frames of one video of {duration}, in order, each after its time.\n"


@dataclass(frozen=True, kw_only=True)
class Family:
    """What differs between families of hub models.

    Args:
        name: name for display.
        model_types: values of `model_type` in the configs it supports.
        sampling: default sampling of frames.
        placeholder: builds the frame placeholder from the config and the tokenizer.
        preprocess: turns frames, given the image processor and the config, into model inputs.
        format_intro: formats the prompt text before the frames, given their number and the video's duration in seconds.
        format_time: formats a frame's time in seconds as the text before it.
        separator: prompt text between two frames.
        outro: prompt text between the frames and the question.
        positions: computes (3, 1, N) position ids of a prompt of (1, N) token ids, given the inputs of one frame and
            the number of frames; None for models with plain consecutive positions.
        as_videos: whether each frame is passed as a video of one frame instead of as an image.
        joins_features: whether `forward` takes the features of several frames as one tensor instead of one per frame.
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
    """Default text before a frame: its time in seconds with tenths, since frames may be less than a second apart."""
    return f"\nFrame at {time_s:.1f} s: "
