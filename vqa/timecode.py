"""Times of a video: conversion between seconds and text, time ranges, and the nearest frame."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vqa.english import CARDINALS, ORDINAL_OF, ORDINALS

_HOUR_S, _MINUTE_S = 3600.0, 60.0
_UNITS_S = {"h": _HOUR_S, "m": _MINUTE_S, "s": 1.0, "ms": 0.001}
_UNIT = r"(?:hours?|hrs?|h|milliseconds?|millisecs?|millis|ms|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])"
_WORDS = "|".join(sorted(CARDINALS, key=len, reverse=True))
_ORDINAL = rf"(?:\d+(?:st|nd|rd|th)|{'|'.join(sorted(ORDINALS, key=len, reverse=True))})"
_BOUNDARY = r"\b"
_DIGITS = r"\d+(?:[.,]\d+)?"
_IN_WORDS = rf"(?:half an?|an?|(?:a )?(?:couple(?: of)?|few)|{_WORDS})(?: and a half)?"
_PART = rf"{_BOUNDARY}(?:{_DIGITS}(?: ?|-)|{_IN_WORDS}[ -]){_UNIT}(?: and a half)?"

# Patterns, for use inside other patterns: 0:05 or 1:02:03,500 · 12 or five · 5 s, 1h2m3s, a minute and a half ·
# any of these as a point in time, also "second 7" and "the 20th second".
CLOCK = r"\d+:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
COUNT = rf"(?:\d+(?:\.\d+)?|{_WORDS})"
SPAN = rf"(?:{_PART}(?:(?:,? and |, | )?{_PART.removeprefix(_BOUNDARY)})*)"
POINT = rf"(?:{CLOCK}|{SPAN}|(?:second|sec|minute|min|hour)s? (?:number )?\d+|minute (?:{_WORDS})\b|{_ORDINAL} (?:second|minute|hour))"

_CLOCK_ONLY = re.compile(rf"^{CLOCK}$")
_EACH_PART = re.compile(
    rf"(?P<count>{_DIGITS}|{_IN_WORDS})(?: ?|-)(?P<unit>{_UNIT})(?P<half> and a half)?",
    re.IGNORECASE,
)
_NUMBERED_UNITS = re.compile(
    rf"^(?:the )?(?:(?P<unit>second|sec|minute|min|hour)s? (?:number )?(?P<number>\d+|{_WORDS})|(?P<ordinal>{_ORDINAL}) (?P<unit2>second|minute|hour))$",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class TimeRange:
    """Time range of a video that a question refers to; an instant if start and end are equal.

    Args:
        start: seconds from the video's start (its end if negative), or a fraction of its length.
        end: like `start`; None is the end of the video.
        is_fraction: whether `start` and `end` are fractions.
        margin: distance from the range within which frames still count, in the same unit.
    """

    start: float
    end: float | None
    is_fraction: bool = False
    margin: float = 0.0

    def resolve(self, duration_s: float) -> tuple[float, float]:
        """Return (start, end) in seconds without the margin; the end may exceed the video.

        Fractions are multiplied by `duration_s`, the length of the video in seconds. A negative
        number of seconds counts from the end of the video, and becomes at least 0.
        """
        end = (1.0 if self.is_fraction else duration_s) if self.end is None else self.end
        if self.is_fraction:
            return self.start * duration_s, end * duration_s
        start = self.start if self.start >= 0 else max(0.0, duration_s + self.start)
        return start, end if end >= 0 else max(0.0, duration_s + end)

    def resolve_with_margin(self, duration_s: float) -> tuple[float, float]:
        """Return (start, end) in seconds with the margin on both sides; may exceed the video."""
        start_s, end_s = self.resolve(duration_s)
        margin_s = self.margin * (duration_s if self.is_fraction else 1.0)
        return start_s - margin_s, end_s + margin_s

    def frame_rows(self, times_s: Sequence[float], duration_s: float) -> list[int]:
        """Return the rows of the frames in the range and its margin, else of the nearest frame.

        Both ends of the range count as inside; the nearest frame is that to its middle. Rows rise;
        empty without frames.

        Args:
            times_s: T presentation times of frames, in seconds, rising.
            duration_s: length of the video in seconds.
        """
        start_s, end_s = self.resolve_with_margin(duration_s)
        rows = [row for row, time_s in enumerate(times_s) if start_s <= time_s <= end_s]
        if rows or not times_s:
            return rows
        middle_s = (start_s + end_s) / 2
        return [nearest_row(times_s, middle_s)]


def format_time(seconds: float, digits: Literal[0, 1] = 0) -> str:
    """Format seconds, at least 0, as `M:SS`, or `H:MM:SS` from an hour on: 0:03, 1:02:03.

    Args:
        seconds: the time, which is rounded down to whole seconds, or with `digits` to tenths.
        digits: 1 adds tenths of a second: 0:03.4.
    """
    # A time just below a tenth or a second, such as 12 - 1e-9, counts as that tenth or second.
    tenths = int(seconds * 10 + 1e-6) if digits else int(seconds + 1e-7) * 10
    hours, rest = divmod(tenths // 10, 3600)
    minutes, seconds_rest = divmod(rest, 60)
    text = f"{hours}:{minutes:02d}:{seconds_rest:02d}" if hours else f"{minutes}:{seconds_rest:02d}"
    return f"{text}.{tenths % 10}" if digits else text


def format_range(start_s: float, end_s: float) -> str:
    """Format a time range in seconds as `M:SS – M:SS`; as one time if both are in the same second.

    For the times, see `format_time`.
    """
    start, end = format_time(start_s), format_time(end_s)
    return start if start == end else f"{start} – {end}"


def time_in_words(time_range: TimeRange) -> str:
    """Return a time range in words: "At 0:05", "In the first half", "In the last third", "At 40%"."""
    if time_range.is_fraction:
        return _share_in_words(time_range.start, 1.0 if time_range.end is None else time_range.end)
    if time_range.start < 0:
        return f"In the last {-time_range.start:g} seconds"
    if time_range.end is None:
        return f"From {format_time(time_range.start)} on"
    if time_range.end <= time_range.start:
        return f"At {format_time(time_range.start)}"
    return f"From {format_time(time_range.start)} to {format_time(time_range.end)}"


def _share_in_words(start: float, end: float) -> str:
    """Return a range of fractions of the video in words; see `time_in_words`."""
    if end <= start:
        return _POINTS.get(round(start, 2), f"At {start:.0%}")
    count = round(1 / (end - start))
    number = round(start * count)
    is_part = abs(start - number / count) + abs(end - (number + 1) / count) < _SAME_SHARE
    if not is_part or count not in _PARTS:
        return f"From {start:.0%} to {end:.0%}"
    if (number, count) == (1, 3):
        return "In the middle"
    is_last = number == count - 1 and count > _HALVES
    return f"In the {'last' if is_last else ORDINAL_OF[number + 1]} {_PARTS[count]}"


_SAME_SHARE = 1e-6
_HALVES = 2
_PARTS = {_HALVES: "half", 3: "third", 4: "quarter", 5: "fifth"}
# Instants with names, as fractions of the video.
_POINTS = {
    0.0: "At the beginning",
    0.25: "A quarter of the way through",
    0.33: "A third of the way through",
    0.5: "In the middle",
    0.67: "Two thirds of the way through",
    0.75: "Three quarters of the way through",
    1.0: "At the end",
}


def parse_time(text: str) -> float:
    """Parse a written time in English and return seconds, at least 0.

    Accepts 1:02:03, 00:00:05,500, 12 s, 1h2m3s, "a minute and a half", "second 5" and "the 20th
    second", in upper or lower case. Fields after a colon have two digits and may exceed 59.

    Args:
        text: one time and nothing else; a number without a unit is in seconds.

    Raises:
        ValueError: the text is not a time.
    """
    words = text.lower().strip().removeprefix("the ").strip()
    if _CLOCK_ONLY.match(words):
        total = 0.0
        for field in words.replace(",", ".").split(":"):
            total = 60 * total + float(field)
        return total
    if match := _NUMBERED_UNITS.match(words):
        unit = match["unit"] or match["unit2"]
        number = match["number"] or match["ordinal"]
        values = CARDINALS | ORDINALS
        count = values[number] if number in values else int(re.sub(r"\D", "", number))
        return count * _unit_s(unit)
    if re.fullmatch(COUNT, words):
        return _quantity(words)
    if match := re.fullmatch(r"(half )?(minute|hour|second)( and a half)?", words):
        return (0.5 if match[1] else 1.5 if match[3] else 1.0) * _unit_s(match[2])
    parts = list(_EACH_PART.finditer(words))
    if not parts or not re.fullmatch(SPAN, words):
        raise ValueError(f"not a time: {text!r}")
    return sum(
        (_quantity(part["count"]) + (0.5 if part["half"] else 0.0)) * _unit_s(part["unit"])
        for part in parts
    )


def nearest_row(times_s: Sequence[float], time_s: float) -> int:
    """Return the row index of the frame nearest to a time; of two equally near, the first.

    Raises:
        ValueError: there are no frames.
    """
    return min(range(len(times_s)), key=lambda row: abs(times_s[row] - time_s))


def widest_gap_s(times_s: Sequence[float], start_s: float, end_s: float) -> float:
    """Return the longest gap in seconds between neighbouring frame times in [start_s, end_s].

    The range's start and end count as frame times. Without a frame in the range, return the
    distance from its middle to the nearest frame.

    Args:
        times_s: T presentation times of frames, in seconds, rising.
        start_s: start of the range, inclusive.
        end_s: end of the range, inclusive.

    Raises:
        ValueError: there are no frames.
    """
    inner_times_s = [time_s for time_s in times_s if start_s <= time_s <= end_s]
    if not inner_times_s:
        middle_s = (start_s + end_s) / 2
        return abs(times_s[nearest_row(times_s, middle_s)] - middle_s)
    return max(b - a for a, b in itertools.pairwise([start_s, *inner_times_s, end_s]))


def _unit_s(unit: str) -> float:
    if unit.startswith(("ms", "milli")):
        return _UNITS_S["ms"]
    return _UNITS_S[unit[0]]


def _quantity(words: str) -> float:
    """Return the number of a quantity such as "2.5", "five", "a", "half a" or "one and a half".

    A "couple" is 2, a "few" 3.

    Raises:
        ValueError: the words are not a quantity.
    """
    words = words.strip()
    if words.endswith(" and a half"):
        return _quantity(words.removesuffix(" and a half")) + 0.5
    if words.startswith("half"):
        return 0.5
    if words in ("a", "an"):
        return 1.0
    if "couple" in words:
        return 2.0
    if "few" in words:
        return 3.0
    return float(CARDINALS[words]) if words in CARDINALS else float(words.replace(",", "."))
