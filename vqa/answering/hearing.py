"""Answers about sounds: whether and when there is speech, singing, music, silence or a bang."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from vqa.answering.lookup import LookupResult, middle_frame
from vqa.answering.metadata import duration_text
from vqa.answering.responses import respond
from vqa.errors import VQAError
from vqa.models.protocol import VideoContext
from vqa.question_parts import SoundQuery
from vqa.timecode import format_time
from vqa.transcripts.pipeline import find_sounds
from vqa.types import Evidence, Question, TimedText

Listen = Callable[[Path], Sequence[TimedText]]

_NAMES = {
    "speech": "somebody talking",
    "singing": "singing",
    "music": "music",
    "bang": "a sudden loud noise",
}
_NOTHING = {
    "speech": "nobody talking",
    "singing": "no singing",
    "music": "no music",
    "bang": "no sudden loud noise",
}
# Events of one kind that are at most so far apart are reported as one.
_MAX_PAUSE_S = 2.0
_PAUSING = ("speech", "singing", "music")
_SILENT_SHARE = 0.95
_MAX_RANGES, _MAX_EVIDENCE = 6, 4


def answer_sound(
    context: VideoContext, question: Question, listen: Listen | None = None
) -> LookupResult | None:
    """Answer whether, when or how long a sound is heard, or which; None for other questions.

    None also where other lookups answer: whether there is speech in a video with a transcript,
    silence in a file without an audio track, and "is there sound or is it silent". If the sounds
    cannot be detected, the answer gives the reason and is unanswerable; no error is raised.

    Args:
        context: the video with its timed text.
        question: the parsed question.
        listen: returns the sound events of a video file; None detects them without a cache.
    """
    query = question.sound
    if query is None:
        return None
    if question.intent == "has_audio" and question.form.offers_choice:
        return None
    info = context.clip.info
    has_words = any(line.source == "speech" for line in context.text)
    if query.kind == "speech" and query.form == "whether" and has_words:
        return None
    if info.has_audio is False:
        if query.kind == "silence":
            return None
        return without_sound(question, asks_whether=query.form == "whether")
    try:
        events = (listen or find_sounds)(info.path)
    except VQAError as error:
        return LookupResult(text=respond("cannot_listen", reason=str(error)), answerable=False)
    return _answer_query(context, question, query, _events_in_range(context, question, events))


def without_sound(question: Question, *, asks_whether: bool) -> LookupResult:
    """Answer a question about the sound of a video that has none: "No, this video has no sound.".

    "Is there no music?" gets "yes": "Right, this video has no sound.". The answer counts as
    answerable, with confidence 1.

    Args:
        question: the parsed question.
        asks_whether: whether "yes" or "no" answers it; else the bare answer is the sentence.
    """
    is_confirmed = asks_whether and question.expects_absence
    key = "right_no_sound" if is_confirmed else "no_sound" if asks_whether else "only_no_sound"
    reply = respond(key)
    text = ("yes" if is_confirmed else "no") if asks_whether else reply
    return LookupResult(text=text, reply=reply, answerable=True, confidence=1.0)


def _answer_query(
    context: VideoContext, question: Question, query: SoundQuery, events: Sequence[TimedText]
) -> LookupResult:
    """Answer a query from the sound events in the time range of the question.

    "Yes" to "is it silent?" requires silence in at least 95 % of the range, for other sounds one
    event. "Which music?" gets the times and is unanswerable.
    """
    kind = query.kind
    if not kind:
        return _all_sounds(context, query, events)
    ranges = _ranges(events, kind)
    if not ranges:
        sentence = "It is never silent." if kind == "silence" else f"I hear {_NOTHING[kind]}."
        if query.form != "whether":
            return LookupResult(text=sentence, answerable=False)
        yes_no = "yes" if question.expects_absence else "no"
        return LookupResult(
            text=yes_no, reply=f"{yes_no.capitalize()}. {sentence}", answerable=True
        )
    times = _times(ranges)
    sentence = f"{_opening(kind)} {times}."
    evidence = _evidence(context, [event for event in events if event.text == kind])
    match query.form:
        case "when" if query.asks_end:
            end = format_time(ranges[-1][1])
            return _result(f"At {end}.", f"{_opening(kind)} until {end}.", evidence)
        case "when":
            return _result(f"{times[0].upper()}{times[1:]}.", sentence, evidence)
        case "length":
            length = duration_text(round(sum(end_s - start_s for start_s, end_s in ranges)))
            return _result(length, f"{sentence.removesuffix('.')}: {length} in all.", evidence)
        case "which":
            sentence = f"{sentence.removesuffix('.')}, but I can't tell more about it."
            return LookupResult(text=sentence, answerable=False, evidence=evidence)
    has_sound = kind != "silence" or _covers(ranges, context, question)
    answer = "yes" if has_sound != question.expects_absence else "no"
    return _result(f"{answer}, {times}", f"{answer.capitalize()}. {sentence}", evidence)


def _all_sounds(
    context: VideoContext, query: SoundQuery, events: Sequence[TimedText]
) -> LookupResult:
    """Answer with all sounds and their times.

    For a kind of sound that is not recognized, the answer states that first and is unanswerable.
    """
    parts = [
        f"{_NAMES[kind]} {_times(ranges)}" for kind in _NAMES if (ranges := _ranges(events, kind))
    ]
    sentence = f"I hear {'; '.join(parts)}." if parts else "I hear neither voices nor music."
    if query.form != "list":
        return LookupResult(text=respond("sound_unknown", sounds=sentence), answerable=False)
    noises = [event for event in events if event.text in _NAMES]
    return LookupResult(text=sentence, answerable=True, evidence=_evidence(context, noises))


def _events_in_range(
    context: VideoContext, question: Question, events: Sequence[TimedText]
) -> list[TimedText]:
    """Return the events that overlap the range of `_range_of`."""
    start_s, end_s = _range_of(context, question)
    return [event for event in events if event.start_s <= end_s and event.end_s >= start_s]


def _range_of(context: VideoContext, question: Question) -> tuple[float, float]:
    """Return the seconds (start, end) of the question's time range, with its margin on both sides.

    They are inside the video. Without a time range, those of the sampled part of the video.
    """
    plan, duration_s = context.clip.plan, context.clip.duration_s
    time_range = question.time_range
    if time_range is None:
        return plan.start_s, duration_s if plan.end_s is None else plan.end_s
    start_s, end_s = time_range.resolve_with_margin(duration_s)
    return max(0.0, start_s), min(duration_s, end_s)


def _covers(
    ranges: Sequence[tuple[float, float]], context: VideoContext, question: Question
) -> bool:
    """Whether ranges in seconds cover 95 % of the range of `_range_of`."""
    start_s, end_s = _range_of(context, question)
    coverage_s = sum(max(0.0, min(b, end_s) - max(a, start_s)) for a, b in ranges)
    return coverage_s >= _SILENT_SHARE * (end_s - start_s)


def _ranges(events: Sequence[TimedText], kind: str) -> list[tuple[float, float]]:
    """Return the time ranges (start, end) in seconds of a kind of sound, rounded to 0.1 s.

    In the order of the events. Ranges of speech, singing and music at most 2 s apart are joined.
    """
    ranges: list[tuple[float, float]] = []
    for event in events:
        if event.text != kind:
            continue
        if ranges and kind in _PAUSING and event.start_s - ranges[-1][1] <= _MAX_PAUSE_S:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], event.end_s))
        else:
            ranges.append((event.start_s, event.end_s))
    # Tenths of a second, so that 1.97 s is displayed as 0:02.
    return [(round(start_s, 1), round(end_s, 1)) for start_s, end_s in ranges]


def _times(ranges: Sequence[tuple[float, float]]) -> str:
    """Format time ranges in seconds: "from 0:01 to 0:05, at 0:09"; "at" for less than a second.

    After six, only the number of the others follows: "and 3 times more".
    """
    texts = [
        f"from {format_time(start_s)} to {format_time(end_s)}"
        if end_s - start_s >= 1
        else f"at {format_time(start_s)}"
        for start_s, end_s in ranges[:_MAX_RANGES]
    ]
    rest = len(ranges) - len(texts)
    return ", ".join(texts) + (f" and {rest} times more" if rest > 0 else "")


def _opening(kind: str) -> str:
    """Return the first words of a reply on a kind of sound: "I hear music", "It is silent"."""
    return "It is silent" if kind == "silence" else f"I hear {_NAMES[kind]}"


def _evidence(context: VideoContext, events: Sequence[TimedText]) -> tuple[Evidence, ...]:
    """Return the frames nearest to the middles of the first four events, each with weight 1."""
    return tuple(middle_frame(context.clip, event) for event in events[:_MAX_EVIDENCE])


def _result(text: str, reply: str, evidence: tuple[Evidence, ...]) -> LookupResult:
    """Return an answerable result with these frames and no confidence."""
    return LookupResult(text=text, reply=reply, answerable=True, evidence=evidence)
