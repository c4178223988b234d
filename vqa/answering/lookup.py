"""Lookup of answers without the model, by the question's intent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqa.models.protocol import VideoContext, VideoQAModel, VisualOnly
from vqa.timecode import nearest_row
from vqa.types import Clip, Evidence, Question, Shot, TimedText, Turn


@dataclass(frozen=True, kw_only=True)
class LookupResult:
    """Answer that was looked up instead of generated.

    Args:
        text: the bare answer.
        answerable: whether the question has an answer in the video or the conversation.
        reply: the answer as a full sentence; empty if `text` is one.
        confidence: probability that the answer is right, 0 to 1; None if unknown.
        evidence: frames that the answer is attributed to, highest weight first.
        suggestions: questions and requests to offer as buttons.
    """

    text: str
    answerable: bool
    reply: str = ""
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()
    suggestions: tuple[str, ...] = ()


def needs_app(model: VideoQAModel) -> bool:
    """Whether a model only sees the frames and answers in a few words (`VisualOnly`).

    The app then composes the full sentences and looks up more answers itself.
    """
    return isinstance(model, VisualOnly) and model.visual_only


def look_up(
    model: VideoQAModel,
    context: VideoContext,
    question: Question,
    history: Sequence[Turn] = (),
    *,
    listen: Callable[[Path], Sequence[TimedText]] | None = None,
) -> LookupResult | None:
    """Answer from metadata, sounds, timed text, search or conversation; None if the model must.

    Questions on metadata, sounds, times and transcripts are looked up for every model; questions on
    the conversation, requests and descriptions of parts only for a visual-only model.

    Args:
        model: embeds frames and text for search.
        context: the video, encoded by that model.
        question: the parsed question.
        history: earlier turns, oldest first.
        listen: returns the sound events of a video file; None detects them without a cache.
    """
    from vqa.answering.adjacent_parts import answer_nothing_beside
    from vqa.answering.conversation import answer_conversation
    from vqa.answering.descriptions import answer_description
    from vqa.answering.hearing import answer_sound
    from vqa.answering.looks import answer_look
    from vqa.answering.metadata import answer_fact
    from vqa.answering.parts import answer_missing_shot, answer_part_time
    from vqa.answering.requests import answer_request
    from vqa.answering.scene_comparison import answer_scene_comparison
    from vqa.answering.temporal import (
        answer_beyond_end,
        answer_duration,
        answer_order,
        answer_when,
    )
    from vqa.answering.transcript import answer_text

    is_visual = needs_app(model)
    result = (
        answer_missing_shot(context.clip, question)
        or answer_look(context.clip, question, is_visual=is_visual)
        or (answer_scene_comparison(model, context, question) if is_visual else None)
        or answer_beyond_end(context.clip, question)
        or answer_sound(context, question, listen)
        or answer_fact(context.clip, question, may_decline=is_visual)
        or answer_part_time(model, context, question)
        or answer_when(model, context, question)
        or answer_text(model, context, question)
    )
    if result is not None or not is_visual:
        return result
    return (
        answer_conversation(question, history)
        or answer_request(model, context, question)
        or answer_description(model, context, question)
        or answer_duration(model, context, question)
        or answer_order(model, context, question)
        or answer_nothing_beside(model, context, question, history)
    )


def middle_frame(clip: Clip, span: Shot | TimedText, weight: float = 1.0) -> Evidence:
    """Return the sampled frame nearest to the middle of a shot or a line, as an evidence frame."""
    return frame_at(clip, (span.start_s + span.end_s) / 2, weight)


def frame_at(clip: Clip, time_s: float, weight: float) -> Evidence:
    """Return the sampled frame nearest to a time in seconds, as an evidence frame with a weight.

    A time before the first or after the last frame gives that frame.
    """
    row = nearest_row(clip.times_s, time_s)
    return Evidence(index=clip.indices[row], time_s=clip.times_s[row], weight=weight)
