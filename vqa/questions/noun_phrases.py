"""Noun phrases that stand alone in a message, and their parts: "and the boy in boots?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqa.questions.spelling import is_verb

# Words before and after a noun phrase that do not belong to it.
_LEAD = re.compile(
    r"^(?:the other(?: one)?(?=, (?:the|that|this)\b)|not (?:that|this|him|her|them)(?: one)?(?=,)|(?:what|how) about|wbu|hbu|or maybe|maybe|or|not even|roughly|basically|probably|like|and not|not|no|nope|nah|sorry|and|but|so|i (?:mean|meant|asked about|was asking about|am asking about|wanted)|"
    r"instead|just|rather|also|perhaps|even|then|only)\b[, ]*",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"(?:, (?:right|correct)|,? (?:too|as well|aswell|also|then|instead|i me?ant?|sorry|please|though|not .*|instead of .*))$",
    re.IGNORECASE,
)
POSSESSIVES = frozenset("his her its their my your our".split())
_DETERMINERS = POSSESSIVES | frozenset(
    "a an any some the that this those these another more no".split()
)
_AFTER_NOUN = frozenset(
    "in on at around above below against with without behind next near under by beside from of to over inside who that which wearing holding standing sitting".split()
)
_MAX_CORE_WORDS = 4
QUESTION_WORDS = frozenset("what who whom which whose where when how why".split())


@dataclass(frozen=True, kw_only=True)
class NounPhrase:
    """Parts of a noun phrase in lower case: "the", "boy", "in boots".

    Args:
        determiner: the article or possessive pronoun; or empty.
        core: the noun with its modifiers, one to four words.
        tail: words after the noun; or empty.
    """

    determiner: str
    core: str
    tail: str


def read_noun_phrase(bare: str) -> NounPhrase | None:
    """Split "and the boy in boots?" into the parts of a noun phrase, without "and" and "too".

    None for a text that begins with a question word or with a verb and its object ("wave her
    hands"), and unless one to four words precede a preposition or the end.

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
    determiner = words.pop(0) if len(words) > 1 and words[0] in _DETERMINERS else ""
    end = next((n for n, word in enumerate(words) if word in _AFTER_NOUN), len(words))
    if not 1 <= end <= _MAX_CORE_WORDS or words[0] in QUESTION_WORDS:
        return None
    return NounPhrase(determiner=determiner, core=" ".join(words[:end]), tail=" ".join(words[end:]))
