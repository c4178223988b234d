"""Parts of the video that a question names: a shot, or the part that shows a thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vqa.answering.lookup import LookupResult, frame_at
from vqa.answering.metadata import duration_text
from vqa.answering.responses import respond
from vqa.english import is_doing, with_article_if_countable
from vqa.models.protocol import Embeds, Prepares, VideoContext, VideoQAModel
from vqa.questions.parse import parse
from vqa.tasks.search import LOOKS, find_part
from vqa.timecode import format_time
from vqa.types import Question, Shot, TimeRange

# Below this probability that the video shows a thing, no part of it is named by that thing. A person
# who names a part has usually seen it, so that it is lower than for "is there a dog?".
_MIN_PRESENCE = 0.25


def with_time_range(question: Question, context: VideoContext, model: VideoQAModel) -> Question:
    """Set the time range of a question that names a shot or a part of the video: "in the dog scene".

    If the video doesn't show what the part is named by, that is the question's `absent` noun.
    Returned unchanged if the question names neither, already has a time range, or names a shot that
    the video does not have. A part needs a model that embeds frames, and frames of the whole video.
    """
    question = with_shot(question, context.clip.shots)
    names_part = question.anchor_side in ("during", "part") and question.time_range is None
    if not names_part or question.absent or not isinstance(model, Embeds):
        return question
    part = find_part(context, model, question.anchor)
    if part is None and question.anchor in LOOKS:
        return replace(question, absent=f"{question.anchor} part")
    if not is_shown(context, model, question.anchor):
        return replace(question, absent=question.anchor)
    if part is None or question.anchor_side == "part":
        return question
    return replace(question, time_range=TimeRange(start=part.start_s, end=part.end_s))


def is_shown(context: VideoContext, model: VideoQAModel, thing: str) -> bool:
    """Whether the video may show a thing; True for a look, and for a model that can't judge it."""
    if thing in LOOKS or not isinstance(model, Prepares):
        return True
    question = parse(f"Is there {with_article_if_countable(thing)}?")
    if question.answer_kind != "yes_no":
        return True
    confidence = model.prepare(context, question).judge("yes").confidence
    return confidence is None or confidence >= _MIN_PRESENCE


def with_shot(question: Question, shots: Sequence[Shot]) -> Question:
    """Set the time range of a question that names a shot: "in the second shot" -> 4.0 to 9.5 s.

    Returned unchanged if the question names no shot, already has a time range, or names a shot that
    the video does not have.

    Args:
        question: the parsed question.
        shots: the shots of the video in order; empty if they have not been detected.
    """
    number = question.shot_number
    if not number or question.time_range is not None or number > len(shots) or not shots:
        return question
    shot = shots[number - 1 if number > 0 else number]
    return replace(question, time_range=TimeRange(start=shot.start_s, end=shot.end_s))


def answer_part_time(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Answer when a part of the video is, or how long: "The dog part is from 0:11 to 0:15.".

    None if the question does not ask for the time of a part, the part is not found, or the model
    does not embed frames. For a part of a thing that is absent, the answer says that.
    """
    if question.anchor_side != "part" or not isinstance(model, Embeds):
        return None
    if question.absent:
        return absent_thing(question.absent)
    part = find_part(context, model, question.anchor)
    if part is None:
        return None
    length = duration_text(part.end_s - part.start_s)
    span = f"from {format_time(part.start_s)} to {format_time(part.end_s)}"
    is_length = question.intent == "event_duration"
    name = f"The {question.anchor} part"
    return LookupResult(
        text=length if is_length else span,
        answerable=True,
        reply=f"{name} is {length} long, {span}." if is_length else f"{name} is {span}.",
        evidence=(frame_at(context.clip, (part.start_s + part.end_s) / 2, 1.0),),
    )


def absent_thing(noun: str) -> LookupResult:
    """Return the answer to a question about a noun that the video does not show; unanswerable."""
    # "I don't see swimming."
    thing = noun if is_doing(noun.split()[-1]) else with_article_if_countable(noun)
    return LookupResult(
        text=f"I do not see {thing} in this video.",
        reply=respond("known_absent", thing=thing),
        answerable=False,
    )
