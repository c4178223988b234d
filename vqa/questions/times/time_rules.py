"""Rules that turn a time expression into a time range: "at 0:05", "in the last ten seconds".

Each rule has a name and example questions; the tests run the examples.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from vqa.english import CARDINALS, ORDINALS, VIDEO
from vqa.timecode import CLOCK, COUNT, POINT, SPAN, parse_time
from vqa.types import TimeRange

# `TimeRange.margin` of "the beginning", "the middle" and "the end", as a fraction of the duration.
_EDGE_MARGIN = 0.15
_MIDDLE_MARGIN = 0.1
_START = TimeRange(start=0.0, end=0.0, is_fraction=True, margin=_EDGE_MARGIN)
_MIDDLE = TimeRange(start=0.5, end=0.5, is_fraction=True, margin=_MIDDLE_MARGIN)
_END = TimeRange(start=1.0, end=1.0, is_fraction=True, margin=_EDGE_MARGIN)

_IT = rf"(?:it|(?:the|this|that|your|my)(?: whole| entire)? (?:{VIDEO}|vids?|clips?))"
_OF_IT = rf"(?: (?:of|in|into|from) {_IT}\b)?"
_FIRST = r"(?:first|opening|initial|starting|beginning)"
_LAST = r"(?:last|final|closing|ending|concluding)"
_BEGINNING = r"(?:beginning|start|outset|opening|very first (?:moment|second|frame))"
_ENDING = r"(?:end|ending|finish|close|conclusion|very last (?:moment|second|frame))"
_IN = r"(?:in|during|within|over|throughout|for|at|of)"
_NEAR = r"(?:(?:right |just |exactly |shortly )?(?:at|around|about|near|by|@|approximately|approx\.?|roughly|circa|towards?)(?: (?:about|around|approximately|approx\.?|roughly|exactly|the|time|timestamp|timecode|position|t ?=))*|@|t ?=|timestamp|timecode)"
_MARK = r"(?:[ -](?:mark|point|position|timestamp|timecode|time ?stamp|in (?:the|this) (?:video|clip|film)))?"
_TO = r"(?: ?(?:-|–|—) ?| (?:and|to|until|till|til|up to|through|thru) )"
_VISIBLE = r"(?:shown|seen|visible|appears?|appearing|comes?|happens?)"
_APPEARS = rf"(?:{_VISIBLE}|(?:do|can|did) (?:you|we|i|one) see|^(?:what|which (?!one\b)[a-z]+) (?:is|are))"

# Each expression of a time contains a digit or one of these words.
_TIME_WORDS = frozenset(
    "hour hours hr hrs minute minutes min mins second seconds sec secs millisecond milliseconds millisec millisecs millis ms "
    "first opening initial initially starting start beginning begin outset last final closing ending concluding end finish close "
    "conclusion later latter middle centre center half halfway midway midpoint mid third quarter quarters fifth thirds fourths".split()
) | {part for name in (*CARDINALS, *ORDINALS) for part in re.split(r"[ -]", name)}


def may_name_time(text: str) -> bool:
    """Return whether a text has a digit or a word of a time; if not, no rule applies to it."""
    words = re.findall(r"[a-z]+", text.lower())
    return not _TIME_WORDS.isdisjoint(words) or any(char.isdigit() for char in text)


@dataclass(frozen=True)
class TimeRule:
    """Rule for one form of time expression, such as "the last length": "in the last ten seconds".

    Args:
        name: the form.
        expression: regular expression, in any case of letters, that finds the time; the group
            `cut`, else the whole match, is removed from the question.
        read: returns the time range of a match; None if the match is no time expression.
        examples: questions to which this rule applies before any other.
    """

    name: str
    expression: str
    read: Callable[[re.Match[str]], TimeRange | None]
    examples: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled at its first use: together they take a tenth of a second."""
        return re.compile(self.expression, re.IGNORECASE)


def _seconds(text: str, unit: str = "") -> float:
    """Return a time in seconds; a number without a unit is in `unit`, if given, else in seconds.

    In "between 2 and 4 minutes", the unit of 2 is that of 4.
    """
    return parse_time(
        f"{text} {unit}" if unit and re.fullmatch(COUNT, text, re.IGNORECASE) else text
    )


