"""Nouns that an answer names: "dog" of "a dog runs", "bike" of "she is riding a bike"."""

from __future__ import annotations

import re

from vqa.english import (
    COLOURS,
    DETERMINERS,
    MASS_NOUNS,
    PREPOSITIONS,
    is_doing,
    is_plural_noun,
    names_plural,
    singular_of,
)
from vqa.questions.nouns.entities import NO_NAMES, head_noun
from vqa.questions.nouns.mentions import marked_words, noun_of, nouns_of, phrase_spans
from vqa.questions.nouns.noun_phrases import NO_THING, TWO_COLORS
from vqa.questions.times.shot_words import ORDINAL, ordinal_number
from vqa.questions.words.living_nouns import is_animal, is_living
from vqa.questions.words.spelling import is_adjective, is_word


def answer_noun(answer: str, intent: str) -> str:
    """Return the first thing that an answer names, singular, in lower case: "dog" for "a dog runs".

    This is the noun phrase after the first article or number, or "some". An answer without one must
    have one or two words and the intent of its question must be `identify`, `choice`,
    `person_identity`, `order`, `compare` or `describe`. Empty for any other answer, such as "sunny", "yes" and "no".
    """
    lower = _THERE_IS.sub("", answer.lower().strip(" ."))
    if lower in ("yes", "no"):
        return ""
    first = _BEFORE_PLACE.match(lower)
    last = first[1].split()[-1] if first is not None and intent in _NAMES_BY_INTENT else ""
    if first is not None and (is_plural_noun(last) or last in MASS_NOUNS or is_animal(last)):
        # "Coats on the rack"
        return head_noun(first[1])
    match = _ANSWER_NOUN.search(TWO_COLORS.sub("", lower))
    if match is not None:
        name = head_noun(match[1].strip())
        members = nouns_of(lower[match.start() :]) if f"{name} of " in lower else ()
        # "A group of children" names children.
        return members[0] if members else name
    words = lower.split()
    is_name_alone = 1 <= len(words) <= _MAX_NAME_WORDS and not is_adjective(words[-1])
    return head_noun(lower) if intent in _NAMES_BY_INTENT and is_name_alone else ""


_THERE_IS = re.compile(r"^there (?:is|are) ")
_BEFORE_PLACE = re.compile(
    rf"^((?!(?:an?|the|some)\b)(?:[a-z-]+ )?(?!(?:{'|'.join(PREPOSITIONS)})\b)[a-z-]+) (?:{'|'.join(PREPOSITIONS)}) "
)
_ANSWER_NOUN = re.compile(
    r"\b(?:a|an|the|one|two|three|four|five|some)\b((?: [a-z-]+){1,3})", re.IGNORECASE
)


_NAMES_BY_INTENT = frozenset(
    "identify choice person_identity order compare describe describe_part".split()
)
_MAX_NAME_WORDS = 2


def is_name(thing: str) -> bool:
    """Whether an answer can name a thing: "red car", but not "standing", "others" or "xyzzy".

    Only the last word is checked: False for a verb in -ing, a word such as "others", and a word
    that is not English. Any other word gives True, even "red" or "yes"; an empty text False.

    Args:
        thing: the answer in lower case, without punctuation.
    """
    last = thing.split()[-1] if thing else ""
    return bool(last) and is_word(last) and not is_doing(last) and last not in NO_NAMES


def object_of(answer: str) -> str:
    """Return the object of an answer with a verb in -ing: "bike" for "she is riding a bike".

    Singular; empty for other answers, and if the last word names no thing.
    """
    words = answer.lower().strip(" .").split()
    if len(words) < 2 or not any(word.endswith("ing") for word in words[:-1]):
        return ""
    match = _OBJECT.search(" ".join(words))
    noun = match["noun"] if match is not None else ""
    return "" if noun in NO_THING or noun.endswith(("ing", "ly")) else singular_of(noun)


_OBJECT = re.compile(
    r"ing (?:(?:out|up|down|off|on|at|to|with|into) )?(?:(?:an?|the|his|her|its|their|some|two|three) )?(?:[a-z-]+ )?(?P<noun>[a-z-]{3,})$"
)


