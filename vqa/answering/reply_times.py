"""Time, shot or part in the sentence of a reply: "A dog." -> "At the end, a dog."."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.english import ORDINAL_OF
from vqa.tasks.search import shots_or_whole
from vqa.timecode import format_time, time_in_words
from vqa.types import Clip, Question, Shot


def at_time(question: Question, reply: str) -> str:
    """Prefix a reply with the time of its question: "A dog." -> "At the end, a dog.".

    A shot or a part is named instead of its time, "In the last scene, I see a dog.", and only in
    descriptions and full sentences. Yes/no questions repeat their time themselves, unless they are
    follow-ups that name a time alone ("and at 0:20?"). A reply that begins with a time, a refusal,
    and a reply to a question that names no time are returned unchanged, except that "in this video"
    becomes "there".
    """
    time_range = question.time_range
    if time_range is None:
        return reply
    reply = reply.replace(" in this video.", " there.")
    is_claim = question.answer_kind == "yes_no"
    if (
        question.scene is not None
        or (is_claim and not question.repeats_at_time)
        or reply.startswith(("At ", "In ", "From ", "I can't ", "I don't "))
    ):
        return reply
    part = _part_in_words(question)
    when = part or time_in_words(time_range)
    mark = ":" if (is_claim or when[-1].isdigit()) else ","
    is_sentence = not _VERBS.isdisjoint(reply.lower().rstrip(".").split())
    if part and not is_sentence:
        is_described = question.intent == "describe" or question.rendered.startswith(_ASKS_CONTENT)
        if not (is_described or question.repeats_at_time):
            return reply
        return f"{when}, I see {reply[0].lower()}{reply[1:]}"
    return f"{when}{mark} {reply[0].lower() if not reply.startswith('I ') else 'I'}{reply[1:]}"


# Words that make a reply a full sentence.
_VERBS = frozenset("is are was were i has have does doesn't do don't yes no looks".split())
_ASKS_CONTENT = ("what is in the video", "what is there")
_PART_WORDS = 2


def shot_name(number: int) -> str:
    """Return a shot in words: 2 -> "the second scene", -1 -> "the last scene", 14 -> "scene 14"."""
    name = "last" if number < 0 else ORDINAL_OF.get(number, "")
    return f"the {name} scene" if name else f"scene {number}"


def shots_in_words(clip: Clip, shots: Sequence[Shot]) -> str:
    """Return shots with their times: "the first scene (0:00) and the third scene (0:06)".

    A part that is no shot of the clip is "that part".
    """
    whole = shots_or_whole(clip)
    return in_words(
        [
            f"{shot_name(whole.index(shot) + 1)} ({format_time(shot.start_s)})"
            if shot in whole
            else "that part"
            for shot in shots
        ]
    )


def in_words(phrases: Sequence[str]) -> str:
    """Join phrases: "a", "b", "c" -> "a, b and c"; empty without any."""
    return " and ".join(filter(None, (", ".join(phrases[:-1]), *phrases[-1:])))


def _part_in_words(question: Question) -> str:
    """Return the shot or part that a question names: "In the last scene"; or "In that part"; or ""."""
    if question.shot_number:
        return f"In {shot_name(question.shot_number)}"
    if not question.part_name or question.anchor_side == "part":
        return ""
    is_short = len(question.anchor.split()) <= _PART_WORDS
    return f"In {question.part_name}" if is_short else "In that part"