def _between(match: re.Match[str]) -> TimeRange | None:
    """Return the range from the group `start` to `end`; None unless the start comes first.

    A bare number is in the unit of the group `unit`; without one, in minutes if the other time is,
    else in seconds.
    """
    groups = match.groupdict()
    unit = groups.get("unit") or ""
    if not unit and re.fullmatch(COUNT, match["start"], re.IGNORECASE):
        unit = "min" if re.search(r"min", match["end"]) else "s"
    if not unit and re.fullmatch(COUNT, match["end"], re.IGNORECASE):
        unit = "min" if re.search(r"min", match["start"]) else "s"
    start_s, end_s = _seconds(match["start"], unit), _seconds(match["end"], unit)
    return TimeRange(start=start_s, end=end_s) if start_s < end_s else None


def _first_span(match: re.Match[str]) -> TimeRange:
    """Return the first seconds of the video; the group `long` is their length."""
    return TimeRange(start=0.0, end=parse_time(match["long"]))


def _last_span(match: re.Match[str]) -> TimeRange:
    """Return the last seconds of the video, from a negative start; `long` is their length."""
    return TimeRange(start=-parse_time(match["long"]), end=None)


def _before_end(match: re.Match[str]) -> TimeRange:
    """Return the instant that lies the length `long` or `long2` before the end of the video."""
    return _instant_at(-parse_time(match["long"] or match["long2"]))


def _instant(match: re.Match[str]) -> TimeRange:
    """Return the instant of the group `at`."""
    return _instant_at(parse_time(match["at"]))


def _instant_at(time_s: float) -> TimeRange:
    """Return the range that starts and ends at a time; a negative time counts from the end."""
    return TimeRange(start=time_s, end=time_s)


def _since(match: re.Match[str]) -> TimeRange:
    """Return the range from the time `at` to the end of the video."""
    return TimeRange(start=parse_time(match["at"]), end=None)


def _until(match: re.Match[str]) -> TimeRange:
    """Return the range from the start of the video to the time `at`."""
    return TimeRange(start=0.0, end=parse_time(match["at"]))


_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5}
_ORDINALS = {
    "first": 0,
    "opening": 0,
    "initial": 0,
    "second": 1,
    "middle": 1,
    "third": 2,
    "fourth": 3,
}


def _part(match: re.Match[str]) -> TimeRange | None:
    """Return the range of a half, third, quarter or fifth of the video, as fractions of its length.

    A part is a half, but the middle one a third. None for one that does not exist, such as the
    third half or the middle quarter.
    """
    which = match["which"].lower()
    count = _PARTS.get(match["part"].lower(), 3 if which == "middle" else 2)
    number = (
        count - 1 if re.fullmatch(_LAST, which) or which == "latter" else _ORDINALS.get(which, 0)
    )
    if number >= count or (which == "middle" and count != 3):
        return None
    return TimeRange(start=number / count, end=(number + 1) / count, is_fraction=True)


_FRACTIONS = {"a quarter": 0.25, "one quarter": 0.25, "a third": 1 / 3, "one third": 1 / 3, "half": 0.5, "two thirds": 2 / 3,
              "three quarters": 0.75, "three fourths": 0.75}  # fmt: skip


def _fraction(match: re.Match[str]) -> TimeRange:
    """Return the instant at a fraction of the duration, the group `share`: "two thirds", "50 %"."""
    words = match["share"].lower().replace("-", " ")
    point = _FRACTIONS[words] if words in _FRACTIONS else float(re.sub(r"[^\d.]", "", words)) / 100
    return TimeRange(start=point, end=point, is_fraction=True, margin=_MIDDLE_MARGIN)


def _constant(time_range: TimeRange) -> Callable[[re.Match[str]], TimeRange]:
    """Return a reader that gives the same time range for each match."""
    return lambda _: time_range


def _rule(
    name: str, pattern: str, read: Callable[[re.Match[str]], TimeRange | None], *examples: str
) -> TimeRule:
    """Build a rule with its examples."""
    return TimeRule(name, pattern, read, examples)


