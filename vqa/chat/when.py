"""Questions about time: "when does the dog appear?" is answered by searching the video, not by guessing."""

from __future__ import annotations

import re

from vqa.models.base import Embeds, VideoContext, VideoQAModel
from vqa.tasks.moments import clock, find_moments

_WHEN = re.compile(
    r"^(?:and )?(?:when|at (?:what|which) (?:time|moment|point)|from when to when) "
    r"(?:do|does|did|is|are|was|were|can|could)(?: (?:you|we|i|one))?(?: see)? (?P<what>.+?)[?.! ]*$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\b(appears?|shown|visible|seen|come in|show up|first|there|on screen|in (?:the|this) (?:video|clip|scene))\b",
    re.IGNORECASE,
)
_MOST_MOMENTS = 3


def answer_when(model: VideoQAModel, context: VideoContext, question: str) -> str | None:
    """The times (mm:ss) at which what is asked for is seen; None where no time is asked, or the model cannot search."""
    match = _WHEN.match(question.strip())
    if match is None or not isinstance(model, Embeds):
        return None
    what = " ".join(_TAIL.sub(" ", match["what"]).split())
    if not what:
        return None
    moments = find_moments(context, model, what, limit=_MOST_MOMENTS)
    if not moments:
        return f"I do not find {what} in this video."
    spans = [
        clock(m.start_s) if m.end_s - m.start_s < 1 else f"{clock(m.start_s)} to {clock(m.end_s)}"
        for m in sorted(moments, key=lambda m: m.start_s)
    ]
    return f"At {', '.join(spans)}."
