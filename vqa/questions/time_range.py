"""Questions about a stretch of time: "what is the man doing at 0:05?", "… in the last ten seconds?", "… at the end?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vqa.english import NUMBERS, VIDEO
from vqa.timecode import parse_time

_SHARE = 0.15
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
_START, _MIDDLE, _END = (0.0, _SHARE), (0.4, 0.6), (1 - _SHARE, 1.0)
_PLACES = {"beginning": _START, "start": _START, "first": _START, "middle": _MIDDLE, "end": _END, "last": _END}  # fmt: skip
_BARE = re.compile(r"^(?:what|who) (?:is|are|was|were)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A stretch of a video that a question is about.

    Args:
        start: where it begins: seconds, from the end where negative, or a share of the video, 0 to 1.
        end: where it ends, likewise; None where the video does.
        shares: whether these are shares.
    """

    start: float
    end: float | None
    shares: bool = False

    def rows(self, times_s: Sequence[float], duration_s: float) -> list[int]:
        """Which of the frames at these times, in seconds, lie in it; the nearest one where none does."""
        scale = duration_s if self.shares else 1.0
        start = self.start * scale if self.start >= 0 else max(0.0, duration_s + self.start)
        end = duration_s if self.end is None else self.end * scale
        inside = [row for row, time_s in enumerate(times_s) if start <= time_s <= end]
        if inside or not times_s:
            return inside
        middle = (start + end) / 2
        return [min(range(len(times_s)), key=lambda row: abs(times_s[row] - middle))]


def split_time(question: str) -> tuple[str, Stretch | None]:
    """A question without the time that it names, and that time; the question as it is and None where it names none.

    Args:
        question: in plain words, see phrasing.py.
    """
    for pattern, stretch_of in _RULES:
        match = pattern.search(question)
        if match is None:
            continue
        stretch = stretch_of(match)
        start, end = match.span(_CUT if _CUT in match.groupdict() else 0)
        left = f"{question[:start]}{question[end:]}".strip(" ,")
        if _BARE.match(left.rstrip(" ?.")):
            left = f"{left.rstrip(' ?.')} in the video?"
        if stretch is not None and len(left.split()) > 1:
            return left, stretch
    return question, None


def _between(match: re.Match[str]) -> Stretch | None:
    start, end = match["start"], match["end"]
    if re.fullmatch(_COUNT, start, re.IGNORECASE) and "min" in end:
        start = f"{start} min"
    begun, ended = parse_time(start), parse_time(end)
    return Stretch(start=begun, end=ended) if begun < ended else None


def _at(match: re.Match[str]) -> Stretch:
    moment = parse_time(match["at"])
    return Stretch(start=moment, end=moment)


def _first(match: re.Match[str]) -> Stretch:
    length = parse_time(match["long"])
    if match["which"].lower() == "first":
        return Stretch(start=0.0, end=length)
    return Stretch(start=-length, end=None)


def _side(match: re.Match[str]) -> Stretch:
    moment = parse_time(match["at"])
    if match["side"].lower() == "after":
        return Stretch(start=moment, end=None)
    return Stretch(start=0.0, end=moment)


def _place(match: re.Match[str]) -> Stretch:
    start, end = _PLACES[match["place"].lower()]
    return Stretch(start=start, end=end, shares=True)


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Stretch | None]], ...] = (
    (_BETWEEN, _between), (_FIRST, _first), (_SIDE, _side), (_AT, _at), (_PLACE, _place), (_SHOWN_FIRST, _place), (_FIRST_SHOWN, _place),
)  # fmt: skip
