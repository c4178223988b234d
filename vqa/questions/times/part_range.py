"""Separation of a question from the part of the video that it names by a thing: "in the dog scene"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from vqa.english import VIDEO
from vqa.questions.nouns.noun_phrases import without_determiner
from vqa.questions.times.shot_words import ORDINAL, PART_NOUN, SHOT_WORDS
from vqa.questions.times.time_range import remove_span, split_anchor, split_shot, split_time
from vqa.types import Question

_PART = rf"(?:{PART_NOUN}|parts|sequence|footage)"
_IN = r"(?:in|during|for|from|on|at|of|about)"
_THE = r"(?:the|that|this|those)"
# Words before "part" that name a place in time or in the picture, or an opinion, and no thing.
_NO_THING = (
    rf"(?:{ORDINAL}|next|previous|other|same|whole|entire|main|middle|opening|initial|closing|beginning|ending|"
    rf"end|start|early|late|later|earlier|latter|short|long|little|tiny|small|big|top|bottom|left|right|upper|lower|front|back|cent(?:er|re)|"
    rf"central|inner|outer|side|body|crime|best|worst|good|bad|funny|fun|hard|tricky|interesting|boring|important|only|one|two|three|which|what|of|in|on|at|with|the|this|that|is|does|{VIDEO})"
)
_THING = rf"(?!{_NO_THING}\b)[a-z-]+(?: (?!{_NO_THING}\b)[a-z-]+){{0,2}}?"
_ORDINAL = rf"(?:(?:{ORDINAL}|next|other) )?"
_WITH = r"(?P<with>with|where there (?:is|are)|where|of|about|showing|that (?:shows|has))"
_OF_VIDEO = r"(?: (?:of|in) (?:it|the video|the clip|this video))?"
# In the snow part, during that skateboard bit, in the part with the dog
_DURING = re.compile(
    rf",? ?\b{_IN} {_THE} (?:(?P<thing>{_THING}) {_PART}\b(?! (?:of|with)\b)"
    rf"|{_ORDINAL}{_PART} {_WITH} (?P<what>(?!it\b|the video\b)[^?.!,]+?)(?=[?.!,]|$)){_OF_VIDEO}",
    re.IGNORECASE,
)
# "What about the black and white part, is that cricket?", "last part with the board, is he riding it?"
_TOPIC = re.compile(
    rf"^(?:(?:and|so|then|now|ok|in|back to|what about|how about|going back to|the|that|this) )*(?:(?P<thing>{_THING}) {_PART}"
    rf"|{_ORDINAL}{_PART} {_WITH} (?P<what>[^?.!,]+))(?:,|:| -) (?=(?:what|which|who|whose|where|when|how|is|are|was|were|does|do|did|has|have|can)\b)",
    re.IGNORECASE,
)
# "In that part", "for the same bit"
_THAT = re.compile(
    r",? ?\b(?:in|during|for|from|at) (?:that|this|the same) (?:part|bit|scene|section|segment|sequence|shot)\b",
    re.IGNORECASE,
)
# "When does the wine part stop?"
_ITSELF = re.compile(
    rf"\b{_THE} (?:(?P<thing>{_THING})(?:'s)? {_PART}\b(?! (?:of|the|an?|him|her|it|his|their|my|me|them)\b)"
    rf"|{_PART} {_WITH} (?P<what>(?!it\b|the video\b)[^?.!,]+?)(?= (?:start|begin|stop|end|last|take)s?\b|[?.!,]|$))",
    re.IGNORECASE,
)
_TIME_QUESTION = re.compile(
    r"^(?:tell me )?(?:when|how long|how many (?:seconds|minutes)|(?:at|in|from|until|till|up to) (?:what|which) (?:time|second|moment|point|minute)|what (?:time|second)|which second|what is the (?:length|duration))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class VideoPart:
    """Part of the video that a question names by a thing that is seen in it.

    Args:
        thing: the thing, without article: "snow", "young man on the board"; empty for "that part".
        side: `during` if the question is about what is seen in the part, `part` if it asks for the
            time or the length of the part itself; empty for "that part" after a question that names
            no thing.
        name: the part in words: "the dog part", "the part with the dog", "that part".
    """

    thing: str
    side: Literal["during", "part", ""]
    name: str


def split_part(question: str) -> tuple[str, VideoPart | None]:
    """Split a question from the part of the video: "who is in the dog scene?" -> "who is in the video?", "dog".

    "When does the wine part stop?" is returned unchanged, with the side `part`. Without a part, the
    question unchanged and None.

    Args:
        question: normalized text.
    """
    for pattern in (_TOPIC, _DURING, _THAT):
        match = pattern.search(question)
        if match is not None:
            return remove_span(question, *match.span()), _part_of(match, "during")
    itself = _ITSELF.search(question) if _TIME_QUESTION.match(question) else None
    return question, None if itself is None else _part_of(itself, "part")


def _part_of(match: re.Match[str], side: Literal["during", "part"]) -> VideoPart:
    """Return the part that a match of `_TOPIC`, `_DURING`, `_THAT` or `_ITSELF` names."""
    groups = match.groupdict()
    thing, what = groups.get("thing"), groups.get("what")
    phrase = (thing or what or "").strip().lower()
    name = f"the {phrase} part" if thing else "that part"
    if what:
        name = f"the part {groups['with'].lower()} {phrase}"
    return VideoPart(thing=without_determiner(phrase), side=side, name=name)


def thing_of_part(text: str) -> str:
    """Return the thing that names a part of the video in a text: "the bus part" -> "bus"; or ""."""
    for pattern in (_TOPIC, _DURING, _ITSELF):
        match = pattern.search(text)
        if match is not None:
            thing = match["thing"] or match["what"] or ""
            return without_determiner(thing.strip()).lower()
    return look_of_part(text)


def look_of_part(text: str) -> str:
    """Return "black and white" for a text that speaks of a part without color; else empty.

    "There's a part without any colour in it.", "one scene is all in black and white".
    """
    words = [word.strip(".,:;!?") for word in text.lower().split()]
    start = next((n for n, word in enumerate(words) if word in SHOT_WORDS), len(words))
    behind = [word for word in words[start:] if word not in ("any", "all", "in", "a")]
    phrase = f" {' '.join(behind)} ".replace("colour", "color")
    is_before = words[max(start - 3, 0) : start] == WITHOUT_COLOR.split()
    is_look = any(f" {look} " in phrase for look in _LOOKS_WITHOUT_COLOR)
    return WITHOUT_COLOR if is_before or is_look else ""


WITHOUT_COLOR = "black and white"
_LOOKS_WITHOUT_COLOR = (
    WITHOUT_COLOR,
    "without color",
    "without colors",
    "no color",
    "no colors",
)


def split_two_times(question: str) -> list[str]:
    """Split a question about two times: "who is there at the start and at the end?".

    The result is "who is there at the start?", "who is there at the end?"; so are scenes and parts,
    joined by "and", "vs" or "compared to". A question of another form is the only one of the list.

    Args:
        question: one question, as typed.
    """
    if _COMPARES.intersection(question.lower().strip(" ?.!").split()):
        return [question]
    whole_rest = _without_time(question)
    words = question.strip(" ?.!").split()
    for n, word in enumerate(words):
        if word.lower().strip(",.") not in _AND:
            continue
        first = " ".join(words[:n]).rstrip(",")
        # "Compared to the end"
        start = n + 1 + (words[n + 1 : n + 2] in (["to"], ["with"], ["then"]))
        second = " ".join(words[start:])
        rest = _without_time(first)
        is_one_time = first.lower().split()[-2:-1] in (["between"], ["from"])
        if not rest or is_one_time or rest == (whole_rest or "").rstrip(" ?.!"):
            continue  # "between 2 and 4 seconds", "at a minute and ten seconds"
        place = "at" if second.lower().endswith(("end", "start", "beginning")) else "in"
        times = (f"{place} {second}", second, f"{place} the {second}", f"at {second}")
        time = next((one for one in times if _without_time(one) == ""), "")
        if time:
            return [f"{first}?", f"{rest.rstrip(' ?.!')} {time}?"]
    return [question]


_COMPARES = frozenset(
    "same different difference differences change changes changed compare both either or".split()
)
_AND = frozenset({"and", "&", "vs", "versus", "compared"})


def _without_time(text: str) -> str | None:
    """Return a text without the time, shot or part that it names; None if it names none."""
    rest, part = split_part(text)
    if part is not None and part.side == "during" and part.thing:
        return rest
    rest, time_range = split_time(text)
    if time_range is not None:
        return rest
    rest, number = split_shot(text)
    return rest if number else None


def named_part(part: VideoPart, parsed_turns: Sequence[Question]) -> VideoPart:
    """Name "that part" by the part or the thing of the latest question, unless that has a time range.

    Then, and without a thing, the part has no side.
    """
    earlier = parsed_turns[-1] if parsed_turns else None
    if part.thing:
        return part
    if earlier is None or (earlier.time_range is not None and earlier.anchor_side != "during"):
        return replace(part, side="")
    anchor = earlier.anchor if earlier.anchor_side == "during" else ""
    thing = anchor or earlier.subject or earlier.target or earlier.scored_noun
    return replace(part, thing=thing) if thing else replace(part, side="")


def anchor_of(
    query: str, intent: str, part: VideoPart | None
) -> tuple[str, Literal["", "before", "after", "during", "part"]]:
    """Return the anchor of a question and its side, see `vqa.types.Question`; empty without one."""
    if part is not None:
        return part.thing, part.side
    if intent not in ("order", "describe", "action"):
        return "", ""
    _, anchor, side = split_anchor(query)
    if intent == "order" and not side:
        # "What happens next?" is about what the conversation was about.
        words = set(query.lower().strip(" ?.!").split())
        return "", "before" if words & _EARLIER else "after" if words & _LATER else ""
    return anchor, side or ""


_EARLIER = frozenset({"before", "previously"})
_LATER = frozenset({"next", "then", "after", "afterwards"})
