"""Slots of a question, from rules and the slot tagger: subject, target, options and scored noun."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vqa.english import COLOURS, NUMBERS, PAIRED_PARTS, head_of, is_plural_noun, singular_of
from vqa.questions.classifiers.slot_tagger import TaggedPhrase
from vqa.questions.intent_table.intents import IntentMatch
from vqa.questions.interpretation.subject_phrase import tagged_noun
from vqa.questions.normalization.statements import doer_of
from vqa.questions.normalization.subjects import PRONOUNS
from vqa.questions.nouns.entities import (
    possession_of,
    presence_target,
    subject_of,
    without_visibility_words,
)
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.name_questions import kind_of_name, kind_of_thing
from vqa.questions.sentences.option_rules import CONTRAST_WORDS
from vqa.questions.sentences.options import (
    has_certain_options,
    list_options,
    offers_actions,
    offers_clauses,
    offers_things,
    options_of,
)
from vqa.questions.words.living_nouns import is_living, is_person

# Intents with a target, the thing to look for; other intents have a subject.
_LOOKS_FOR = frozenset({"presence", "when", "find_moment"})
_OFFERS = frozenset({"choice", "compare"})
_MIN_OPTIONS = 2
_PUNCTUATION = " ?.!,"
# A question with one of these words before the target asks for more than its presence.
_COUNTS = frozenset(NUMBERS) | frozenset(
    "more less fewer many another other second same than only just else how both all".split()
)
_WORD = re.compile(r"[a-z']+|\d+")


@dataclass(frozen=True, kw_only=True)
class Slots:
    """Slots of a question, empty without a value; see the fields of `vqa.types.Question`."""

    subject: str = ""
    target: str = ""
    scored_noun: str = ""
    asks_presence: bool = False
    options: tuple[str, ...] = ()
    options_are_things: bool = False


def find_options(query: str, phrases: Sequence[TaggedPhrase], intent: str) -> tuple[str, ...]:
    """Return the options that a question offers: "is it a dog or a cat?" -> ("dog", "cat").

    In lower case; empty if it offers none. A list and the certain rules of `vqa.questions.sentences.options`
    take precedence over the tagger. A question about an attribute of few values offers these:
    "which hand?" -> ("left", "right").

    Args:
        query: the self-contained, normalized question.
        phrases: the phrases that the slot tagger found.
        intent: the question's intent; phrases count only for `choice` and `compare`.
    """
    tagged_options = _tagged_options(phrases, query) if intent in _OFFERS else ()
    # "Is it h264 ? or hevc"
    query = _LONE_MARK.sub("", query)
    by_rule = options_of(query) or ()
    options = list_options(query) or (
        by_rule if has_certain_options(query) else tagged_options or by_rule
    )
    options = tuple(filter(None, (option.strip(_PUNCTUATION) for option in options)))
    whole_options = options if offers_clauses(query) else _with_noun(options)
    return whole_options or _VALUES.get(kind_of_thing(query), ())


def _with_noun(options: tuple[str, ...]) -> tuple[str, ...]:
    """Give each option the noun of another: "red car", "white one" -> "red car", "white car".

    "First", "second shot" -> "first shot", "second shot". Without such a noun, "one" is removed:
    "big", "small one" -> "big", "small".
    """
    bare = tuple(re.sub(r"(?<=\w) ones?$", "", option) for option in options)
    nouns = {option.split()[-1] for option in bare if len(option.split()) == _NAME_WORDS} - COLOURS
    if len(nouns) != 1:
        return bare
    noun = nouns.pop()
    return tuple(
        f"{option} {noun}"
        if before != option or option in CONTRAST_WORDS | {"this", "that"}
        else option
        for before, option in zip(options, bare, strict=True)
    )


_LONE_MARK = re.compile(r" [?.!]+(?= )")
_NAME_WORDS = 2
# All values of attributes with few values: the side of a part of the body, the pattern of a cloth.
_VALUES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*PAIRED_PARTS, "side"), ("left", "right")),
    "season": ("spring", "summer", "autumn", "winter"),
    "pattern": ("plain", "striped", "checkered", "dotted", "floral"),
    "shape": ("round", "oval", "square", "rectangular", "triangular"),
    "emotion": ("happy", "sad", "angry", "surprised", "calm"),
}


def _tagged_options(phrases: Sequence[TaggedPhrase], query: str) -> tuple[str, ...]:
    """Return the phrases tagged as options, in lower case; empty for fewer than two, or two alike.

    Phrases without letters or absent from the query are left out. Of more phrases than "or" and the
    commas of the query separate, only the last ones count: not "men" in "are the men friends or
    angry".
    """
    texts = [phrase.text.lower() for phrase in phrases if phrase.role == "option"]
    options = [
        text for text in texts if (words := text.strip(_PUNCTUATION)) and words in query.lower()
    ]
    if " or " in query.lower():
        options = options[-1 - query.lower().count(" or ") - query.count(",") :]
    is_usable = len({*options} - PRONOUNS) == len(options) >= _MIN_OPTIONS
    return tuple(options) if is_usable else ()


def fill_slots(
    query: str,
    wording: str,
    phrases: Sequence[TaggedPhrase],
    intent: str,
    options: tuple[str, ...],
) -> Slots:
    """Fill the slots of a question: "is there a dog?" -> target and scored noun "dog".

    Rules go before the tagger. Questions about presence, a time or a moment have only a target,
    others only a subject, of `order` both. Without a noun, "she" gives the subject "woman"; a color
    or an option is no subject. Options other than clauses and actions become singular.

    Args:
        query: the self-contained, normalized question, without the phrase that names a time.
        wording: the text that was tagged.
        phrases: the phrases that the slot tagger found in `wording`.
        intent: the question's intent.
        options: the options of a choice question; empty for any other question.
    """
    query_noun = presence_target(query) or ""
    presupposition = subject_of(query) or (
        "person" if intent == "identify" and kind_of_name(query) == "person" else ""
    )
    subject, target = (tagged_noun(phrases, role, wording) for role in ("subject", "target"))
    if intent == "count":
        subject = _counted_noun(query, subject, phrases)
    if intent in _LOOKS_FOR:
        subject, target = "", query_noun or possession_of(query) or target or subject
    elif intent != "order":
        subject, target = (
            subject_of(query) or subject or target or _owned_noun(wording) or _person_of(wording),
            "",
        )
    if intent == "has_speech" and not subject:
        # "Are the men talking?"
        subject = next(filter(is_living, nouns_of(query)), "")
    part = _PART_QUESTION.match(query) if intent in ("location", "color") else None
    if part is not None:
        subject = singular_of(part["noun"].lower())
    subject = _without_option(_correct_subject(query, intent, subject), options)
    if subject in options or subject in COLOURS:
        subject = ""
    description = _DESCRIPTION.match(query) if intent == "describe_part" and not subject else None
    if description is not None:
        subject = singular_of(description[1].lower())
    if intent == "presence" and not query_noun and _asks_presence_alone(wording, phrases):
        query_noun = target
    return Slots(
        subject=subject,
        target=target,
        scored_noun=query_noun or presupposition,
        asks_presence=bool(query_noun),
        options=options
        if offers_clauses(query) or offers_actions(query)
        else _in_singular(options),
        options_are_things=bool(options)
        and not (query_noun or presupposition)
        and (offers_things(query) or bool(list_options(query))),
    )


def _without_option(subject: str, options: Sequence[str]) -> str:
    """Leave out the first word of an option: "dessert" of "is the dessert apple pie or ice cream"."""
    before, _, last = subject.rpartition(" ")
    return before if before and any(one.startswith(f"{last} ") for one in options) else subject


def _counted_noun(query: str, subject: str, phrases: Sequence[TaggedPhrase]) -> str:
    """Return the singular noun that a question counts: "how many reps does he do?" -> "rep".

    By default `subject`, as tagged.
    """
    who, counts = _COUNT_WHO.match(query), _COUNT_OF.match(query)
    if who is not None and is_person(singular_of(who["who"].lower())):
        return singular_of(who["who"].lower())
    return singular_of(counts["noun"].lower()) if counts else _without_verb(subject, phrases)


def _correct_subject(query: str, intent: str, subject: str) -> str:
    """Correct a subject that is a selector such as "other", an owner, or not the actor.

    "The other person" -> "person", "what is the girl's brother wearing" -> "brother", "what is she
    doing with her hands?" -> "woman". Any other subject is returned unchanged.
    """
    owner, is_owned, last = subject.rpartition("'s ")
    next_word = re.search(rf"\b{re.escape(subject)} ([a-z]+)\b", query) if subject else None
    follows = next_word[1] if next_word is not None else ""
    is_one = follows in ("one", "ones")
    if last not in _SELECTORS:
        # "Does the reddish one move?"
        subject = f"{subject} one" if is_one and " or " not in query else subject
    elif follows:
        subject = "person" if is_one and not is_owned else singular_of(follows)
        subject = f"{owner}'s {subject}" if is_owned else subject
    relative = _RELATIVE.search(query)
    if relative is not None and subject and is_person(relative["person"].lower()):
        subject = relative["person"].lower()
    doer = doer_of(query) if intent == "action" else ""
    # "What is she doing with her hands?" is about her.
    return _person_of(doer) if doer and " " not in doer else subject


_DESCRIPTION = re.compile(
    r"^describe (?:the|this|that|his|her|their|its) ([a-z-]+)[?.! ]*$", re.IGNORECASE
)
# "Where are his arms while he jumps?"
_PART_QUESTION = re.compile(
    r"^(?:where|(?:what|which) colou?rs?) (?:is|are|was|were) (?:his|her|their|its) (?P<noun>(?!own\b|left\b|right\b|other\b)[a-z-]+)\b(?! [a-z]+(?:[?.! ]*$))",
    re.IGNORECASE,
)
_SELECTORS = frozenset("other left right first second third last".split())
# "What is the girl's brother wearing?"
_RELATIVE = re.compile(
    r"\b(?:is|are|was|were|does|do|did) (?:the [a-z ]+?'s|his|her|their) (?P<person>[a-z]+)\b",
    re.IGNORECASE,
)
# "How many of the people are women?" counts the women.
_COUNT_WHO = re.compile(
    r"^how many (?:of the [a-z]+|people|persons) (?:are|were) (?P<who>[a-z]+)[?.! ]*$",
    re.IGNORECASE,
)
# "How many reps does he do?" counts the reps.
_COUNT_OF = re.compile(
    r"^how many (?P<noun>(?!of |other |more |different )[a-z-]+s|people|men|women|children) "
    r"(?:do|does|did|are|is|was|were|can|could|have|has|had|will) ",
    re.IGNORECASE,
)


def _without_verb(subject: str, phrases: Sequence[TaggedPhrase]) -> str:
    """Return the noun that begins a tagged subject, in the singular: "flowers open" -> "flower".

    Args:
        subject: returned unchanged unless the tagged subject has several words, a plural first.
        phrases: the tagged phrases; the first one with the role `subject` counts.
    """
    text = next((phrase.text for phrase in phrases if phrase.role == "subject"), "").lower()
    first, _, rest = text.partition(" ")
    return singular_of(first) if rest and is_plural_noun(first) else subject


_POSSESSION = re.compile(
    r"\b(?:his|her|its|their) (?!own|now|again|then|there|here|in|on|at|and|or|to|do|is|are|was|with|from|for|of|by|a|an|the|while|when)([a-z]{2,})\b",
    re.IGNORECASE,
)


def _owned_noun(wording: str) -> str:
    """Return the noun after a possessive pronoun: "where are his shoes" -> "shoe"; or ""."""
    match = _POSSESSION.search(wording)
    return singular_of(match[1].lower()) if match else ""


def _person_of(wording: str) -> str:
    """Return the person of a pronoun: "she", "her" -> "woman"; "he", "him", "his" -> "man"; ""."""
    words = set(_WORD.findall(wording.lower()))
    return "woman" if words & {"she", "her"} else "man" if words & {"he", "him", "his"} else ""


def _asks_presence_alone(wording: str, phrases: Sequence[TaggedPhrase]) -> bool:
    """Whether only the tagged target is asked for: no quantifier before it, no place after it.

    Words of visibility and "around" may follow. False without a tagged target.
    """
    target = next((phrase for phrase in phrases if phrase.role == "target"), None)
    if target is None:
        return False
    before = set(_WORD.findall(wording[: target.start].lower()))
    after = without_visibility_words(wording[target.end :].strip(" ?.!,")).strip(" ?.!,")
    return after in _AT_NO_PLACE and not before & _COUNTS


# "Is anybody around?" names no place.
_AT_NO_PLACE = frozenset({"", "around", "nearby"})


def _in_singular(options: Sequence[str]) -> tuple[str, ...]:
    """Return the options in the singular if all are plural nouns, "men or women"; else unchanged.

    Options with words behind the noun, "men in shorts", are unchanged, too.
    """
    are_plural = all(is_plural_noun(option) and head_of(option) == option for option in options)
    return tuple(map(singular_of, options) if are_plural else options)


# "Describe the other guy's shoes."
_PART_OF = re.compile(
    r"\bdescribe the (?P<phrase>[a-z]+(?: [a-z]+)?'s [a-z]+(?: [a-z]+)?)[?.! ]*$", re.IGNORECASE
)
_COMPARES = re.compile(
    r"^compare\b|\bdifferences?\b|\bdiffers?\b|\bdifferent\b|\bin common\b|\bsimilar", re.IGNORECASE
)
_ASPECTS = (
    (
        re.compile(r"\b(?:wear|wears|wearing|dressed|have on|has on|clothes|clothing|outfit)\b"),
        "clothes",
    ),
    (re.compile(r"\bweather\b"), "weather"),
    (re.compile(r"\b(?:background|behind)\b"), "background"),
    (re.compile(r"\bforeground\b"), "foreground"),
    (re.compile(r"\b(?:mood|atmosphere)\b"), "mood"),
    (re.compile(r"\bhow (?:he|she|they) looks?\b"), "appearance"),
)


def find_aspect(match: IntentMatch, intent: str, query: str, subject: str) -> tuple[str, str]:
    """Return subject and aspect: "what is the woman wearing?" -> ("woman", "clothes").

    For `describe_part`, "the man's shoes" has the subject "man" and the aspect "shoes". For
    `compare`, the aspect is "difference" if two things are to be compared point by point. The
    aspect is empty for other intents, with the subject unchanged, and if the question names no
    aspect.

    Args:
        match: the intent and the slots of its template; a slot `aspect` takes precedence.
        intent: the question's intent.
        query: the self-contained, normalized question.
        subject: the subject found so far; may be empty.
    """
    if intent == "compare" and _COMPARES.search(query):
        return subject, "difference"
    if intent != "describe_part":
        return subject, ""
    whole = _PART_OF.search(query)
    owner, is_owned, part = (whole["phrase"].lower() if whole else subject).partition("'s ")
    if "aspect" in match.slots:
        return owner, match.slots["aspect"]
    for pattern, name in _ASPECTS:
        aspect = pattern.search(query.lower())
        if aspect:
            return owner, name or aspect[0]
    return owner, part if is_owned else ""


# "The one in the dark jacket" is normalized to this.
_THE_PERSON = re.compile(r"\bthe person (?:in|on|with|sitting|standing)\b", re.IGNORECASE)


def whole_noun(subject: str, query: str) -> str:
    """Complete a noun that is a modifier: "young" of "is the young man tall?" -> "young man".

    An empty subject is "person" in a query such as "what does the person in red
    do?". Any other subject is returned unchanged.

    Args:
        subject: the subject found so far; may be empty.
        query: the self-contained, normalized question.
    """
    if not subject:
        return "person" if _THE_PERSON.search(query) else ""
    if is_living(subject.removesuffix("'s")):
        return subject
    whole = next((noun for noun in nouns_of(query) if noun.startswith(f"{subject} ")), subject)
    # "Is the dessert chocolate cake?" is not about a dessert chocolate.
    says_what = query.lower().startswith(("is ", "are ", "was ", "were "))
    return subject if says_what and not is_person(whole) else whole
