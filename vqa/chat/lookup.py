"""Questions that the video itself answers: when a thing is seen or said, and what is written or said there."""

from __future__ import annotations

from vqa.chat.found import Found
from vqa.chat.when import answer_when
from vqa.chat.written import answer_written
from vqa.models.base import VideoContext, VideoQAModel


def look_up(model: VideoQAModel, context: VideoContext, question: str) -> Found | None:
    """What can be looked up instead of being asked of the model; None where the model must answer."""
    return answer_when(model, context, question) or answer_written(model, context, question)
