"""Composition of full sentences: "yes" becomes "Yes, there is a cat." in a reply."""

from __future__ import annotations

import re

from vqa.english import (
    NUMBERS,
    is_plural_only,
    plural_of,
    singular_of,
    with_article,
    with_article_if_countable,
)
from vqa.timecode import format_time
from vqa.types import Question

_WRONG_ARTICLE = re.compile(r"\b(an?) (?=([a-z][\w-]*))", re.IGNORECASE)
_STATEMENT = re.compile(
    r"^(?P<be>is|are|was|were) (?P<subject>(?:the|this|that|his|her|their|it|he|she|they)\b.*)$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(?:in|on|at|under|behind|near|next|beside|inside|outside|above|below|over|by|between|to the|from)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"^(?:I |there |the |a |an |it )?.*\b(?:is|are|was|were)\b", re.IGNORECASE)
_SURFACES = frozenset(
    "floor table bed couch sofa grass street road bench chair beach field ground roof track court stage shelf desk sidewalk rug carpet lap plate".split()
)
_ADVERB_PLACES = frozenset("outside outdoors inside indoors nowhere upstairs downstairs".split())


def fix_articles(text: str) -> str:
    """Correct "a" and "an" for the following word: "a orange shirt" becomes "an orange shirt"."""

    def right(match: re.Match[str]) -> str:
        article = with_article(match[2].lower()).split()[0]
        return f"{article.capitalize() if match[1][0].isupper() else article} "

    return _WRONG_ARTICLE.sub(right, text)


def full_sentence(question: Question, text: str, *, answerable: bool | None = True) -> str:
    """Return a bare answer of the embedded model as a full sentence.

    Args:
        question: the parsed question.
        text: the bare answer.
        answerable: False if the answer states that something is absent; None if that is unknown.
    """
    text = text.strip()
    if not text:
        return text
    if answerable is False or text.startswith("I "):
        return _sentence(text.replace("I do not ", "I don't ").replace("I cannot ", "I can't "))
    if text in ("yes", "no"):
        return _yes_no(question, is_yes=text == "yes")
    reply = _open_answer(question, text)
    time_range = question.time_range
    if question.intent == "describe" and time_range is not None and not time_range.is_fraction:
        return f"{_when(question)}: {reply[0].lower()}{reply[1:]}"
    return reply


def _yes_no(question: Question, *, is_yes: bool) -> str:
    # "Is anyone sleeping?" asks for more than a person.
    asks_more = question.target == "person" and not question.asks_presence
    if question.intent == "presence" and question.target and not asks_more:
        is_plural = (
            plural_of(question.target) in question.rendered.lower()
            and plural_of(question.target) != question.target
        )
        thing = (
            plural_of(question.target) if is_plural else with_article_if_countable(question.target)
        )
        if "'s " in question.target and is_yes != question.expects_absence:
            return f"{'No' if question.expects_absence else 'Yes'}, I see the {plural_of(question.target) if is_plural else question.target}."
        be = "are" if is_plural else "is"
        is_present = is_yes != question.expects_absence
        if question.expects_absence:
            return (
                f"No, there {be} {thing}."
                if is_present
                else f"Right, I don't see {_any(thing, is_plural=is_plural)}."
            )
        return (
            f"Yes, there {be} {thing}."
            if is_present
            else f"No, I don't see {_any(thing, is_plural=is_plural)}."
        )
    is_so = is_yes != question.expects_absence
    statement = _statement(question, is_so=is_so)
    opening = "Yes" if is_yes else "No"
    if statement:
        return f"{opening}, {statement}."
    return "Yes, as far as I can see." if is_yes else "No, not as far as I can see."


# Words that follow "this" or "that" where it stands alone: "is this a dog?", "is that on the table?".
_AFTER_PRONOUN = frozenset(
    "a an the in on at from under not real fake true his her your my one".split()
)


def _last_sentence(query: str) -> str:
    """Return the last sentence of a query: a follow-up is rendered behind an earlier question and answer."""
    return re.split(r"(?<=[.?!]) ", query.strip())[-1]


def _any(thing: str, *, is_plural: bool) -> str:
    return f"any {thing}" if is_plural else thing


def _statement(question: Question, *, is_so: bool) -> str:
    """Convert a yes/no question with a form of "be" to the statement that it asks about.

    Returns "" if subject and predicate cannot be separated.
    """
    match = _STATEMENT.match(_last_sentence(question.rendered).strip(" ?.!"))
    if match is None:
        return ""
    words = match["subject"].split()
    length = 1 + len(question.subject.split())
    is_determiner = (
        length > 1 and singular_of(" ".join(words[1:length]).lower()) == question.subject
    )
    if words[0].lower() in ("it", "he", "she", "they", "this", "that") and not is_determiner:
        if (
            words[0].lower() in ("this", "that")
            and len(words) > 1
            and words[1].lower() not in _AFTER_PRONOUN
        ):
            return ""
        length = 1
    if length == 1 and words[0].lower() in ("the", "his", "her", "their"):
        return ""
    if len(words) <= length or (
        question.subject
        and singular_of(" ".join(words[1:length]).lower()) != question.subject
        and length > 1
    ):
        return ""
    negation = "" if is_so else " not"
    return f"{' '.join([words[0].lower(), *words[1:length]])} {match['be'].lower()}{negation} {' '.join(words[length:])}"


# "On the left", as the answer to "which side?".
_SIDES = {
    **dict.fromkeys(("left", "right", "left side", "right side"), "on the {}"),
    **dict.fromkeys(("middle", "center", "front", "back", "corner", "top", "bottom"), "in the {}"),
    "top": "at the {}",
    "bottom": "at the {}",
    **dict.fromkeys(
        ("air", "water", "sky", "snow", "grass", "background", "foreground"), "in the {}"
    ),
    **dict.fromkeys(("up", "down", "forward", "backward", "away", "straight"), "{}"),
}


def _side(question: Question, text: str) -> str:
    """Return "It is on the left." for "left"; "" if the answer is no side or names a hand."""
    side = _SIDES.get(text.lower())
    if side is None or question.intent not in ("location", "identify", "choice"):
        return ""
    if question.subject in ("hand", "foot", "arm", "leg", "eye", "side") and text in (
        "left",
        "right",
    ):
        return (
            f"The {text} one."
            if question.subject != "side"
            else f"{side.format(text).capitalize()}."
        )
    if (
        question.intent == "location"
        and question.subject
        and question.subject not in ("way", "direction")
    ):
        return f"The {question.subject} is {side.format(text.lower())}."
    if question.intent == "choice":
        return ""
    return _sentence(side.format(text.lower()))


def _open_answer(question: Question, text: str) -> str:
    side = _side(question, text)
    if side:
        return side
    subject = question.subject
    noun = subject.split()[-1] if subject else ""
    is_plural = bool(noun) and (
        is_plural_only(noun)
        or (
            plural_of(subject) != subject
            and plural_of(subject) in _last_sentence(question.rendered).lower()
        )
    )
    the_subject = f"The {plural_of(subject) if is_plural else subject}" if subject else "It"
    be = "are" if is_plural else "is"
    first = text.split()[0].lower()
    match question.intent:
        case "count" if subject and (first in NUMBERS or first.isdigit() or first == "zero"):
            noun = subject if first in ("one", "1") else plural_of(subject)
            return f"I count {text} {noun}." if len(text.split()) == 1 else _sentence(text)
        case "color":
            return f"{the_subject} {be} {text}."
        case "location" if _PREPOSITION.match(text) or first in _ADVERB_PLACES:
            return f"{the_subject} {be} {text}." if subject else _sentence(text)
        case "location" if subject and text in _SURFACES:
            return f"{the_subject} {be} on the {text}."
        case "location":
            return (
                f"It looks like {with_article_if_countable(text)}."
                if " " not in text
                else _sentence(text)
            )
        case "action" if first.endswith("ing"):
            return f"{the_subject} {be} {text}." if subject else _sentence(text)
        case "identify" | "choice" | "describe" if (
            question.answer_kind == "choice" and question.options_are_things
        ) or question.intent in ("identify", "describe"):
            is_noun = (
                len(text.split()) <= 3
                and not first.endswith("ing")
                and first not in ("the", "a", "an")
                and first not in NUMBERS
            )
            return _sentence(
                with_article_if_countable(text)
                if is_noun and not _PREPOSITION.match(text)
                else text
            )
    return _sentence(text)


def _when(question: Question) -> str:
    time_range = question.time_range
    assert time_range is not None
    if time_range.start < 0:
        return f"In the last {-time_range.start:g} seconds"
    if time_range.end is None:
        return f"From {format_time(time_range.start)} on"
    if time_range.end <= time_range.start:
        return f"At {format_time(time_range.start)}"
    return f"From {format_time(time_range.start)} to {format_time(time_range.end)}"


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "”")) else f"{text}."
