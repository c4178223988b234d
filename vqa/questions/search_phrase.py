"""Slots of questions about time and words: what to look for, whether it is said or seen, which lines are asked for."""

from __future__ import annotations

import re
from typing import Literal

from vqa.english import VIDEO, singular_of
from vqa.questions.entities import WHEN, without_tail

LinePosition = Literal["", "first", "last"]

_SPOKEN = re.compile(
    r"^(?:when|at (?:what|which) (?:time|moment|point)) (?:do|does|did|is|are|was|were) (?P<who>.*?)\b"
    r"(?:says?|said|talk(?:s|ed)? about|speaks? (?:about|of)|spoken (?:about|of)|mentions?|mentioned)\b(?P<after>.*?)[?.! ]*$",
    re.IGNORECASE,
)
_SPEAKERS = re.compile(r"^(?:he|she|they|someone|anyone|people|i|we|you|something)$", re.IGNORECASE)
# When a video was made is not in it, and where it starts and ends is nothing to look for.
_MADE = r"(?:filmed|taken|recorded|made|shot|captured|created|edited|published|uploaded|released)"
_RUNS = r"(?:start|begin|end|stop|finish|over)"
_OF_THE_VIDEO = re.compile(
    rf"^(?:the|this|that|these|those|your)(?: first| last)? {VIDEO}(?: of .+?)? (?:{_MADE}|{_RUNS})\b|"
    rf"^(?:it|this|that|these|those|they) (?:{_MADE}\b|(?:{_RUNS}|happen|occur)$)|"
    rf"\b(?:film|record|make|shoot|take) (?:it|this|that|(?:the|this|that|your) {VIDEO})$",
    re.IGNORECASE,
)
_WEATHER = re.compile(
    r"^it (?:(?:start|begin|get|become) (?:to )?)?(?=(?:rain|snow|hail|dark|night|day|sunny|cloudy|foggy|windy|stormy)\w*$)",
    re.IGNORECASE,
)
_AGAIN = re.compile(r" (?:again|next)$", re.IGNORECASE)
_UNRESOLVED = re.compile(
    r"\b(?:it|he|she|they|him|them)\b|\b(?:this|that|these|those|his|her|its|their|one)$",
    re.IGNORECASE,
)
_DETERMINER = re.compile(r"^(?:this|that|these|those|his|her|its|their) (?=\w)", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:say|said|tell|told|talk|spoken|written|read)s? (?:about|of|on) (?!the (?:screen|sign)\b)(?P<topic>.+?)[?.! ]*$",
    re.IGNORECASE,
)
_MAX_NOUN_WORDS = 3
_FIRST = re.compile(r"\b(first|at the (?:start|beginning))\b", re.IGNORECASE)
_LAST = re.compile(r"\b(last|at the end|finally)\b", re.IGNORECASE)


def search_phrase(query: str, slot: str) -> str:
    """What to look for in the pictures; empty where that is the video itself or a pronoun without a thing.

    Args:
        query: the self-contained question.
        slot: the target slot of the template that fits it.
    """
    match = WHEN.match(query)
    what = _AGAIN.sub("", without_tail(match["what"] if match else slot)).strip(" ?.!")
    if _WEATHER.match(what):
        return _WEATHER.sub("", what)
    if _OF_THE_VIDEO.search(what):
        return ""
    what = _DETERMINER.sub("the ", what)
    if _UNRESOLVED.search(what):
        return ""
    return singular_of(what) if len(what.split()) <= _MAX_NOUN_WORDS else what


def spoken_phrase(query: str) -> str:
    """X of "when does she mention X" and of "when is X mentioned"; empty where no words are asked for."""
    match = _SPOKEN.match(query)
    if match is None:
        return ""
    who, after = match["who"].strip(), match["after"].strip().strip("\"'“”")
    what = after or ("" if _SPEAKERS.match(who) else who)
    return "" if _UNRESOLVED.search(what) else what


def topic(query: str) -> str:
    """Subject of the words that are asked for: "the price" of "what do they say about the price?"."""
    match = _ABOUT.search(query)
    return match["topic"] if match else ""


def line_position(query: str) -> LinePosition:
    """Whether the first or the last words are asked for."""
    return "first" if _FIRST.search(query) else "last" if _LAST.search(query) else ""
