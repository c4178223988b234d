"""Answers that the app gives without asking the model: dispatch by intent, from the table of intents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vqa.models.protocol import VideoContext, VideoQAModel, VisualOnly
from vqa.types import Clip, Evidence, Question, Turn


@dataclass(frozen=True, kw_only=True)
class LookupResult:
    """An answer that was looked up instead of being generated.

    Args:
        text: the bare answer.
        answerable: whether the video holds the answer.
        reply: the answer as a full sentence; empty where `text` is one.
        confidence: probability that it is right, 0 to 1; None where none is known.
        evidence: frames that show it, best first.
        suggestions: questions and requests to offer instead.
    """

    text: str
    answerable: bool
    reply: str = ""
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()
    suggestions: tuple[str, ...] = ()


def look_up(
    model: VideoQAModel, context: VideoContext, question: Question, history: Sequence[Turn] = ()
) -> LookupResult | None:
    """Answer a question from the file, the transcript, a search or the conversation; None where the model must answer.

    File facts, times and transcripts answer for every model. What is not about pictures is answered here only for
    models that know nothing else; others hold a conversation themselves.

    Args:
        model: searches the video.
        context: the video, encoded by that model.
        question: the parsed question.
        history: earlier turns.
    """
    from vqa.answering.conversation import answer_conversation
    from vqa.answering.metadata import answer_fact
    from vqa.answering.parts import answer_part
    from vqa.answering.requests import answer_request
    from vqa.answering.temporal import answer_beyond_end, answer_when
    from vqa.answering.transcript import answer_text

    needs_app = isinstance(model, VisualOnly) and model.visual_only
    result = (
        answer_beyond_end(context.clip, question)
        or answer_fact(context.clip, question, may_decline=needs_app)
        or answer_when(model, context, question)
        or answer_text(model, context, question)
    )
    if result is not None or not needs_app:
        return result
    return (
        answer_conversation(context, question, history)
        or answer_request(model, context, question)
        or answer_part(model, context, question)
    )


def frame_at(clip: Clip, time_s: float, weight: float) -> Evidence:
    """The frame of the clip nearest to a time, as evidence of this weight."""
    row = min(range(len(clip.times_s)), key=lambda i: abs(clip.times_s[i] - time_s))
    return Evidence(index=clip.indices[row], time_s=clip.times_s[row], weight=weight)
