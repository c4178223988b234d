"""Encoded video of a chat session, with the conversation about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vqa.types import Clip, SamplingPlan, Turn

if TYPE_CHECKING:
    from vqa.models.protocol import VideoContext


@dataclass
class Viewing:
    """Encoded video of a session, with the conversation about it.

    Args:
        context: the encoded video.
        plan: the sampling plan of `watch`; `context` may have more frames.
        history: turns about the video, oldest first.
        looks: time ranges of the video that were encoded with more frames, by sampling plan.
        read_s: seconds that decoding took.
        encode_s: seconds that encoding took.
        is_timing_reported: whether an answer has reported both times.
    """

    context: VideoContext
    plan: SamplingPlan
    history: list[Turn] = field(default_factory=list)
    # Encodings of time ranges that were decoded again, by sampling plan.
    looks: dict[SamplingPlan, VideoContext] = field(default_factory=dict)
    read_s: float = 0.0
    encode_s: float = 0.0
    is_timing_reported: bool = False


def damage_note(clip: Clip) -> str:
    """Return a sentence on the undecodable parts of a damaged file; "" for an intact one."""
    if clip.readable_until_s is not None:
        return f"(The file is damaged: it could be read up to {clip.readable_until_s:.1f} s.)"
    if clip.gaps_s:
        spans = ", ".join(f"{start_s:.1f} to {end_s:.1f} s" for start_s, end_s in clip.gaps_s)
        return f"(The file is damaged: it could not be read from {spans}.)"
    return ""
