"""Answers about time: when and for how long something is visible, or when it is said."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.answering.kind_mismatch import doer_with_verb, refuse_question
from vqa.answering.lookup import LookupResult, frame_at, middle_frame
from vqa.answering.metadata import duration_text
from vqa.answering.parts import absent_thing, is_shown
from vqa.answering.reply_times import in_words
from vqa.answering.responses import respond
from vqa.answering.transcript import match_topic
from vqa.answering.visible_times import answer_presence_time, answer_visible_time, visible_part
from vqa.english import (
    is_doing,
    is_plural,
    plural_of,
    with_article_if_countable,
    without_article,
)
from vqa.models.protocol import Embeds, Prepares, VideoContext, VideoQAModel
from vqa.questions.intent_table.intents import is_search
from vqa.questions.nouns.mentions import nouns_of
from vqa.tasks.search import (
    best_score,
    find_picture_moments,
    shot_index,
    shots_or_whole,
)
from vqa.timecode import format_time
from vqa.types import Clip, Moment, Question

_MAX_MOMENTS = 3
_SPAN_S = 1.0
_TOUCH_S = 0.05
# How far beyond the end a time may lie and still mean the end.
_END_TOLERANCE_S = 0.75


def answer_beyond_end(clip: Clip, question: Question) -> LookupResult | None:
    """Answer that the time in the question is after the end of the video; None otherwise.

    "The video is only 12 seconds long, so there is nothing at 1:00."; unanswerable. None also if
    the duration is unknown, and for a time up to 0.75 s after the end.
    """
    time_range, duration_s = question.time_range, clip.info.duration_s
    if time_range is None or time_range.is_fraction or duration_s is None:
        return None
    start_s, _ = time_range.resolve(duration_s)
    if start_s <= duration_s + _END_TOLERANCE_S:
        return None
    text = respond("beyond_end", duration=duration_text(duration_s), time=format_time(start_s))
    return LookupResult(text=text, answerable=False, suggestions=("What happens at the end?",))


def answer_when(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Answer when an object is visible or something is said: "I see a dog from 0:03 to 0:06.".

    The timed text is searched if the question asks when something is said and the video has such
    text, else the frames. Without a match, the answer says so and is unanswerable. None for other
    intents, without a search phrase, or if the frames are to be searched and the model does not
    embed them.

    Args:
        model: embeds frames and text.
        context: the video, encoded by that model.
        question: the parsed question.
    """
    if not is_search(question.intent) or not question.search_text:
        return None
    if question.presence is not None:
        return answer_presence_time(model, context, question)
    if question.asks_spoken_time and context.text:
        return _answer_speech(model, context, question.search_text)
    if not isinstance(model, Embeds):
        return None
    asks_end = question.time_edge == "end"
    what = question.target if asks_end and question.target else question.search_text
    return _answer_visible(model, context, question, what)


