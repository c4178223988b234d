"""Words for a shot of the video and its number, as parts of patterns: "the fifth scene"."""

from __future__ import annotations

from vqa.english import ORDINAL_OF, ORDINALS, VIDEO

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


def neighbour_ordinal(which: str, number: int) -> str:
    """Return the ordinal of the shot beside another one: "third" for "next" and 2.

    Empty for a neighbour of an unknown shot, and for one without an ordinal. Another word than
    "next", "following" and "previous" is returned unchanged.

    Args:
        which: lower-case word.
        number: number of the other shot, from 1; 0 or -1 if it is unknown or the last one.
    """
    if which not in NEIGHBOURS:
        return which
    return ORDINAL_OF.get(number + NEIGHBOURS[which], "") if number > 0 else ""
