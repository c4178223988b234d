"""Answers on how long a thing stays in the picture: "No, I see the dog only from 0:05 to 0:09."."""

from __future__ import annotations

from vqa.answering.lookup import LookupResult, frame_at, needs_app
from vqa.answering.parts import absent_thing, is_shown
from vqa.english import is_plural
from vqa.models.protocol import Embeds, VideoContext, VideoQAModel
from vqa.question_parts import PresenceTime
from vqa.tasks.search import (
    find_only_part,
    find_part,
    find_picture_moments,
    shot_index,
    shots_or_whole,
)
from vqa.timecode import format_time
from vqa.types import Question, Shot

# Start and end of the video within which a thing is there from the start or until the end, in seconds.
_EDGE_S = 0.5


def answer_presence_time(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Answer "is the dog in it the whole time?": "No, I see the dog only from 0:05 to 0:09.".

    A thing that is seen in a shot counts for the whole shot. An absent thing is said to be. None
    for another question, and for a model that does not embed frames.

    Args:
        model: embeds frames and text.
        context: the video, encoded by that model.
        question: the parsed question.
    """
    query = question.presence
    if query is None or not isinstance(model, Embeds) or not needs_app(model):
        return None
    spans = _visible_shots(model, context, query.thing)
    if not spans:
        return absent_thing(query.thing)
    text, reply = _reply(query, spans, context.clip.duration_s)
    return LookupResult(
        text=text,
        answerable=True,
        reply=reply,
        evidence=tuple(
            frame_at(context.clip, (span.start_s + span.end_s) / 2, 1.0) for span in spans
        ),
    )


def _visible_shots(model: Embeds, context: VideoContext, thing: str) -> list[Shot]:
    """Return the shots that show a thing, neighbours joined; empty if it is absent."""
    shots = shots_or_whole(context.clip)
    part = find_only_part(context, model, thing)
    if part is not None:
        return [part]
    moments = find_picture_moments(context, model, thing)
    numbers = sorted({shot_index(moment.thumbnail_s, shots) for moment in moments})
    if not numbers and is_shown(context, model, thing):  # type: ignore[arg-type]
        best = find_part(context, model, thing)
        return [shots[0] if best is None else best]
    spans: list[Shot] = []
    for number in numbers:
        shot = shots[number]
        if spans and spans[-1].end_s == shot.start_s:
            spans[-1] = Shot(start_s=spans[-1].start_s, end_s=shot.end_s)
        else:
            spans.append(shot)
    return spans


def _reply(query: PresenceTime, spans: list[Shot], duration_s: float) -> tuple[str, str]:
    """Return the bare answer and the sentence for the times at which a thing is seen."""
    be = "are" if is_plural(query.thing) else "is"
    thing = f"the {query.thing}"
    is_early = spans[0].start_s <= _EDGE_S
    is_late = spans[-1].end_s >= duration_s - _EDGE_S
    start, end = format_time(spans[0].start_s), format_time(spans[-1].end_s)
    begin, finish = (
        f"{thing} {be} first seen at {start}",
        f"{thing} {be} last seen at {end}",
    )
    times = " and ".join(
        f"from {format_time(span.start_s)} to {format_time(span.end_s)}" for span in spans
    )
    match query.form:
        case "whole":
            is_so = is_early and is_late and len(spans) == 1
            statement = (
                f"{thing} {be} there the whole time" if is_so else f"I see {thing} only {times}"
            )
        case "start":
            is_so = is_early
            statement = f"{thing} {be} there from the start" if is_so else begin
        case "end":
            is_so = is_late
            statement = f"{thing} {be} there until the end" if is_so else finish
        case "later":
            is_so = not is_early
            statement = begin if is_so else f"{thing} {be} there from the start"
        case "returns":
            is_so = len(spans) > 1
            statement = f"I see {thing} {'' if is_so else 'only '}{times}"
        case "leaves":
            is_so = not is_late
            statement = finish if is_so else f"{thing} {be} there until the end"
    opening = "" if query.offers_other else "Yes, " if is_so else "No, "
    reply = f"{opening}{statement}."
    # "No" alone would deny the thing.
    return statement, f"{reply[0].upper()}{reply[1:]}"
