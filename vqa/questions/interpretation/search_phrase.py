"""Slots of questions about moments, their order, speech and text: search phrase, topic, line position."""

from __future__ import annotations

import itertools
import re
from typing import Literal

from vqa.english import VIDEO, singular_of
from vqa.questions.nouns.entities import WHEN, without_visibility_words
from vqa.text_words import content_words, word_stems

LinePosition = Literal["", "first", "last"]

_SPEECH = re.compile(
    r"^(?:when|at (?:what|which) (?:time|moment|point)) (?:do|does|did|is|are|was|were) (?P<who>.*?)\b"
    r"(?:says?|said|talk(?:s|ed)? about|speaks? (?:about|of)|spoken (?:about|of)|mentions?|mentioned)\b(?P<after>.*?)[?.! ]*$",
    re.IGNORECASE,
)
_SPEAKERS = re.compile(r"^(?:he|she|they|someone|anyone|people|i|we|you|something)$", re.IGNORECASE)
# Questions about when the video was recorded, starts or ends have no phrase to search for.
_MAKING = r"(?:filmed|taken|recorded|made|shot|captured|created|edited|published|uploaded|released)"
_RUNS = r"(?:start|begin|end|stop|finish|over)"
_OF_THE_VIDEO = re.compile(
    rf"^(?:the|this|that|these|those|your)(?: first| last)? {VIDEO}(?: of .+?)? (?:{_MAKING}|{_RUNS})\b|"
    rf"^(?:it|this|that|these|those|they) (?:{_MAKING}\b|(?:{_RUNS}|happen|occur)$)|"
    rf"\b(?:film|record|make|shoot|take) (?:it|this|that|(?:the|this|that|your) {VIDEO})$",
    re.IGNORECASE,
)
_WEATHER = re.compile(
    r"^it (?:(?:start|begin|get|become) (?:to )?)?(?=(?:rain|snow|hail|dark|night|day|sunny|cloudy|foggy|windy|stormy)\w*$)",
    re.IGNORECASE,
)
# Verbs with which a thing begins to be seen, and the words that may follow them.
_ARRIVALS = frozenset(
    "start starts begin begins appear appears come comes enter enters arrive arrives pop pops show shows turn turns".split()
)
_AFTER_ARRIVAL = frozenset(
    "in on up into onto view sight screen the picture frame shot scene exactly".split()
)
_AGAIN = frozenset({"again", "next"})
_CHANGES = frozenset("switch change jump cut go move turn shift".split())
_ITSELF = frozenset("it video clip film picture scene".split())
_PRONOUN = re.compile(
    r"\b(?:it|he|she|they|him|them)\b|\b(?:this|that|these|those|his|her|its|their|one)$",
    re.IGNORECASE,
)
_DETERMINER = re.compile(r"^(?:this|that|these|those|his|her|its|their) (?=\w)", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:say|said|tell|told|talk|spoken|written|read)s? (?:about|of|on) (?!the (?:screen|sign)\b)(?P<topic>.+?)[?.! ]*$",
    re.IGNORECASE,
)
_MENTIONS = re.compile(
    r"\b(?:mentions?|mentioning|discuss(?:es|ing)?|regarding|concerning|about(?: the topic of)?) "
    r"(?P<topic>(?!it$|that$|this$)\S.*)$",
    re.IGNORECASE,
)
_DOUBT_ABOUT = re.compile(
    r"\b(?:sure|certain|confident|positive|convinced)\b.*?\b(?:about|of|on|with) (?P<topic>(?!it\b|that\b|this\b|your\b).+)",
    re.IGNORECASE,
)
# Words of "what was the last thing you told me again, please?" that name no topic.
_ASKS_TO_REPEAT = frozenset(
    "i you u me my your ur we again please pls sorry pardon beg repeat restate say said saying tell told telling answer answered call called "
    "mention mentioned ask asked remind remember forgot forget read back go come rpt kindly can could would will do did doe have had just last first "
    "previou earlier before once one more time second thing something question what which how where when that wait huh ok hm not hear catch get got "
    "understand miss missed listen listening hard slowly only then now about same rest whole wa here".split()
)
_MAX_NOUN_WORDS = 3
_FIRST = re.compile(r"\b(first|earlier|at the (?:start|beginning))\b", re.IGNORECASE)
_LAST = re.compile(r"\b(last|at the end|finally)\b", re.IGNORECASE)


def search_phrase(query: str, slot: str) -> str:
    """Return the phrase to search the frames for: "when does the dog appear?" -> "the dog".

    Words such as "visible", "first" and "on screen", and a final "again", "next" or "come into view",
    are removed. Of "the video switches from a beach to a street" only "a street" is left. A leading "this" or "his" becomes "the". "It" of the weather is removed: "when does it rain?" ->
    "rain". Any other phrase of up to three words is put in the singular.

    Empty if the phrase is about the recording, start or end of the video itself, has a personal
    pronoun, ends with a word such as "this" or "his", or is missing.

    Args:
        query: the self-contained, normalized question.
        slot: target of the question, used unless the query asks for a time ("when ..."); may be
            empty.
    """
    match = WHEN.match(query)
    what = without_visibility_words(match["what"] if match else slot).strip(" ?.!")
    if _WEATHER.match(what):
        return _WEATHER.sub("", what)
    if _OF_THE_VIDEO.search(what):
        return ""
    what = _after_change(_without_arrival(what))
    what = _DETERMINER.sub("the ", what)
    if _PRONOUN.search(what):
        return ""
    return singular_of(what) if len(what.split()) <= _MAX_NOUN_WORDS else what