def answer_duration(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Answer for how many seconds a question's subject is visible; refuse how often it occurs.

    For `event_duration`, the answer is the total length of the search results for the subject, with
    their frames as evidence; without a subject or a result, it says that the duration is unknown,
    and is unanswerable. So is each answer for `frequency`, because events cannot be counted. None
    for other intents, and if the model does not both embed frames and prepare questions.

    Args:
        model: embeds frames and text.
        context: the video, encoded by that model.
        question: the parsed question.
    """
    if not isinstance(model, Embeds) or not isinstance(model, Prepares):
        return None
    if question.intent == "event_duration":
        unknown = LookupResult(text=respond("cannot_time"), answerable=False)
        return answer_visible_time(model, context, question) or unknown
    if question.intent != "frequency":
        return None
    subject = question.subject
    thing = f"the {subject}" if subject and not is_plural(subject) else "it"
    suggestions = (f"When does the {subject} appear?",) if subject else ()
    text = respond("cannot_count_times", thing=thing)
    return LookupResult(text=text, answerable=False, suggestions=suggestions)


def answer_order(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Answer in which order two things appear: "Before: the dog is seen at 0:00, the cat at 0:05.".

    Their first search results count. A thing that is absent is said to be. None for a question of
    another kind, if one of both is not found, and if both are first seen in the same shot, whose
    frames the model compares better.
    """
    things = _things_in_order(question)
    if things is None or not isinstance(model, Embeds):
        return None
    moments = [find_picture_moments(context, model, thing) for thing in things]
    missing = next((thing for thing, one in zip(things, moments, strict=True) if not one), "")
    if missing:
        return None if is_shown(context, model, missing) else absent_thing(missing)
    shots = shots_or_whole(context.clip)
    first_s, second_s = (min(moment.start_s for moment in one) for one in moments)
    if shot_index(first_s, shots) == shot_index(second_s, shots):
        return None
    is_before = first_s < second_s
    if len(question.options) == len(things) and set(question.options) != _SIDES:
        is_first_asked = question.form.order_end != "last"
        text = question.options[0 if is_before == is_first_asked else 1]
        opening = f"The {text}"
    elif question.options:
        text = "before" if is_before else "after"
        opening = text.capitalize()
    else:
        text = "yes" if is_before == (question.anchor_side == "before") else "no"
        opening = text.capitalize()
    first, second = things
    return LookupResult(
        text=text,
        answerable=True,
        reply=f"{opening}: I first see the {first} at {format_time(first_s)}, and the {second} at {format_time(second_s)}.",
        evidence=tuple(frame_at(context.clip, start_s, 1.0) for start_s in (first_s, second_s)),
    )


_SIDES = {"before", "after"}
_THINGS_IN_ORDER = 2


def _things_in_order(question: Question) -> tuple[str, str] | None:
    """Return the two things whose order a question asks for, as they are named; else None."""
    nouns = [noun.removesuffix(" scene").removesuffix(" part") for noun in question.form.nouns]
    if question.intent not in ("order", "choice", "compare") or question.time_range is not None:
        return None
    asks_side = set(question.options) == _SIDES
    asks_whether = question.answer_kind == "yes_no" and question.anchor_side in _SIDES
    if (asks_side or asks_whether) and len(nouns) == _THINGS_IN_ORDER:
        return nouns[0], nouns[1]
    # "Is the dog or the cat shown first?", unlike "does he eat the apple or the banana first?"
    appears = question.options_are_things and question.form.appears
    asks_order = (question.intent == "order" or appears) and bool(question.form.order_end)
    if asks_order and len(question.options) == _THINGS_IN_ORDER and not asks_side:
        return question.options[0], question.options[1]
    return None


def same_event_reply(question: Question, text: str) -> str:
    """Return the reply to "what happens next?" if the answer is the previous one again.

    For an action "As far as I can see, the woman is still standing.", with "already" if the
    question asks what was before; for another event "I can't tell any other event apart from that
    one."; for a text without a verb in -ing, a refusal.

    Args:
        question: the parsed question.
        text: the bare answer, not empty.
    """
    words = text.lower().split()
    if is_doing(words[0]):
        adverb = "already" if question.anchor_side == "before" else "still"
        doer = f"{doer_with_verb(question.form)} {adverb}"
        return respond("still_doing", doer=doer, action=text)
    return (
        respond("no_other_event") if any(map(is_doing, words)) else refuse_question(question.form)
    )


def _answer_visible(
    model: VideoQAModel, context: VideoContext, question: Question, what: str
) -> LookupResult:
    """Answer at what times `what` is visible, with the frames as evidence.

    The three best search results count, their frames ordered by score. Of an event, the time of the
    best frame is given; of a thing, its first or last time if the question asks for it. Without a
    search result, the answer states that it is not found and is unanswerable.

    Args:
        model: embeds frames and text (`Embeds`).
        context: the video, encoded by that model.
        question: the question of time.
        what: the object or event to search for.
    """
    assert isinstance(model, Embeds)
    query = without_article(what)
    is_name = query in (question.target, *nouns_of(f"the {query}?"))
    is_event = len(query.split()) > 1 and not is_name
    moments = (
        find_picture_moments(context, model, query)
        if is_event
        else _moments_of_thing(model, context, query)
    )
    moments = sorted(moments, key=lambda m: -m.score)[:_MAX_MOMENTS]
    if not moments:
        probability = model.match_probability(best_score(context, model, query))
        return LookupResult(
            text=f"I do not find {what} in this video.",
            answerable=False,
            confidence=1 - probability,
            reply=respond("event_not_found")
            if is_event
            else f"I don't find {_phrase(what)} in this video.",
        )
    text, reply = _time_reply(question, query, moments, is_event=is_event)
    return LookupResult(
        text=text,
        answerable=True,
        reply=reply,
        confidence=model.match_probability(moments[0].score),
        evidence=tuple(
            frame_at(context.clip, m.thumbnail_s, model.match_probability(m.score)) for m in moments
        ),
    )


def _moments_of_thing(model: VideoQAModel, context: VideoContext, thing: str) -> list[Moment]:
    """Return the moments of a thing in the part of the video that alone shows it, else all of them.

    Without any moment in that part, the whole part.
    """
    assert isinstance(model, Embeds)
    part, moments = visible_part(model, context, thing)
    if part is None:
        return moments
    inside = [one for one in moments if part.start_s <= one.thumbnail_s < part.end_s]
    whole = Moment(
        start_s=part.start_s,
        end_s=part.end_s,
        score=best_score(context, model, thing),
        thumbnail_s=(part.start_s + part.end_s) / 2,
    )
    return inside or [whole]


def _time_reply(
    question: Question, what: str, moments: Sequence[Moment], *, is_event: bool
) -> tuple[str, str]:
    """Return the bare answer and the sentence for the moments, best first, of a question of time."""
    if is_event and question.time_edge != "end":
        time = format_time(moments[0].thumbnail_s)
        verb = "starts" if question.time_edge else "happens"
        return f"At {time}.", f"That {verb} at about {time}."
    thing = plural_of(what) if question.form.is_plural else what
    be = "are" if question.form.is_plural or is_plural(what) else "is"
    name = f"The {thing} {be}" if not is_event else ""
    if question.time_edge == "start":
        start = format_time(min(moment.start_s for moment in moments))
        return f"At {start}.", f"{name} first seen at {start}."
    if question.time_edge == "end":
        end = format_time(max(moment.end_s for moment in moments))
        return f"At {end}.", f"{name} last seen at {end}." if name else f"That ends at {end}."
    spans = [(moment.start_s, moment.end_s) for moment in moments]
    return f"At {_times(spans)}.", f"I see {_phrase(thing)} {_times_in_words(spans)}."


def _phrase(what: str) -> str:
    """Return what is searched as an object: "dog" -> "a dog", "anyone leave" -> "someone leave"."""
    first, _, rest = what.partition(" ")
    if first.lower() in ("anyone", "anybody", "someone", "somebody"):
        return f"some{first.lower().removeprefix('any').removeprefix('some')} {rest}".strip()
    return with_article_if_countable(what)


def _answer_speech(model: VideoQAModel, context: VideoContext, what: str) -> LookupResult:
    """Answer at what times a line of timed text mentions `what`, with the frames of those times.

    The three best lines count. Without a line, the answer says so and is unanswerable.
    """
    lines = match_topic(context.text, what, model)[:_MAX_MOMENTS]
    if not lines:
        return LookupResult(text=f"I do not hear or read {what} in this video.", answerable=False)
    return LookupResult(
        text=f"At {_times([(line.start_s, line.end_s) for line, _ in lines])}.",
        answerable=True,
        evidence=tuple(middle_frame(context.clip, line, score) for line, score in lines),
    )


def _times(spans: list[tuple[float, float]]) -> str:
    """Format time ranges (start, end) in seconds, in order: "0:03 to 0:06, 0:10"."""
    return ", ".join(
        format_time(start_s)
        if end_s - start_s < _SPAN_S
        else f"{format_time(start_s)} to {format_time(end_s)}"
        for start_s, end_s in _merge_ranges(spans)
    )


def _times_in_words(spans: list[tuple[float, float]]) -> str:
    """Return at least one time range (start, end) as words: "from 0:03 to 0:06 and at 0:10"."""
    phrases = [
        f"at {format_time(start_s)}"
        if end_s - start_s < _SPAN_S
        else f"from {format_time(start_s)} to {format_time(end_s)}"
        for start_s, end_s in _merge_ranges(spans)
    ]
    return in_words(phrases)


def _merge_ranges(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Sort time ranges and join those that touch, less than 0.05 s apart."""
    ranges: list[tuple[float, float]] = []
    for start_s, end_s in sorted(spans):
        if ranges and start_s - ranges[-1][1] < _TOUCH_S:
            ranges[-1] = (ranges[-1][0], max(end_s, ranges[-1][1]))
        else:
            ranges.append((start_s, end_s))
    return ranges
