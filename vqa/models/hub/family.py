"""What differs from family to family: how a frame is written in the prompt, how its pixels are laid out, its positions.

Every frame goes in as a picture of its own with its true time as text before it. So times are right for uneven frame
rates and chosen frames alike, and no family's video processor is needed (those import torchvision).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from vqa.types import SamplingPlan

Frames = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class FrameMark:
    """How a frame is written in the prompt: `before`, then `token` as often as it has visual tokens, then `after`."""

    token: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{self.before}{self.token}{self.after}"


@dataclass(frozen=True, kw_only=True)
class Pixels:
    """Frames as a model's `forward` takes them.

    Args:
        inputs: tensors by the names of `forward`.
        tokens_per_frame: how many visual tokens each frame becomes.
    """

    inputs: Mapping[str, Tensor]
    tokens_per_frame: int


@dataclass(frozen=True, kw_only=True)
class Family:
    """What the shared adapter asks of a family.

    Args:
        name: for people to read.
        model_types: the `model_type` of the configs it takes.
        sampling: how its models want to be shown a video.
        mark: the frame's mark, from the config and the tokenizer.
        pixels: (T, H, W, 3) uint8 RGB frames, the image processor and the config, into `Pixels`.
        intro: before the frames; may name `{num_frames}` and `{duration}`.
        stamp: a time in seconds as it stands before its frame.
        outro: between the frames and the question.
        positions: (3, 1, N) positions of a prompt of (1, N) token ids whose frames all have the first one's pixels,
            where the model does not simply count; None where it does.
        as_videos: whether each frame goes in as a video of one frame, instead of as a picture.
        joined_features: whether `forward` wants what was seen of several frames as one tensor, instead of one a frame.
        encode_once: "yes", or why this family cannot keep what it computed of a video.
    """

    name: str
    model_types: tuple[str, ...]
    sampling: SamplingPlan
    mark: Callable[[Any, Any], FrameMark]
    pixels: Callable[[Frames, Any, Any], Pixels]
    intro: str = (
        "These are {num_frames} frames of one video of {duration}, in order, each after its time.\n"
    )
    stamp: Callable[[float], str]
    outro: str = (
        "\nAnswer the question about the video briefly and truthfully; "
        "say so if the video does not show what is asked.\n"
    )
    positions: Callable[[Any, Tensor, Mapping[str, Tensor], int], Tensor] | None = None
    as_videos: bool = False
    joined_features: bool = False
    encode_once: str = "yes"


def seconds(time_s: float) -> str:
    """`3.5 s`: tenths, for frames may lie closer than a second."""
    return f"{time_s:.1f} s"
