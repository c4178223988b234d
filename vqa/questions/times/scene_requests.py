"""Requests for the contents of all scenes: "list the scenes in order", "compare the two clips", "what does it cut to?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from vqa.english import ORDINALS
from vqa.questions.times.shot_words import (
    PART_NOUN,
    SHOT_WORDS,
    cardinal_number,
    ordinal_name,
    ordinal_number,
)
from vqa.types import Question

_SCENES = frozenset(f"{word}s" for word in SHOT_WORDS)
_EVERY = frozenset({"each", "every", "both", "all"})
_COMPARES = frozenset(
    "compare comparison difference differences differ differs different change changes changed contrast common connects connect share".split()
)
_LISTS = frozenset(
    "list name show give tell describe go run walk take talk break overview summary rundown breakdown description order sequence contents content what which who".split()
)
# Other words of such a request; with any further word, it is about something else.
_FUNCTION_WORDS = frozenset(
    "me us you your the of in on at with to through by after one ones another and are is was were do does did can could would will it its this that there happens "
    "happening happen shown seen see shows show have has get different various individual single main please again for all about up down into "
    "video clip film movie a an so now ok just quick quickly brief briefly short full complete chronological time times they them these those two three four between from how "
    "first second third fourth fifth last next".split()
)
_LOWEST_CUTS = re.compile(
    r"^(?:and |so |then )*(?:in|on)?to (?:what|where|which scene)[?.! ]*$"
    r"|^(?:and |so |then )*what (?:does|did) (?:it|the (?:picture|scene|video|clip|film|camera|shot)) (?:then )?(?:cut|change|switch|jump|go|turn) (?:in)?to(?: (?:next|then))?[?.! ]*$"
    r"|^(?:and |so |then )*what (?:comes|is|follows|happens|do (?:you|we|i) see) (?:right |directly )?(?:after|behind) (?:that|the(?: first)?) (?:cut|change|switch|transition)[?.! ]*$",
    re.IGNORECASE,
)
_FIRST_OR_LAST = re.compile(
    r"^(?:and |so )*which(?: (?:one|scene|part|clip|shot))?(?: of (?:them|those|these|the (?:two|three|scenes|parts|clips)))? (?:comes|came|is shown|is seen|is|appears|starts)(?: up)? (?P<end>first|last)[?.! ]*$",
    re.IGNORECASE,
)


def scene_request(wording: str) -> Literal["captions", "describe", ""]:
    """Return the intent of a request about all scenes: "list the scenes in order" -> `captions`; or "".

    `captions` lists what each scene shows, with its time: "what happens in each part?". `describe` tells them one
    after the other: "compare the two clips", "what changes between the scenes?". Empty for other questions: all words must be
    words of such a request.

    Args:
        wording: normalized text.
    """
    words = [word.strip(",.;:?!") for word in wording.lower().replace("-", " ").split()]
    others = set(words)
    names_each = bool(_EVERY & others) and bool(SHOT_WORDS & others)
    is_by_scene = re.search(rf"\b(?P<noun>{PART_NOUN}) (?:by|after) (?P=noun)\b", " ".join(words))
    if others in ({"what", "changed"}, {"what", "has", "changed"}, {"what", "have", "changed"}):
        return "describe"
    are_two = {"and"} <= others and len(_PLACES_IN_ORDER & others) > 1
    names_two = bool(SHOT_WORDS & others) and are_two
    if not (_SCENES & others or names_each or is_by_scene or (names_two and _COMPARES & others)):
        return ""
    if words[0] in _YES_NO or {"many", "long", "much", "when"} & others:
        return ""
    if not others <= _FUNCTION_WORDS | _LISTS | _COMPARES | _SCENES | SHOT_WORDS | _EVERY:
        return ""
    if _COMPARES & others and "different" not in words[:-1]:
        return "describe"
    return "captions" if _LISTS & others or is_by_scene else ""


_PLACES_IN_ORDER = frozenset(ORDINALS) | {"last"}
_YES_NO = frozenset("is are was were do does did has have".split())


def named_by_cut(text: str, parsed_turns: Sequence[Question]) -> str:
    """Ask for the scene behind a cut or at an end of the order: "to what?", "which one comes first?".

    After "when is the first cut?", "to what?" is "what happens in the second scene?". Any other question
    is returned unchanged.

    Args:
        text: the question, as typed.
        parsed_turns: the questions of the earlier turns.
    """
    latest = parsed_turns[-1] if parsed_turns else None
    is_fragment = text.lower().split()[-1:] != ["to"] and len(text.split()) <= _FRAGMENT_WORDS
    is_after_cut = latest is not None and latest.intent == "cut_count"
    if _LOWEST_CUTS.match(text) and (is_after_cut or not is_fragment):
        _, _, number = latest.fact.partition("cut_") if latest is not None else ("", "", "")
        cut = int(number or 1)
        return f"what happens in the {ordinal_name(cut + 1 if cut > 0 else cut)} scene?"
    if is_after_cut and _CHANGES.match(text):
        return "what changes between the scenes?"
    beside = _BESIDE.match(text)
    if beside is not None:
        return f"what happens {beside['side'].lower()} {beside['what']}?"
    count = _BY_NUMBER.match(text)
    which = count["number"].lower() if count is not None else ""
    ordinal = ordinal_name(ordinal_number(which) or cardinal_number(which))
    if ordinal:
        return f"what happens in the {ordinal} scene?"
    if _MIDDLE.match(text):
        return "what happens in the middle of the video?"
    end = _FIRST_OR_LAST.match(text)
    if end is not None and not (latest is not None and latest.options):
        return f"what happens in the {end['end'].lower()} scene?"
    return text


_FRAGMENT_WORDS = 3
_CHANGES = re.compile(r"^(?:and |so |then )*(?:from )?what (?:in)?to what[?.! ]*$", re.IGNORECASE)
_BESIDE = re.compile(
    rf"^(?:and |so )*(?:which|what) {PART_NOUN} (?:comes|is|was|plays|happens) (?:right |directly |just |immediately )?(?P<side>before|after) (?P<what>.+?)[?.! ]*$",
    re.IGNORECASE,
)
_BY_NUMBER = re.compile(
    rf"^(?:and |so )*(?:which|what) {PART_NOUN} is (?:the )?(?:number |no\.? ?|# ?)?(?P<number>\w+)(?: one)?[?.! ]*$",
    re.IGNORECASE,
)
_MIDDLE = re.compile(
    rf"^(?:and |so )*what(?: is|'s|s) the middle (?:one|{PART_NOUN})(?: about| like| showing)?[?.! ]*$",
    re.IGNORECASE,
)
