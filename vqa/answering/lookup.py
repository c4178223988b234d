"""Questions that the video itself answers: how long it is, when a thing is seen or said, what is written or said there."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.answering.lookup_result import Found
from vqa.answering.metadata import answer_known
from vqa.answering.temporal import answer_when
from vqa.answering.transcript import answer_written
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.types import Question, Turn


def look_up(
    model: VideoQAModel, context: VideoContext, question: Question, earlier: Sequence[Turn] = ()
) -> Found | None:
    """What can be looked up instead of being asked of the model; None where the model must answer.

    Args:
        model: whose sight is searched.
        context: the video as it saw it.
        question: as it was asked.
        earlier: what was said before; "when does it appear?" means what the last turn named.
    """
    return (
        answer_known(context.clip, question.text, earlier)
        or answer_when(model, context, question.text, earlier)
        or answer_written(model, context, question.text)
    )
