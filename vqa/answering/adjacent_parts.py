"""The part of a video before or after another: "what comes after the dog?", "and then?"."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.answering.lookup import LookupResult, middle_frame
from vqa.answering.parts import MAX_PARTS
from vqa.answering.responses import respond
from vqa.english import singular_of, without_article
from vqa.models.protocol import Embeds, VideoContext, VideoQAModel
from vqa.questions.nouns.mentions import nouns_of
from vqa.tasks.search import (
    find_only_part,
    find_picture_moments,
    may_show,
    shot_index,
    shots_or_whole,
)
from vqa.types import Question, Shot, TimeRange, Turn

# How far beyond the end a time may lie and still mean the end.
_END_TOLERANCE_S = 0.75
# The first frame of the next shot is not in the range.
_EDGE_S = 0.1
_SIDES = ("before", "after")


def range_beside(
    model: Embeds, context: VideoContext, question: Question, history: Sequence[Turn]
) -> TimeRange | None:
    """Return the time range before or after a thing or event: "what comes after the dog?"; or None.

    The range is in seconds: the neighbouring shot, or the rest of a shot. In a video of two to eight shots, a thing and the part that the latest turn was about stand for
    their shot, and the range is the shot beside it. For an event, such as in "what happens after the
    cat leaves?", it is from the end of its latest search result to the end of its shot, or of the
    next one; for "before", from the start of a shot to the start of the earliest result. None if the
    event is not found, if nothing lies beside it, and for a question of another kind.

    Args:
        model: embeds frames and text for search.
        context: the video, encoded by that model.
        question: the parsed question, with the intent `order`.
        history: earlier turns, oldest first.
    """
    if question.time_range is not None or question.anchor_side not in _SIDES:
        return None
    number = _reference_shot(model, context, question, history)
    if number is not None:
        beside = number + (-1 if question.anchor_side == "before" else 1)
        shots = context.clip.shots
        return _range_of(shots[beside]) if 0 <= beside < len(shots) else None
    return _range_beside_event(model, context, question) if question.anchor else None


def answer_nothing_beside(
    model: VideoQAModel, context: VideoContext, question: Question, history: Sequence[Turn]
) -> LookupResult | None:
    """Answer "what comes next?" about the last shot, or "before" about the first: nothing does.

    None for another question, if something does come before or after, and for a video of one shot or
    of more than eight.
    """
    # "What does the man do next?" asks for no scene.
    is_of_scenes = question.intent == "order" and question.answer_kind == "description"
    is_beside = is_of_scenes and question.anchor_side in _SIDES
    if not is_beside or question.time_range is not None or not isinstance(model, Embeds):
        return None
    number = _reference_shot(model, context, question, history)
    shots, is_before = context.clip.shots, question.anchor_side == "before"
    if number != (0 if is_before else len(shots) - 1):
        return None
    shot = shots[number]
    return LookupResult(
        text=respond("first_scene" if is_before else "last_scene"),
        answerable=True,
        evidence=(middle_frame(context.clip, shot),),
    )


def _reference_shot(
    model: Embeds, context: VideoContext, question: Question, history: Sequence[Turn]
) -> int | None:
    """Return the index of the shot that the answer lies beside.

    It shows the thing that the question names, or is the one that the latest turn was about. None
    for a video of one shot or of more than eight, for an event, and without such a shot.
    """
    shots = context.clip.shots
    if not 1 < len(shots) <= MAX_PARTS:
        return None
    latest = _latest_shot(model, context, history)
    anchor = without_article(question.anchor)
    if anchor and _is_latest_answer(anchor, history):
        return latest if question.answer_kind == "description" else None
    if not anchor:
        return latest
    if singular_of(anchor) not in nouns_of(f"the {anchor}?"):
        return None
    thing = _name_of(anchor, history)
    if latest is not None and may_show(context, model, shots[latest], thing):
        return latest
    return _shot_of_thing(model, context, thing)


def _latest_shot(model: Embeds, context: VideoContext, history: Sequence[Turn]) -> int | None:
    """Return the index of the only shot that the latest turn was about; None without such a shot.

    Without a time, it is the shot that alone shows the thing that the turn was about.
    """
    latest, shots = history[-1].parsed if history else None, context.clip.shots
    if latest is None:
        return None
    thing = latest.subject or latest.target
    if latest.time_range is None:
        part = find_only_part(context, model, thing) if thing else None
        return None if part is None else shot_index((part.start_s + part.end_s) / 2, shots)
    start_s, end_s = latest.time_range.resolve(context.clip.duration_s)
    first, last = shot_index(start_s, shots), shot_index(max(start_s, end_s - _EDGE_S), shots)
    return first if first == last else None


def _is_latest_answer(event: str, history: Sequence[Turn]) -> bool:
    """Whether an event is the latest answer: "a cat sleeps" after "A cat sleeps."."""
    answer = without_article(history[-1].answer.text.lower().strip(" .")) if history else ""
    return event == answer


def _name_of(thing: str, history: Sequence[Turn]) -> str:
    """Return what the latest turn has named a thing: "zebra" for "animals"; else the thing itself."""
    latest = history[-1].parsed if history else None
    is_named = (
        latest is not None and latest.intent == "identify" and latest.subject == singular_of(thing)
    )
    return without_article(history[-1].answer.text.lower().strip(" .")) if is_named else thing


def _shot_of_thing(model: Embeds, context: VideoContext, thing: str) -> int | None:
    """Return the index of the shot that alone shows a thing, else of the best search result."""
    shots = context.clip.shots
    part = find_only_part(context, model, thing)
    if part is not None:
        return shot_index((part.start_s + part.end_s) / 2, shots)
    moments = find_picture_moments(context, model, thing)
    best = max(moments, key=lambda moment: moment.score, default=None)
    return None if best is None else shot_index(best.thumbnail_s, shots)


def _range_of(shot: Shot) -> TimeRange:
    return TimeRange(start=shot.start_s, end=shot.end_s)


def _range_beside_event(
    model: Embeds, context: VideoContext, question: Question
) -> TimeRange | None:
    """Return the time range beside the search results for the anchor of a question; see `range_beside`."""
    moments = find_picture_moments(context, model, without_article(question.anchor))
    if not moments:
        return None
    shots = shots_or_whole(context.clip)
    if question.anchor_side == "after":
        start_s = max(moment.end_s for moment in moments)
        end_s = next(
            (shot.end_s for shot in shots if shot.end_s > start_s + _END_TOLERANCE_S), None
        )
        return None if end_s is None else TimeRange(start=start_s, end=end_s)
    end_s = min(moment.start_s for moment in moments)
    starts_s = [shot.start_s for shot in shots if shot.start_s < end_s - _END_TOLERANCE_S]
    return TimeRange(start=starts_s[-1], end=end_s) if starts_s else None
