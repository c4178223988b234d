"""Separation of a question from its time range, shot or anchor ("after the cat leaves")."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from vqa.english import is_plural, with_article_if_countable
from vqa.questions.times.shot_words import (
    NUMBERED_ORDINAL,
    OF_A_THING,
    ORDINAL,
    PART_NOUN,
    SHOT_OR_PART_NOUN,
    ordinal_number,
)
from vqa.questions.times.time_rules import RULES, may_name_time
from vqa.timecode import COUNT, SPAN, parse_time
from vqa.types import TimeRange

_Side = Literal["before", "after"]


@lru_cache(maxsize=64)
def split_time(question: str) -> tuple[str, TimeRange | None]:
    """Split a question from its time: "what happens at 0:05?" -> "what happens?", 5 s to 5 s.

    Only the first rule that applies counts, for one time expression; a time that is one of two
    options, "all the time or only at the start", is none.

    Args:
        question: normalized text.

    Returns:
        The remaining question, empty for a time alone ("0:05?"), and the time range; "what is
        there" is completed to "what is there in the video?". Without a time expression, the
        question with its times in full (see `write_out_times`) and None.
    """
    question = write_out_times(question)
    for rule in RULES if may_name_time(question) else ():
        match = rule.pattern.search(question)
        time_range = rule.read(match) if match else None
        if match is None or time_range is None:
            continue
        start, end = match.span("cut" if match.groupdict().get("cut") else 0)
        rest = remove_span(question, start, end)
        # "Does he wave all the time or only at the start?" names no time but options.
        is_option = (
            rest.rstrip(" ?.!").endswith((" or", " or only", " or just"))
            or _OR_OTHER_TIME.match(question[end:]) is not None
        )
        return (question, None) if is_option else (rest, time_range)
    return question, None


# "In the first half or the second half"
_OR_OTHER_TIME = re.compile(
    r"^,? or (?:only |just |rather )?(?:in |at |during )?(?:the )?(?:first|second|last|other|end|beginning|start|middle)\b",
    re.IGNORECASE,
)


def write_out_times(question: str) -> str:
    """Complete short times: "at 1.05" -> "at 1:05", "a minute ten" -> "a minute ten seconds".

    Other text is unchanged.
    """
    with_colons = _DOTTED_CLOCK.sub(r"\g<before>\g<minutes>:\g<seconds>", question)
    return _BARE_SECONDS.sub(r"\g<minutes> \g<seconds> seconds", with_colons)


def split_shot(question: str) -> tuple[str, int]:
    """Split a question from its shot: "what is in the second scene?" -> "what is in the video?", 2.

    "How long is the second scene?" gives "how long is the video?".

    Args:
        question: normalized text.

    Returns:
        The remaining question and the number of the shot, from 1, or -1 for the last shot; the
        question unchanged and 0 if it names none.
    """
    question = _SHOT_LENGTH.sub(rf"{LENGTH_OF_SHOT} in the \g<which> shot", question)
    match = _SHOT.search(question)
    if match is None:
        return question, 0
    word = match["number"].lower()
    return remove_span(question, *match.span()), ordinal_number(word)


def with_shot(question: str, which: str) -> str:
    """Name another shot in a question: "what is in the first shot?" -> "what is in the last shot?".

    The shot is added to a question without one; "what happens" stands for an empty question. The
    result ends with "?".

    Args:
        question: the question.
        which: ordinal of the new shot, such as "last".
    """
    text = question.strip(" ?.!")
    match = _SHOT.search(text)
    if match is None:
        return f"{text or 'what happens'} in the {which} shot?"
    before, after = text[: match.start("number")], text[match.end() :]
    return f"{before}{which} shot{after}?"


def split_anchor(question: str) -> tuple[str, str, _Side | None]:
    """Split a question from its anchor: "what happens after the cat leaves?" -> "the cat leaves".

    Args:
        question: normalized text without time expressions.

    Returns:
        The remaining question ("what happens?"), the anchor object or event ("the cat leaves"), and
        whether the question asks for what is `before` or `after` it. Without an anchor, the
        question unchanged, "" and None.
    """
    match = _ANCHOR.search(question)
    if match is None or not question[: match.start()].strip(" ,"):
        match = _ANCHOR_FIRST.search(question)
    if match is None or match["what"].lower().split()[0] in _NO_ANCHOR:
        return question, "", None
    side: _Side = "after" if match["side"].lower() in _AFTER else "before"
    rest = f"{question[: match.start()]} {question[match.end() :]}".strip(" ,?.!")
    return f"{rest}?", match["what"].strip(" ,"), side


def time_offset(text: str) -> float | None:
    """Return the offset in seconds that a text names: "ten seconds later" -> 10.0; else None.

    The offset is relative to the time of the previous turn, negative for an earlier time: "3 s
    before that" -> -3.0. "A bit later" is 5 seconds.
    """
    match = _OFFSET.match(text.strip(" ?.!,"))
    if match is None:
        return None
    is_vague = re.search(r"bit|little|moment|while|shortly|soon", match["long"], re.IGNORECASE)
    length_s = _A_BIT_S if is_vague else parse_time(match["long"])
    return (
        -length_s
        if re.search(r"earlier|before|back|previously", match["way"], re.IGNORECASE)
        else length_s
    )


LENGTH_OF_SHOT = "how long is the video"
_SHOT_LENGTH = re.compile(
    rf"^how long (?:is|was|does|did) the (?P<which>{ORDINAL}) {PART_NOUN}(?: (?:last|take|go on))?(?=[?.! ]*$)",
    re.IGNORECASE,
)
_SHOT = re.compile(
    rf"(?:,? ?\b(?:in|of|during|on|from|at) |(?<=\bdescribe )|(?<=\bsummarize ))the (?P<number>{NUMBERED_ORDINAL}) (?:little )?{SHOT_OR_PART_NOUN}\b(?!{OF_A_THING})",
    re.IGNORECASE,
)
_DOTTED_CLOCK = re.compile(
    r"(?P<before>\b(?:at|from|between|and|to|until|till|til|after|before|around|about|near|by|past) |@ ?)"
    r"(?P<minutes>\d{1,2})\.(?P<seconds>[0-5]\d)(?![\d.:])"
    r"(?! ?(?:%|x\b|hours?|hrs?|h\b|minutes?|mins?|m\b|seconds?|secs?|s\b|ms\b|[kmg]b\b|fps|hz|meters?|metres?|dollars?|euros?))",
    re.IGNORECASE,
)
_BARE_SECONDS = re.compile(
    rf"(?P<minutes>\b(?:\d+ ?|an? |{COUNT} )(?:minutes?|mins?))(?: and)? (?P<seconds>{COUNT})"
    r"(?=[?.!,]|$| (?:to|until|till|til|and|where|what|which|how|who|why|is|are|was|were|do|does|did|in)\b)",
    re.IGNORECASE,
)
# Length of "a bit", "a moment" and "a while", in seconds.
_A_BIT_S = 5.0
_AFTER = frozenset({"after", "once", "following", "since"})
_ANCHOR = re.compile(
    r",? ?\b(?:right |just |immediately |shortly |directly |soon )?(?P<side>after|before|once|following|until|since) "
    r"(?P<what>(?!(?:that|this|then|it)\b[?.! ]*$)[^?.!,]+)[?.! ]*$",
    re.IGNORECASE,
)
_ANCHOR_FIRST = re.compile(
    r"^(?:and |so )?(?:right |just |immediately |shortly |directly |soon )?(?P<side>after|before|once|following) (?P<what>[^?.!,]+), ?(?=\S)",
    re.IGNORECASE,
)
# Words after which there is no anchor: "before and after", "once more", "after all".
_NO_ANCHOR = frozenset({"and", "or", "more", "all", "again", "upon"})
_OFFSET = re.compile(
    rf"^(?:and |then |what about |how about |another |what happens |what is there )*(?:another )?(?P<long>{SPAN}|an? (?:bit|little|moment|while)|shortly|soon) "
    r"(?P<way>earlier|later|before(?: that| this)?|after(?: that| this)?|on|further(?: on)?|back|previously|afterwards?)$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^(?:what|who) (?:is|are|was|were)(?: there| shown| visible| seen)?$", re.IGNORECASE
)
# "Is the dog in the first scene too?"
_NOUN_ALONE = re.compile(
    r"^(?P<be>is|are|was|were) (?:the|an?|any) (?P<noun>[a-z-]+)(?: (?:there|still|also|too|as well|visible|seen|shown|again|even))*$",
    re.IGNORECASE,
)
_TASK = re.compile(r"^(?:please )?(?:describe|summari[sz]e|caption|show|show me|explain|tell me)(?: for me)?$", re.IGNORECASE)  # fmt: skip
_NOTHING = re.compile(
    r"^(?:(?:and|so|then|now|ok|what|how|about|even|please|the|part|only|just|show|me)\b[ ,]*)*$",
    re.IGNORECASE,
)


def remove_span(question: str, start: int, end: int) -> str:
    """Remove the characters from `start` to `end` (exclusive) from a question.

    A remainder such as "what is there" or "describe" is completed to "what is there in the video?"
    or "describe the video.", "is the dog" to "is there a dog?"; one without content words, such as
    "and", gives "".
    """
    rest = re.sub(
        r"\s+", " ", f"{question[:start].rstrip(' ,')} {question[end:].lstrip(' ,:-')}"
    ).strip(" ,")
    rest = re.sub(r"\s+([?.!,])", r"\1", rest)
    bare = rest.rstrip(" ?.!,")
    if _NOTHING.match(bare):
        return ""
    if _BARE.match(bare):
        return f"{bare} in the video?"
    alone = _NOUN_ALONE.match(bare)
    if alone is not None:
        noun = alone["noun"].lower()
        return (
            f"{alone['be']} there {noun if is_plural(noun) else with_article_if_countable(noun)}?"
        )
    return f"{bare} the video." if _TASK.match(bare) else rest