# The first rule that returns a time range applies: longer expressions precede those within them.
RULES: tuple[TimeRule, ...] = (
    _rule(
        "between two times",
        rf",? ?(?:\b(?:between|from|in between|during|in)(?: the)? )?(?:\b(?P<unit>second|sec|minute|min)s? )?"
        rf"(?<![\d:.])(?P<start>{POINT}|{COUNT}){_MARK}{_TO}(?:(?:second|sec|minute|min)s? )?(?:the )?(?P<end>{CLOCK}|{SPAN}){_MARK}(?![\w:])",
        _between,
        "what happens between 0:02 and 0:06?", "what is there from 2 to 4 seconds?", "0:05-0:09", "what happens from 12 till 18 seconds",
        "describe what's shown between minute 1 and 2 minutes", "the part from 12s to 17s, what is in it?",
    ),
    _rule(
        "between two numbers after their unit",
        rf",? ?\b(?:between |from |in |during |for )?(?P<unit>second|sec|minute|min)s? (?P<start>{COUNT}){_TO}(?:(?:second|sec|minute|min)s? )?(?P<end>{COUNT})\b",
        _between,
        "describe seconds 30 to 35.", "what do you see between seconds 3 and 6?", "what is shown between minute 1 and minute 2?",
    ),
    _rule(
        "between two bare numbers",
        rf"^(?!.*\b(?:rate|rating|scale|score)\b).*?(?P<cut>,? ?\b(?:between|from) (?P<start>{COUNT}){_TO}(?P<end>{COUNT}))(?=[?.!, ]*$|,? (?:what|who|where|which|how|is|are|does|do|did)\b)",
        _between,
        "how many people from 5 to 10", "from 0 to 3 is it sunny?", "what about between 10 and 20?",
    ),
    _rule(
        "from the beginning to a time",
        rf",? ?\bfrom (?:the )?(?:very )?{_BEGINNING}{_OF_IT} (?:to|until|till|til|up to) (?:the )?(?P<at>{POINT}){_MARK}(?!\w)",
        _until,
        "what happens from the start until 0:10?",
    ),
    _rule(
        "from a time to the end",
        rf",? ?\b(?:from|between) (?:the )?(?P<at>{POINT}){_MARK} (?:to|until|till|til|and) (?:the )?(?:very )?{_ENDING}\b{_OF_IT}",
        _since,
        "what happens from 0:30 to the end?", "what is there from the 10 second mark until the end of the video?",
    ),
    _rule(
        "a length before the end",
        rf",? ?(?:\b(?:at|around|about) )?\b(?P<long>{SPAN}) (?:before|from|prior to|to) (?:the )?(?:very )?{_ENDING}\b{_OF_IT}|"
        rf",? ?(?:\b(?:at|around|about) )?\b(?P<long2>{SPAN}) before {_IT} (?:ends|finishes|is over|stops)\b",
        _before_end,
        "what happens ten seconds before the end?", "what is shown 2 seconds before the end of the video?", "what is there 5 seconds before it ends?",
    ),
    _rule(
        "the first length",
        rf",? ?(?:\b{_IN} )?(?:\bthe )?(?:very )?\b{_FIRST} (?P<long>{SPAN}|(?:half )?(?:minute|hour|second)(?: and a half)?)\b{_OF_IT}",
        _first_span,
        "what happens in the first three seconds?", "describe the first ten seconds.", "first 3 secs?", "how many players in the first minute?", "what does he do in the first second?",
    ),
    _rule(
        "the last length",
        rf",? ?(?:\b{_IN} )?(?:\bthe )?(?:very )?\b{_LAST} (?P<long>{SPAN}|(?:half )?(?:minute|hour|second)(?: and a half)?)\b{_OF_IT}",
        _last_span,
        "what do you see in the last 3 seconds?", "what is the dog doing in the final five seconds of the clip?", "the closing 15 seconds please", "and during the last second?",
    ),
    _rule(
        "the last seconds",
        rf",? ?(?:\b{_IN} )?(?:\bthe )?(?:very )?\b{_LAST} (?:few |couple of )?(?:seconds?|secs?|moments?|frames?)\b{_OF_IT}",
        _constant(_END),
        "and in the final seconds", "what is shown in the last frame?",
    ),
    _rule(
        "the first seconds",
        rf",? ?(?:\b{_IN} )?(?:\bthe )?(?:very )?\b{_FIRST} (?:few |couple of )?(?:seconds|secs|moments?|frames?)\b{_OF_IT}",
        _constant(_START),
        "what happens in the opening seconds", "what do you see in the first frame?",
    ),
    _rule(
        "a part",
        rf",? ?\b{_IN} the (?P<which>first|second|middle|opening|initial|{_LAST}) (?:little )?(?P<part>part|bit)\b(?! of (?!{_IT}\b)){_OF_IT}",
        _part,
        "what happens in the first part?", "does he fall in the last bit?", "what is there in the middle part of the video",
    ),
    _rule(
        "a half, third or quarter",
        rf",? ?(?:\b{_IN} )?\b(?:the )(?P<which>first|second|third|fourth|latter|middle|opening|{_LAST}) (?P<part>half|third|quarter|fifth)\b(?! (?:a |an )?(?:minute|hour|second))(?! of (?!{_IT}\b)){_OF_IT}",
        _part,
        "is there a truck in the first half?", "what happens in the final third", "in the last quarter, what happens?", "where is the horse in the second half of it?",
    ),
    _rule(
        "until the middle",
        rf",? ?\b(?:before|until|till|til|up to) (?:the )?(?:middle|half[ -]?way|midpoint)\b(?: point)?{_OF_IT}",
        _constant(TimeRange(start=0.0, end=0.5, is_fraction=True)),
        "what happens until the middle?",
    ),
    _rule(
        "after the middle",
        rf",? ?\b(?:after|past|from) (?:the )?(?:middle|half[ -]?way|midpoint)\b(?: point)?(?: on| onwards)?(?! of (?!{_IT}\b)){_OF_IT}",
        _constant(TimeRange(start=0.5, end=1.0, is_fraction=True)),
        "what happens after the middle?", "what is shown from halfway on",
    ),
    _rule(
        "halfway",
        rf",? ?(?:\b(?:at|about|around|by|when) )*(?:\bthe )?\b(?:half[ -]?way|mid-?way|half of the way)(?: (?:point|mark))?(?: (?:in|into|through|of)\b)?(?: {_IT}\b)?(?! to\b)",
        _constant(_MIDDLE),
        "and halfway through?", "what is happening half way into the video?", "what happens midway", "halfway in, what do you see?",
    ),
    _rule(
        "a share of the way",
        rf",? ?(?:\b(?:at|about|around|roughly|some) )*\b(?P<share>a quarter|one quarter|a third|one third|two[ -]thirds|three[ -](?:quarters|fourths)|half(?= (?:in|through|into)\b)|\d+(?:\.\d+)? ?(?:%|percent|per cent))"
        rf"(?: of the way| way)?(?: (?:in|through|into)\b(?: {_IT}\b)?(?! (?:the|a|an) )|(?=[?.! ]*$))",
        _fraction,
        "what is on screen a quarter of the way in", "show what happens at three quarters", "what is there at 50%?", "what happens 75 percent through the video?",
    ),
    _rule(
        "a length into the video",
        rf",? ?(?:\b(?:at|about|around|after|roughly|some) )*\b(?P<at>{SPAN}|{CLOCK}) (?:in|into|through)\b(?: {_IT}\b|(?=[?.!, ]*$)|(?=,)|(?! (?:the|a|an|his|her|their|its|[a-z]+ing)\b))",
        _instant,
        "what happens 2s in?", "what happens 8 secs into the video?", "ten seconds in, what is the cat doing?",
    ),
    _rule(
        "a length that has passed",
        rf",? ?\b(?:once|after|when) (?P<at>{SPAN})(?: (?:have|has|had) (?:passed|elapsed|gone by|gone))?(?=[?.!, ]*$|,| of {_IT}| what\b)",
        _instant,
        "what can I see once 20 seconds have passed?", "what happens after a minute and a half",
    ),
    _rule(
        "before a time",
        rf",? ?\b(?:before|until|till|til|up to|up until|prior to) (?:the )?(?P<at>{POINT}){_MARK}(?![\w:])",
        _until,
        "what happens until 0:08?", "before 0:10 what goes on", "does the bus show up before 0:05?",
    ),
    _rule(
        "after a time",
        rf",? ?\b(?:after|past|beyond|since|from) (?:the )?(?P<at>{POINT}){_MARK}(?: (?:on|onwards?|forward))?(?![\w:])",
        _since,
        "anything going on past 0:35?", "what happens from the 20 second mark on?", "is a person visible after the 20th second",
    ),
    _rule(
        "a time alone",
        rf"^(?:and |so |then |ok |now )*(?:(?:what|how) about |even |only )?(?:the |at )?(?P<at>{POINT}|(?P<mark>{SPAN})){_MARK}(?: then| please)?(?=[?.! ]*$)",
        _instant,
        "0:05?", "what about 12.5s", "and 0:40?", "what about 2:00 then", "the 1:30 mark", "the 2 second mark",
    ),
    _rule(
        "a number of seconds alone",
        rf"^(?:and |so |then |ok |now )*(?:(?:what|how) about |even |only )?at (?P<at>{COUNT})(?=[?.! ]*$|,? (?:what|who|where|which|how|is|are|does|do)\b)",
        lambda match: _instant_at(_seconds(match["at"], "s")),
        "what about at 6?", "and at 10", "at 4 what is on the table?",
    ),
    _rule(
        "at a time",
        rf",? ?(?:\b|(?=@)){_NEAR} ?(?P<at>{POINT}){_MARK}(?![\w:])",
        _instant,
        "what is the man doing at 0:05?", "what is there at the 0:19 point", "what is going on around 25s", "what is visible at t=4s", "what is happening at second 7?",
        "what does the slide say at half an hour", "what happens @ 1:30", "tell me about the 30-second mark",
    ),
    _rule(
        "at a clock time with a point",
        r",? ?\b(?:at|around|about) (?P<at>\d{1,2}\.\d{2})(?=[?.!, ]*$)",
        lambda match: _instant_at(parse_time(match["at"].replace(".", ":"))),
        "what is happening at 0.15",
    ),
    _rule(
        "a clock time anywhere",
        rf"^(?!.*\b(?:o.clock|clock|time is it|reads?|showing|shows|says?)\b),? ?(?:.*?)(?P<cut>,? ?(?:\bthe )?(?<![\w:.])(?P<at>{CLOCK}){_MARK})(?![\w:])(?! or\b)",
        _instant,
        "0:12, what is that", "what comes 0:59",
    ),
    # "At the end of the road" and "in the middle of the road" name places, not times.
    _rule(
        "at the beginning",
        rf",? ?\b(?:at|in|near|by|from|(?<!the )right at|towards?|(?:right |just |shortly )after) (?:the )?(?:very )?{_BEGINNING}\b(?! of (?!{_IT}\b)|(?:{_OF_IT})? (?:to|until|till|through) (?:the )?(?:very )?{_ENDING}\b){_OF_IT}|,? ?\b(?:initially|to begin with|at first)(?=[?.! ]*$)",
        _constant(_START),
        "what happens at the beginning?", "what do I hear at the very beginning", "what is shown at the start of the video?",
    ),
    _rule(
        "in the middle",
        rf",? ?\b(?:at|in|near|around|towards?) (?:the )?(?:very )?(?:middle|centre|center) of {_IT}\b|^(?:(?:and|what about|how about|what happens|what is happening|what is there|what do you see|describe) )*(?P<cut>,? ?\bin the middle)(?=[?.! ]*$|,? (?:what|who|where|which|how|is|are|does|do|can)\b)",
        _constant(_MIDDLE),
        "what do we get to see in the middle of the video?", "and in the middle?", "what happens in the middle?", "in the middle where is the dog?",
    ),
    _rule(
        "at the end",
        rf",? ?\b(?:at|in|near|by|(?<!the )right at|towards?|(?:right |just |shortly )?before) (?:the )?(?:very )?{_ENDING}\b(?! of (?!{_IT}\b)){_OF_IT}",
        _constant(_END),
        "what happens at the end?", "what color does it have near the end", "what is shown at the end of the clip?", "what happens right before the end?",
    ),
    # "What is shown first?" means the start of the video; "which is shown first, A or B?" does not.
    _rule(
        "shown first",
        rf"^(?!.* or (?!what\b))(?!which (?:one|of)\b).*\b{_APPEARS}(?P<cut> first)\b",
        _constant(_START),
        "what is shown first?", "what do i see first", "which animal is first",
    ),
    _rule(
        "shown last",
        rf"^(?!.* or (?!what\b))(?:.*\b{_APPEARS}(?= last\b)|which (?!one\b)[a-z]+ (?:comes|appears|is shown|is seen)(?= later\b))(?P<cut> (?:last|later))\b",
        _constant(_END),
        "what appears last?", "what do we see last", "which animal comes later",
    ),
    _rule(
        "the first to be shown",
        rf"^(?!.* or (?!what\b)).*\bthe(?P<cut> (?:very )?first) (?=\w+ (?:(?:that|which) (?:is |are )?|to be )?(?:{_VISIBLE}|(?:you|we|i|one) (?:can )?see)\b)",
        _constant(_START),
        "what is the first animal shown?", "what is the first thing you see",
    ),
    _rule(
        "the last to be shown",
        rf"^(?!.* or (?!what\b)).*\bthe(?P<cut> (?:very )?last) (?=\w+ (?:(?:that|which) (?:is |are )?|to be )?(?:{_VISIBLE}|(?:you|we|i|one) (?:can )?see)\b)",
        _constant(_END),
        "what is the last animal shown?",
    ),
)  # fmt: skip
