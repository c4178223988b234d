"""Words for a shot of the video, its number and its length: "the fifth scene", "how long is it?"."""

from __future__ import annotations

import re
from typing import Literal

from vqa.english import CARDINALS, ORDINAL_OF, ORDINALS, VIDEO

_SHOTS = "scene|shot|clip|segment|section"
_PICTURES = "picture|photo|image|slide"
# "Part" and "bit" are named without pictures, "how many parts"; "the first part" alone may be a half.
PART_NOUN = rf"(?:{_SHOTS}|part|bit)"
SHOT_OR_PART_NOUN = rf"(?:{_SHOTS}|part|bit|{_PICTURES})"
# "Fifth" and "last", and with digits, "5th".
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|last|final)"
NUMBERED_ORDINAL = rf"(?:{ORDINAL}|\d+(?:st|nd|rd|th))"
# The words of a neighbour, with its distance.
NEIGHBOURS = {"next": 1, "following": 1, "previous": -1}
NEIGHBOUR = rf"(?:{'|'.join(NEIGHBOURS)})"
SHOT_WORDS = frozenset(f"{_SHOTS}|{_PICTURES}|part|bit".split("|"))
# "The second section of the shelf", unlike "scene one of the video"
OF_A_THING = rf" of (?!(?:(?:the|this|that) {VIDEO}|it)\b)"
_EDGES = {"opening": 1, "last": -1, "final": -1, "closing": -1}
_IN_DIGITS = re.compile(r"(\d+)(?:st|nd|rd|th)")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def ordinal_number(word: str) -> int:
    """Return the number of an ordinal: 3 for "third" and "3rd", -1 for "last" and "final".

    0 for another word; all in lower case.
    """
    digits = _IN_DIGITS.fullmatch(word)
    if digits is not None:
        return int(digits[1])
    return ORDINALS.get(word) or _EDGES.get(word, 0)


def cardinal_number(word: str) -> int:
    """Return the number of "three" and "3", as in "scene three"; 0 for another word in lower case."""
    return int(word) if word.isdecimal() else CARDINALS.get(word, 0)


def ordinal_name(number: int) -> str:
    """Return the ordinal of a number: "third" for 3, "13th" for 13, "last" for -1; "" for 0."""
    if number <= 0:
        return "last" if number < 0 else ""
    is_teen = number // 10 % 10 == 1
    ending = "th" if is_teen else _ENDINGS.get(number % 10, "th")
    return ORDINAL_OF.get(number, f"{number}{ending}")


def neighbour_ordinal(which: str, number: int) -> str:
    """Return the ordinal of the shot beside another one: "third" for "next" and 2.

    Empty for a neighbour of an unknown shot. Another word than "next", "following" and "previous"
    is returned unchanged.

    Args:
        which: lower-case word.
        number: number of the other shot, from 1; 0 or -1 if it is unknown or the last one.
    """
    if which not in NEIGHBOURS:
        return which
    return ordinal_name(number + NEIGHBOURS[which]) if number > 0 else ""


def length_question(text: str) -> Literal["it", "part", "stay", ""]:
    """Return whose length a question without a noun asks for; "" for another question.

    `it` for "how long is it?" and "how many seconds does that last?", `part` for "how long is that
    one?" or "that scene", `stay` for the time that "it" is visible, "how long is it there?".
    """
    match = _LENGTH.match(text)
    if match is None:
        return ""
    return "stay" if match["stay"] else "part" if match["part"] else "it"


_LENGTH = re.compile(
    r"^(?:(?:so|and|but|roughly|about),? )*(?:for )?how (?:long|many (?:seconds|secs|minutes)(?: long)?) (?:is|was|does|did) "
    rf"(?:it|(?:that|this)(?P<part> (?:one|{PART_NOUN}))?)"
    r"(?: (?:last|take|run|go on|keep going|(?P<stay>stay|there)))?(?: for)?(?: (?:in total|altogether))?[?.! ]*$",
    re.IGNORECASE,
)