def things_of_answer(answer: str, intent: str, *, has_noun: bool) -> list[str]:
    """Return the things that an answer names, in the singular, the most important one last.

    A list of two names both and the pair, "cup and the plate".

    Args:
        answer: the bare answer.
        intent: the intent of its question.
        has_noun: whether the question itself names a thing.
    """
    things = described_things(answer)
    if intent in _DESCRIBES and things:
        return things
    items = _items_of(answer) if intent in _NAMES_BY_INTENT else []
    if items:
        is_pair = len(items) == _PAIR_LENGTH and not all(map(is_living, items))
        return [" and the ".join(reversed(items))] * is_pair + items
    name = answer_noun(answer, "identify" if intent == "location" else intent)
    if intent == "location":
        places = things or [name]
        return [place for place in places if is_name(place) and not set(place.split()) & NO_THING]
    is_color = set(name.split()) <= COLOURS and not names_plural(answer, name)
    if is_color or (intent == "action" and has_noun):
        # "Black", as the answer to "what bird is that?", names no thing.
        name = ""
    return list(filter(is_name, (name, object_of(answer))))


# Intents whose answers are sentences about the video.
_DESCRIBES = frozenset({"describe", "summarize", "order"})
_PAIR_LENGTH = 2


def _items_of(answer: str) -> list[str]:
    """Return the singular nouns of an answer that lists them, the first last: ["cup", "bowl"] for "a bowl and cups".

    Empty for other answers, such as "black and white" and "a dog runs and a cat sleeps".
    """
    items = re.split(r",? and |, ", answer.lower().strip(" ."))
    phrases = [_ITEM.match(item) for item in items]
    names = [singular_of(phrase["name"]) for phrase in phrases if phrase is not None]
    is_list = len(items) > 1 and len(names) == len(items)
    is_of_things = all(
        is_name(name) and not is_adjective(name.split()[-1]) and not {*name.split()} <= COLOURS
        for name in names
    )
    return names[::-1] if is_list and is_of_things else []


_ITEM = re.compile(
    r"(?:(?:an?|the|one|some|two|three|four|five|his|her|their) )?(?P<name>[a-z-]+(?: [a-z-]+)?)$"
)


def described_things(description: str) -> list[str]:
    """Return the singular nouns of a sentence, the least important first.

    "A person is riding a horse in a field" -> ["field", "horse", "person"]: things behind a
    preposition, then objects, then the subject; of equals the first is the most important.
    """
    words = marked_words(TWO_COLORS.sub("", description.lower().replace(" 's", "'s")))
    subjects: list[str] = []
    objects: list[str] = []
    places: list[str] = []
    bare = singular_of(words[0]) if words and is_plural_noun(words[0]) else ""
    if bare:
        # "Dogs are playing in the snow"
        subjects.append(bare)
    role = subjects
    for start, end in phrase_spans(words):
        before = next((word for word in reversed(words[:start]) if word not in DETERMINERS), ".")
        noun = noun_of(words[start:end])
        if before in PREPOSITIONS:
            role = places
        elif before != "and":
            role = objects if subjects else subjects
        if is_name(noun) and noun not in SIDES:
            role.append(noun)
    return [*reversed(places), *reversed(objects), *reversed(subjects)]


# Answers that are a side or place of the picture, not a thing.
SIDES = frozenset("top bottom left right middle center front back side corner up down".split())


def listed_thing(match: re.Match[str], answer: str) -> str:
    """Return the thing of an answer that a match of `ANSWER_PLACE` selects: "the first one" -> "the dog".

    The text of the match if the answer is no list of things, unless it says "you mentioned".
    """
    things = [noun for noun in nouns_of(answer) if is_name(noun)]
    is_quoted = bool(match["mentioned"])
    number = ordinal_number(match["which"].lower())
    place = number - 1 if number > 0 else -1
    is_sentence = not {"is", "are"}.isdisjoint(answer.lower().split())
    if not things or (not is_quoted and (len(things) == 1 or is_sentence)):
        return match[0]
    return f"the {things[place if place < len(things) else -1]}"


ANSWER_PLACE = re.compile(
    rf"\bthe (?P<which>{ORDINAL}) (?:one|thing|animal|object|person)(?P<mentioned> (?:that )?(?:you|u) (?:just )?(?:mentioned|mention|said|named|listed|told me|saw|see))?(?! (?:to|who|that)\b)\b",
    re.IGNORECASE,
)
