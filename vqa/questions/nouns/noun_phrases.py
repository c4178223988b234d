"""Parsing of noun phrases: the nouns of a question, and a message that is one phrase."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqa.english import (
    CARDINALS,
    COLOURS,
    DETERMINERS,
    PREPOSITIONS,
    has_determiner,
    is_doing,
    is_or_are,
    is_plural_noun,
    with_article_if_countable,
    without_article,
)
from vqa.noun_kinds import words_of_kind
from vqa.questions.nouns.pronouns import STATES_OF_LIVING
from vqa.questions.words.spelling import is_adjective, is_past_participle, is_verb

# Words before and after a noun phrase that do not belong to it.
_LEAD = re.compile(
    r"^(?:the other(?: one)?(?=, (?:the|that|this)\b)|not (?:(?:the|that|this|his|her|their) (?!other\b)[a-z]+|that|this|him|her|them)(?=,| (?:the|that|this|his|her|their|an?)\b)|(?:what|how) about|wbu|hbu|or maybe|maybe|or|not even|roughly|basically|probably|like|and not|not|no|nope|nah|sorry|and|but|so|(?:do )?you mean|i (?:mean|meant|asked about|was asking about|am asking about|wanted)|"
    r"instead|just|rather|also|perhaps|even|then|only)\b[, ]*",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"(?:, (?:right|correct)|,? (?:too|as well|aswell|also|then|instead|i me?ant?|sorry|please|though|not .*|instead of .*))$",
    re.IGNORECASE,
)
POSSESSIVES = frozenset("his her its their my your our".split())
_DETERMINERS = DETERMINERS - frozenset(CARDINALS) | {"more"}
_AFTER_NOUN = frozenset(
    "in on at around above below against with without behind next near under by beside from of to over inside who that which wearing holding standing sitting".split()
)
_MAX_CORE_WORDS = 4
_PRONOUNS = frozenset("he him she they them".split())
# "What is its color?"
PROPERTY_NOUNS = frozenset(
    "color colour pattern shape size material texture length height weight form breed name age brand".split()
)
QUESTION_WORDS = frozenset("what who whom which whose where when how why".split())


@dataclass(frozen=True, kw_only=True)
class NounPhrase:
    """Noun phrase in parts, in lower case: "the boy in boots" -> "the", "boy", "in boots".

    Args:
        determiner: the article or possessive pronoun, the last one of "all the men"; or empty.
        core: the noun with its modifiers, one to four words.
        tail: words after the noun; or empty.
    """

    determiner: str
    core: str
    tail: str


def read_noun_phrase(bare: str) -> NounPhrase | None:
    """Parse a message that is one noun phrase: "and the boy in boots?" -> "the", "boy", "in boots".

    Beginnings such as "and", "what about" and "I meant", and endings such as "too" and "please",
    are dropped. The tail begins with a preposition, or with "who", "that", "wearing" and the like.

    None for a text that is empty, begins with a question word or a pronoun, begins with a verb and an article or
    possessive ("wave her hands"), or has no or more than four words between determiner and tail.

    Args:
        bare: the message, in upper or lower case.
    """
    text = bare.strip(" ?.!,").lower()
    while (shorter := _LEAD.sub("", text)) != text and shorter:
        text = shorter
    while (shorter := _TRAIL.sub("", text)) != text and shorter:
        text = shorter
    words = text.replace(",", "").split()
    if len(words) > 1 and words[1] in POSSESSIVES | {"the", "a", "an"} and is_verb(words[0]):
        # "Wave her hands?"
        return None
    if len(words) > 1 and words[0] in PREPOSITIONS:
        # "Out of a glass?"
        return None
    determiner = ""
    while len(words) > 1 and words[0] in _DETERMINERS:
        # "All the men"
        determiner = words.pop(0)
    end = next((n for n, word in enumerate(words) if word in _AFTER_NOUN), len(words))
    # "Playing with the yarn?" names no thing.
    acts = words[1:] and end == 1 and is_doing(words[0]) and not determiner
    if acts or not 1 <= end <= _MAX_CORE_WORDS or words[0] in QUESTION_WORDS | _PRONOUNS:
        return None
    return NounPhrase(determiner=determiner, core=" ".join(words[:end]), tail=" ".join(words[end:]))


def is_property_alone(bare: str) -> bool:
    """Whether a message is only an adjective, with an adverb or without: "barefoot?", "still wet".

    "Left handed?" is one, too.
    """
    *adverbs, last = bare.lower().strip(" ?.!,").split() or [""]
    is_adverbial = set(adverbs) <= _DEGREES or (is_of_body(last) and len(adverbs) == 1)
    is_color = last in COLOURS and bool(adverbs)
    return (
        (is_adjective(last) or is_color or is_of_body(last))
        and last not in _NO_PROPERTIES
        and is_adverbial
    )


def offered_properties(bare: str) -> str:
    """Return a message of properties alone: "big or small", "dark blue or light blue" of "dark or light blue".

    A single property counts, too, see `is_property_alone`, and "bigger than the cat", "as big as
    the cat". So does "a man or a woman" of "man or woman". Empty for other messages.
    """
    options = bare.lower().strip(" ?.!,").split(" or ")
    if len(options) > 1:
        # "Real ones or fake ones?"
        options = [_OF_ONE.sub(r"\1", option) for option in options]
    shade, *others = options[-1].split() or [""]
    if len(options) > 1 and len(others) == 1 and others[0] in COLOURS and shade in _SHADES:
        options = [one if one in COLOURS or " " in one else f"{one} {others[0]}" for one in options]
    if len(options) == 1:
        is_property = is_property_alone(options[0]) or _COMPARISON.match(options[0])
        return options[0] if is_property else ""
    # "Looking up or down?"
    acts = is_doing(options[0].split()[0])
    is_each = all(
        is_property_alone(one)
        or (acts and one in PREPOSITIONS)
        or is_doing(one.split()[0])
        or is_past_participle(one.split()[0])
        or one in COLOURS
        or one in _PHRASES
        or _COMPARISON.match(one)
        for one in options
    )
    return " or ".join(_PHRASES.get(one, one) for one in options) * is_each


_COMPARISON = re.compile(
    r"(?:(?:just|not|much|even|any|slightly|a (?:bit|little|lot)) )?(?:(?:(?:more|less) [a-z]+|(?!(?:rather|other|either|fewer|later|earlier|sooner|after)\b)[a-z]+er|worse) than|as [a-z]+ as) [a-z]"
)


def is_of_body(word: str) -> bool:
    """Whether a word says of what kind a part of a body is: "handed" in "left handed", "bald-headed"."""
    part = word.lower().rpartition("-")[2]
    return part.endswith("ed") and bool({part[:-2], part[:-1]} & (words_of_kind("body part")))


def is_state_of_living(bare: str) -> bool:
    """Whether an adjective alone is said of people and animals: "happy?", "barefoot"."""
    return not STATES_OF_LIVING.isdisjoint(bare.lower().strip(" ?.!,").split()[-1:])


_PHRASES = (
    {"left": "on the left", "right": "on the right"}
    | {place: place for place in ("inside", "outside", "indoors", "outdoors")}
    | {f"{a}{sex}": f"a {sex}" for a in ("", "a ") for sex in ("man", "woman", "boy", "girl")}
)
_OF_ONE = re.compile(r"^(?:an? )?([a-z]+) ones?$")
_SHADES = frozenset("dark light bright pale deep".split())
_DEGREES = _SHADES | frozenset(
    "very really quite still all so that too pretty completely fully only pure".split()
)
# Adjectives of a reaction, "right?", "sure?", "funny", of a time and of a number
_NO_PROPERTIES = frozenset(
    "later earlier early late both all right wrong sure certain true false correct good great nice cool fine okay bad funny amazing awesome weird strange odd interesting "
    "possible impossible likely unlikely clear unclear obvious crazy wild lovely cute adorable perfect excellent brilliant wonderful other "
    "same different similar more less next last first second third whole such glad sorry welcome super serious kidding ready done".split()
)


# Words that end a phrase but name no thing that "it" can mean.
NO_THING = frozenset(
    "video clip film movie scene picture part section segment time beginning end start middle second minute left right top bottom side front back "
    "close close-up closeup view glimpse "
    "there here down away outside inside around together background foreground something anything other same first last one "
    "for of in on at with to from by about so all like as point moment lot bit goes "
    # Nouns of a look
    "stripe stripes dot dots pattern "
    # Nouns of an opinion: "what a pity", "it is a strange mix".
    "pity shame relief surprise wonder joke luck mistake idea reason problem question answer difference guess mix sense fact feeling impression mess "
    "kind sort type choice matter trouble pleasure".split()
)


_COLOR = rf"(?:{'|'.join(sorted(COLOURS))})"
# "Black and white" before a noun
TWO_COLORS = re.compile(rf"\b{_COLOR} and {_COLOR} (?=[a-z])", re.IGNORECASE)


def final_noun(wording: str) -> str:
    """Return the noun that ends a text, without modifiers: "what is in the left hand?" -> "hand".

    It follows "the" or a possessive, such as "the man's", and at most one modifier. Empty for any other end, such as "the
    right".
    """
    *before, last = wording.rstrip(" ?.!").lower().split() or [""]
    is_noun = last not in NO_THING and not (is_doing(last) or is_adjective(last))
    is_owned = any(word.endswith(("'s", "s'")) for word in before[-2:])
    return last if is_noun and (is_owned or {*before[-2:]} & (POSSESSIVES | {"the"})) else ""


_ANYTHING = re.compile(
    r"^(?:(?:the|that|this|those|these) (?:[a-z-]+ ){0,3}?(?P<noun>things?|stuff|objects?|items?)\b(?: [^,]+)?|"
    r"(?:that|this|those|these) (?:on|under|behind|next to|near|above|beside|in front of) [^,]+)$",
    re.IGNORECASE,
)


def identification_question(phrase: str) -> str:
    """Ask what an unnamed thing is: "that red thing" -> "what is that red thing?"; or "".

    Args:
        phrase: a noun phrase of "the", "this", "that", "these" or "those" with "thing", "stuff",
            "object" or "item", or of "that" or the like and a place, "that on the wall"; any other
            gives "".
    """
    thing = _ANYTHING.match(phrase.strip(" ?.!"))
    if thing is None:
        return ""
    be = is_or_are(thing["noun"] or phrase.split()[0])
    return f"what {be} {phrase.strip(' ?.!').lower()}?"


def presence_question(noun: str) -> str:
    """Ask for the presence of a thing: "is there a dog", "are there any dogs", without a mark.

    Args:
        noun: a noun phrase in lower case, in the singular or plural, with a determiner or without.
    """
    if not is_plural_noun(noun):
        return f"is there {with_article_if_countable(noun)}"
    return f"are there {noun if has_determiner(noun) else f'any {noun}'}"


def without_determiner(phrase: str) -> str:
    """Remove a leading article, "any", "some", "this", "that", "these" or "those", in any case.

    Possessives and numbers stay: "his room", "two dogs".
    """
    return _DEMONSTRATIVE.sub("", without_article(phrase))


_DEMONSTRATIVE = re.compile(r"^(?:this|that|these|those) ", re.IGNORECASE)
