"""Questions about a time_range of time: "what is the man doing at 0:05?", "… in the last ten seconds?", "… at the end?"."""

from __future__ import annotations

import re
from collections.abc import Callable

from vqa.english import NUMBERS, VIDEO
from vqa.timecode import parse_time
from vqa.types import TimeRange

_CLOCK = r"(?:\d+:)?\d{1,2}:\d{2}(?:\.\d+)?"
_COUNT = rf"(?:\d+(?:\.\d+)?|{'|'.join(NUMBERS)})"
_UNIT = r"(?:s|secs?|seconds?|min|mins|minutes?)"
_TIME = rf"(?:(?:second|minute) \d+|{_CLOCK}|{_COUNT} ?{_UNIT})"
_OF_VIDEO = rf"(?: (?:of|in) (?:the|this|that) {VIDEO})?"
_BETWEEN = re.compile(
    rf",? ?\b(?:between|from) (?P<start>{_TIME}|{_COUNT}) (?:and|to|until|till) (?P<end>{_TIME})\b", re.IGNORECASE
)  # fmt: skip
_AT = re.compile(rf",? ?(?:\b(?:at|around|about) (?:about |around )?|@ ?)(?P<at>{_TIME})\b", re.IGNORECASE)  # fmt: skip
_FIRST = re.compile(rf",? ?\b(?:in|during|within) the (?P<which>first|last) (?P<long>{_COUNT} {_UNIT})\b{_OF_VIDEO}", re.IGNORECASE)  # fmt: skip
_SIDE = re.compile(rf",? ?\b(?P<side>before|after|until) (?P<at>{_TIME})\b", re.IGNORECASE)
# What stands at the end of a road stands at no time, nor what is in the middle.
_PLACE = re.compile(
    rf",? ?\b(?:at|in|near|towards?) the (?:very )?"
    rf"(?P<place>(?:beginning|start|end)\b(?! of (?!(?:the|this|that) {VIDEO}\b))|middle\b(?= of (?:the|this|that) {VIDEO}\b))"
    rf"{_OF_VIDEO}",
    re.IGNORECASE,
)
_SHOWN = r"(?:shown|seen|visible|appears?|appearing|comes?|happens?)"
# What is there first is what is there at the start; which of two comes first is not.
_SHOWN_FIRST = re.compile(rf"^(?!.* or (?!what\b)).*\b{_SHOWN}(?P<cut> (?P<place>first|last))\b", re.IGNORECASE)  # fmt: skip
_FIRST_SHOWN = re.compile(
    rf"^(?!.* or (?!what\b)).*\bthe(?P<cut> (?P<place>first|last)) (?=\w+ (?:that (?:is |are )?|to be )?{_SHOWN}\b)",
    re.IGNORECASE,
)
_CUT = "cut"
_START, _MIDDLE, _END = (0.0, 0.15), (0.5, 0.1), (1.0, 0.15)
_PLACES = {"beginning": _START, "start": _START, "first": _START, "middle": _MIDDLE, "end": _END, "last": _END}  # fmt: skip
_BARE = re.compile(r"^(?:what|who) (?:is|are|was|were)$", re.IGNORECASE)


def split_time(question: str) -> tuple[str, TimeRange | None]:
    """A question without the time that it names, and that time; the question as it is and None where it names none.

    Args:
        question: in plain words, see phrasing.py.
    """
    for pattern, range_of in _RULES:
        match = pattern.search(question)
        if match is None:
            continue
        time_range = range_of(match)
        start, end = match.span(_CUT if _CUT in match.groupdict() else 0)
        left = f"{question[:start]}{question[end:]}".strip(" ,")
        if _BARE.match(left.rstrip(" ?.")):
            left = f"{left.rstrip(' ?.')} in the video?"
        if time_range is not None and len(left.split()) > 1:
            return left, time_range
    return question, None


def _between(match: re.Match[str]) -> TimeRange | None:
    start, end = match["start"], match["end"]
    if re.fullmatch(_COUNT, start, re.IGNORECASE) and "min" in end:
        start = f"{start} min"
    begun, ended = parse_time(start), parse_time(end)
    return TimeRange(start=begun, end=ended) if begun < ended else None


def _at(match: re.Match[str]) -> TimeRange:
    moment = parse_time(match["at"])
    return TimeRange(start=moment, end=moment)


def _first(match: re.Match[str]) -> TimeRange:
    length = parse_time(match["long"])
    if match["which"].lower() == "first":
        return TimeRange(start=0.0, end=length)
    return TimeRange(start=-length, end=None)


def _side(match: re.Match[str]) -> TimeRange:
    moment = parse_time(match["at"])
    if match["side"].lower() == "after":
        return TimeRange(start=moment, end=None)
    return TimeRange(start=0.0, end=moment)


def _place(match: re.Match[str]) -> TimeRange:
    point, margin = _PLACES[match["place"].lower()]
    return TimeRange(start=point, end=point, is_fraction=True, margin=margin)


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], TimeRange | None]], ...] = (
    (_BETWEEN, _between), (_FIRST, _first), (_SIDE, _side), (_AT, _at), (_PLACE, _place), (_SHOWN_FIRST, _place), (_FIRST_SHOWN, _place),
)  # fmt: skip
