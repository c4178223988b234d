"""An answer that was looked up in the video, instead of being spoken by the model."""

from __future__ import annotations

from dataclasses import dataclass

from vqa.types import Clip, Evidence


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was looked up, or that it could not be found.

    Args:
        text: the answer.
        there: whether it was found.
        confidence: the probability that this is right, 0 to 1; None where none is known.
        evidence: the frames that show it, best first.
    """

    text: str
    there: bool
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()


def frame_at(clip: Clip, time_s: float, weight: float) -> Evidence:
    """The frame of the clip nearest to a time, as evidence of this weight."""
    row = min(range(len(clip.times_s)), key=lambda i: abs(clip.times_s[i] - time_s))
    return Evidence(index=clip.indices[row], time_s=clip.times_s[row], weight=weight)