def _without_arrival(what: str) -> str:
    """Remove the verb with which a thing begins to be seen: "the bus come into view" -> "the bus"."""
    words = what.lower().split() or [""]
    count = len(words)
    while count and words[count - 1] in _AFTER_ARRIVAL:
        count -= 1
    names_thing = count > 1 + (words[0] in _DETERMINERS)
    is_arrival = names_thing and words[count - 1] in _ARRIVALS | _AGAIN
    return " ".join(what.split()[: count - 1]) if is_arrival else what


def _after_change(what: str) -> str:
    """Return what a video changes to: "the video jump to a bathroom" -> "a bathroom".

    Any other phrase is unchanged.
    """
    words = what.split()
    lower = [word.lower() for word in words]
    is_of_video = not _ITSELF.isdisjoint(lower[:2]) and not _CHANGES.isdisjoint(lower[:3])
    return " ".join(words[lower.index("to") + 1 :]) if is_of_video and "to" in lower else what


_DETERMINERS = frozenset("the a an this that these those his her its their".split())


def spoken_phrase(query: str) -> str:
    """Return the words whose time is asked for: "when does she mention the price?" -> "the price".

    Empty if the question does not ask when something is said, or the phrase has an unresolved
    pronoun.
    """
    match = _SPEECH.match(query)
    if match is None:
        return ""
    who, after = match["who"].strip(), match["after"].strip().strip("\"'“”")
    what = after or ("" if _SPEAKERS.match(who) else who)
    return "" if _PRONOUN.search(what) else what


def topic(intent: str, query: str) -> str:
    """Return the topic of a question on words: "what do they say about the price?" -> "the price".

    Also that of a doubt, "are you sure about the number of men?" -> "the number of men", and of a
    repetition, "what did you say about the ship?" -> "ship". Empty if no topic is named, and for
    other intents.

    Args:
        intent: the question's intent; only `speech_content`, `has_speech`, `read_text`, `certainty`
            and `repeat` have a topic.
        query: the self-contained, normalized question.
    """
    if intent == "repeat":
        return " ".join(
            word for word in content_words(query) if not word_stems(word) <= _ASKS_TO_REPEAT
        )
    if intent == "certainty":
        doubt = _DOUBT_ABOUT.search(query.strip(" ?.!"))
        return doubt["topic"] if doubt is not None else ""
    if intent not in ("speech_content", "has_speech", "read_text"):
        return ""
    match = _ABOUT.search(query) if intent != "has_speech" else None
    if match is None and intent != "read_text":
        match = _MENTIONS.search(query.strip(" ?.!"))
    return match["topic"] if match else ""


def line_position(query: str) -> LinePosition:
    """Return which line of speech or text a question asks for: "first", "last" or "" for neither.

    "first" also for "at the start", "last" also for "at the end"; with both, "first".
    """
    return "first" if _FIRST.search(query) else "last" if _LAST.search(query) else ""


_ENDS = re.compile(
    r"\b(?:disappears?|vanish(?:es)?|go(?:es)? (?:away|out)|leaves?(?! the (?:ground|floor|water))|no longer|(?:is|are) gone|last (?:seen|visible|appears?)|last time)\b",
    re.IGNORECASE,
)


TimeEdge = Literal["", "start", "end"]
_STOPS = frozenset("end ends stop stops finish finishes over".split())
_STARTS = frozenset("start starts begin begins first".split())
_INSTANTS = frozenset("second minute".split())


def time_edge(query: str) -> TimeEdge:
    """Return whether a question asks when something starts or stops being visible; or "".

    "When does the cat disappear?" gives "end", "at which second does the bus come into view?" gives
    "start".

    Args:
        query: the self-contained, normalized question.
    """
    words = query.lower().strip(" ?.!").replace(",", "").split()
    if _ENDS.search(query) or not _STOPS.isdisjoint(words[-1:]):
        return "end"
    match = WHEN.match(query)
    what = " ".join((match["what"] if match else query).split()).strip(" ?.!")
    is_arrival = _without_arrival(what) != what and _AGAIN.isdisjoint(words[-1:])
    is_instant = not _INSTANTS.isdisjoint(words[:3])
    changes = _after_change(what) != what
    is_start = is_arrival or is_instant or changes or not _STARTS.isdisjoint(words)
    return "start" if is_start else ""


def order_end(query: str) -> Literal["", "first", "last"]:
    """Return which end of an order a question asks for: "which comes later, A or B?" -> "last".

    Empty without an adverb such as "first", "sooner" or "later"; "the first cat" has none.
    """
    words = query.lower().rstrip(" ?.!").split()
    for word, follows in itertools.pairwise((*words, "")):
        end = _ORDER_ENDS.get(word.rstrip(",:"))
        if end is not None and (word[-1] in ",:" or not follows or follows in _AFTER_ADVERB):
            return end
    return ""


_ORDER_ENDS: dict[str, Literal["first", "last"]] = {
    **dict.fromkeys(("first", "earlier", "earliest", "sooner", "before"), "first"),
    **dict.fromkeys(
        ("last", "later", "latest", "second", "after", "afterwards", "finally"), "last"
    ),
}
# Words behind an adverb, and not behind an adjective: "the first to appear", "later in the video".
_AFTER_ADVERB = frozenset("to in on at of during here there than or and".split())
