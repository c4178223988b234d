"""Answers on how long a thing stays in the picture: "No, I see the dog only from 0:05 to 0:09."."""

from __future__ import annotations

from vqa.answering.lookup import LookupResult, middle_frame, needs_app
from vqa.answering.parts import absent_thing, is_shown
from vqa.english import is_or_are, is_plural, plural_of, without_article
from vqa.models.protocol import Embeds, VideoContext, VideoQAModel
from vqa.question_parts import PresenceTime
from vqa.questions.nouns.noun_phrases import NO_THING
from vqa.tasks.search import (
    find_only_part,
    find_part,
    find_picture_moments,
    shot_index,
    shots_or_whole,
)
from vqa.timecode import format_time
from vqa.types import Moment, Question, Shot

# Start and end of the video within which a thing is there from the start or until the end, in seconds.
_EDGE_S = 0.5
_SHORT_SHOT_S = 10.0
_TOUCH_S = 0.05


def answer_presence_time(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Answer "is the dog in it the whole time?": "No, I see the dog only from 0:05 to 0:09.".

    An absent thing is said to be. None
    for another question, and for a model that does not embed frames.

    Args:
        model: embeds frames and text.
        context: the video, encoded by that model.
        question: the parsed question.
    """
    query = question.presence
    if query is None or not isinstance(model, Embeds) or not needs_app(model):
        return None
    spans = _visible_spans(model, context, query.thing)
    if not spans:
        return absent_thing(query.thing)
    text, reply = _reply(query, spans, context.clip.duration_s)
    return LookupResult(
        text=text,
        answerable=True,
        reply=reply,
        evidence=tuple(middle_frame(context.clip, span) for span in spans),
    )


def answer_visible_time(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Answer for how many seconds things are visible; None without a thing or if none is found.

    "The bus is in the picture for about 4 seconds, the bike for about 5 seconds."
    """
    things = _things_in(question)
    spans = [_visible_spans(model, context, thing) for thing in things]
    if not things or not any(spans):
        return None
    lengths = [_seconds(sum(span.end_s - span.start_s for span in one)) for one in spans]
    limit = "" if question.form.asks_visibility else "; I can't time single actions"
    first, *others = zip(things, lengths, strict=True)
    name = plural_of(first[0]) if question.form.is_plural else first[0]
    be = "are" if question.form.is_plural or is_plural(name) else "is"
    rest = "".join(f", the {thing} for about {length}" for thing, length in others)
    return LookupResult(
        text=first[1],
        answerable=True,
        reply=f"The {name} {be} in the picture for about {first[1]}{rest}{limit}.",
        evidence=tuple(middle_frame(context.clip, span) for span in spans[0]),
    )


_NO_SUBJECTS = NO_THING | {"screen", "frame"}


def _things_in(question: Question) -> tuple[str, ...]:
    """Return the things whose time is asked for: "bus", "bike" of "how long are the bus and the bike shown?"."""
    nouns = tuple(noun for noun in question.form.nouns if noun not in _NO_SUBJECTS)
    if question.form.joins_nouns and len(nouns) > 1 and question.subject in nouns:
        return nouns
    return (without_article(question.subject),) if question.subject else ()


def _seconds(length_s: float) -> str:
    return f"{length_s:.0f} second{'' if round(length_s) == 1 else 's'}"


def _visible_spans(model: VideoQAModel, context: VideoContext, thing: str) -> list[Shot]:
    """Return the time ranges that show a thing, neighbours joined; empty if it is absent.

    A thing that is seen in a shot of up to ten seconds is taken to be in all of it.
    """
    part, moments = visible_part(model, context, thing)
    if part is not None:
        return [part]
    shots = shots_or_whole(context.clip)
    spans: list[Shot] = []
    for moment in moments:
        shot = shots[shot_index(moment.thumbnail_s, shots)]
        is_short = shot.end_s - shot.start_s <= _SHORT_SHOT_S
        span = shot if is_short else Shot(start_s=moment.start_s, end_s=moment.end_s)
        if spans and spans[-1].end_s >= span.start_s - _TOUCH_S:
            span = Shot(start_s=spans.pop().start_s, end_s=span.end_s)
        spans.append(span)
    return spans


def visible_part(
    model: VideoQAModel, context: VideoContext, thing: str
) -> tuple[Shot | None, list[Moment]]:
    """Return the part of the video that alone shows a thing, and all moments of the thing.

    If the model takes the thing to be in the video, but no moment shows it, the part is the one that
    shows it best. None for a thing that several parts show. A model that does not embed frames has
    neither.
    """
    if not isinstance(model, Embeds):
        return None, []
    part = find_only_part(context, model, thing)
    moments = find_picture_moments(context, model, thing)
    if part is None and not moments and needs_app(model) and is_shown(context, model, thing):
        part = find_part(context, model, thing) or shots_or_whole(context.clip)[0]
    return part, moments


def _reply(query: PresenceTime, spans: list[Shot], duration_s: float) -> tuple[str, str]:
    """Return the bare answer and the sentence for the times at which a thing is seen."""
    be = is_or_are(query.thing)
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
