"""Parsing of a yes/no question into a clause for the reply, where its subject is unambiguous."""

from __future__ import annotations

import re

from vqa.english import CARDINALS, DETERMINERS, PREPOSITIONS, is_doing, is_plural, singular_of
from vqa.questions.normalization.subjects import (
    DEMONSTRATIVES,
    PRONOUNS,
    VERBS_OF_THIS,
    modifier_length,
)
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.pronouns import INDEFINITE_PERSONS
from vqa.questions.sentences.clauses import Clause
from vqa.questions.words.living_nouns import GROUPS, is_living, is_person
from vqa.questions.words.spelling import is_verb

_BE = re.compile(
    r"^(?P<verb>is|are|was|were) (?P<rest>(?:the|this|that|these|those|his|her|its|their|(?:one|each|neither)(?= of)|any|all|most|both|some|many|half|it|he|she|they|there|(?:any|some|every)(?:one|body))\b.*)$",
    re.IGNORECASE,
)
_DO = re.compile(
    r"^(?P<verb>does|do|did|can) (?P<subject>he|she|it|they|(?:one|each|neither|any|all|most|both|some|many|half) of (?:them|(?:the|these|those|his|her|their) [a-z]+)|(?:any|all|most|both|some|many|half)(?: (?:the|these|those|his|her|their))? [a-z]+|(?:the|this|that|these|those|his|her|its|their)(?: [a-z'-]+)+?|"
    r"(?:any|some|every)(?:one|body)) (?P<rest>[a-z'-]+(?: .*)?)$",
    re.IGNORECASE,
)
_PRONOUN_SUBJECTS = INDEFINITE_PERSONS | {"it", "he", "she", "they", "there", "this", "that"}
# Words that follow "this" or "that" where it stands alone: "is this a dog?", "is that on the table?".
_AFTER_PRONOUN = frozenset(
    "a an the in on at from under not real fake true his her your my one".split()
)


_STATES = frozenset("on off open closed shut lit".split())
# Words that begin a subject of several: "all the dogs", "any of them".
QUANTIFIERS = frozenset("any all most both some many half".split())
# "The same guy" is no thing named "same".
_SELECTS = frozenset("same other first second last only".split())


def _is_phrase_head(word: str) -> bool:
    """Whether a word after a noun is the head of the phrase: "guy" in "the red hat guy"."""
    return is_person(word) or word in ("thing", "things", "one", "ones")


def _fixed_length(words: list[str]) -> int:
    """Return the number of words of a subject that a number or a selector begins; 0 for another one.

    "These two", "both of them", "any of the dogs", "one of the boys", "the other one", "the other boy". A plural noun behind
    "these two" belongs to the subject.
    """
    first, second, third = [*(word.lower() for word in words[:3]), "", "", ""][:3]
    if first in ("these", "those") and second in CARDINALS:
        return 2 + (is_plural(third) and not is_doing(third)) if third else 0
    if first == "the" and second in CARDINALS and is_plural(third):
        return 3
    if first in ("one", "each", "neither", *QUANTIFIERS) and second == "of" and third == "them":
        return 3
    if first in ("one", "each", "neither") and second == "of":
        return 4 * (third in DETERMINERS and len(words) > 4)
    if first in QUANTIFIERS:
        return _quantified_length([word.lower() for word in words])
    is_one = third in ("one", "two") or is_living(singular_of(third))
    return 3 * (first == "the" and second == "other" and is_one)


def _quantified_length(words: list[str]) -> int:
    """Return the number of words of a subject that a quantifier begins: 4 of "any of the dogs brown".

    It ends with its plural noun, "most of the people", or group, "any of the audience"; 0 without one.
    """
    is_noun = (
        n
        for n in range(1, min(_MAX_SUBJECT_WORDS, len(words)))
        if words[n] in GROUPS or (is_plural(words[n]) and not is_doing(words[n]))
    )
    # "Most of the grass", "all of it"
    mass_length = {"of it": 3, "of the": 4}.get(" ".join(words[1:3]), 0)
    return next(is_noun, mass_length - 1) + 1


# "Any of the two little dogs"
_MAX_SUBJECT_WORDS = 6


def _place_length(words: list[str]) -> int:
    """Return the number of words of a place before a final state: 3 of "between the beds on"; or 0."""
    is_place = len(words) > 1 and words[0] in PREPOSITIONS and words[-1] in _STATES
    return len(words) - 1 if is_place else 0


def _place_before_adverb(words: list[str], length: int) -> int:
    """Return where a predicate begins with "also": 4 of "the dog from it also there"; 0 without.

    A preposition must follow the first `length` words, the noun phrase.
    """
    is_place = words[length : length + 1] and words[length].lower() in PREPOSITIONS
    adverbs = (n for n in range(length + 2, len(words) - 1) if words[n].lower() in _ADVERBS)
    return next(adverbs, 0) if is_place else 0


def _joined_length(words: list[str]) -> int:
    """Return the number of words of a second noun of the subject, 3 of "and the man dance"; or 0."""
    is_noun = words[:1] == ["and"] and bool(set(words[1:2]) & DETERMINERS)
    return 3 if is_noun and len(words) > len(("and", "the", "man")) else 0


_ADVERBS = frozenset("also still already really".split())


_HEADS = frozenset("thing things one ones".split())


def _with_modifiers(verb: str, words: list[str], length: int) -> Clause | None:
    """Return the clause whose subject has `length` words and the place behind them; None without a predicate."""
    length += modifier_length(words[length:], verb)
    if len(words) <= length:
        return None
    subject = " ".join([words[0].lower(), *words[1:length]])
    return Clause(verb=verb.lower(), subject=subject, predicate=" ".join(words[length:]))


def certain_clause(wording: str, noun: str) -> Clause | None:
    """Parse a yes/no question into a clause if the end of its subject is unambiguous; else None.

    The subject is then a pronoun, or a determiner with `noun` and its modifiers; in lower case.

    Args:
        wording: a question without final punctuation.
        noun: its singular noun; empty if it is unknown.
    """
    clause = _clause_with(wording, noun)
    if (
        clause is not None
        or " or " in wording
        or re.match(r"^(?:is|was|are|were) th(?:is|at)\b", wording, re.IGNORECASE)
    ):
        return clause
    # "Are the girl's hands up", with the noun "girl"
    return _clause_with(wording, next(iter(nouns_of(wording)), ""))


def _clause_with(wording: str, noun: str) -> Clause | None:
    """Parse a yes/no question whose subject has a noun; see `certain_clause`."""
    do = _DO.match(wording)
    if do is not None:
        return _clause_with_do(do, noun)
    be = _BE.match(wording)
    return _clause_with_be(be, noun) if be is not None else None


def _clause_with_do(do: re.Match[str], noun: str) -> Clause | None:
    """Parse a question with "do", "did" or "can"; see `certain_clause`."""
    words = f"{do['subject']} {do['rest']}".split()
    length_of_group = _fixed_length(words)
    if 0 < length_of_group < len(words):
        subject, predicate = (
            " ".join(words[:length_of_group]).lower(),
            " ".join(words[length_of_group:]),
        )
        return Clause(verb=do["verb"].lower(), subject=subject, predicate=predicate)
    is_pronoun = words[0].lower() in DEMONSTRATIVES and words[1].lower() in VERBS_OF_THIS
    if is_pronoun:
        # "Does that happen again?"
        predicate = " ".join(words[1:])
        return Clause(verb=do["verb"].lower(), subject=words[0].lower(), predicate=predicate)
    length = 1 + len(noun.split()) if " " in do["subject"] else 1
    name = " ".join(words[1:length]).lower()
    is_unknown = not noun or singular_of(name) != noun or name in _SELECTS or len(words) <= length
    if " " in do["subject"] and is_unknown:
        return None
    # "Does someone else carry a bag?"
    length += words[length].lower() == "else" and len(words) > length + 1
    length += _joined_length(words[length:])
    takes_place = " " in do["subject"] or words[0].lower() in INDEFINITE_PERSONS
    modifiers = modifier_length(words[length:], do["verb"]) if takes_place else 0
    if modifiers and is_verb(words[length + modifiers]):
        # "Does the woman in red dance?", "does anyone in the room dance?"
        length += modifiers
    return Clause(
        verb=do["verb"].lower(),
        subject=" ".join(words[:length]).lower(),
        predicate=" ".join(words[length:]),
    )


def _clause_with_be(be: re.Match[str], noun: str) -> Clause | None:
    """Parse a question with a form of "be"; see `certain_clause`."""
    words = be["rest"].split()
    first = words[0].lower()
    length = 1 + len(noun.split())
    name = words[1].lower() if len(words) > 1 else ""
    if first in DETERMINERS and not noun and is_person(singular_of(name)) and is_plural(name):
        length = 2  # A plural ends its noun phrase: "are the men angry?"
    elif first in ("these", "those") and len(words) == len("those horses".split()):
        length = 1
    elif _fixed_length(words):
        length = _fixed_length(words)
    elif not (noun and singular_of(" ".join(words[1:length]).lower()) == noun):
        thing = next((n for n, word in enumerate(words[:4]) if word.lower() in _HEADS), 0)
        if first in DETERMINERS and thing:
            # "Is that dark thing in the corner a shoe?"
            return _with_modifiers(be["verb"], words, thing + 1)
        follows = words[1].lower() if len(words) > 1 else ""
        is_alone = len(words) == 2 or follows in _AFTER_PRONOUN
        if first not in _PRONOUN_SUBJECTS or (first in ("this", "that") and not is_alone):
            return None
        is_one = follows in ("one", "ones") and words[2:3] not in ([], ["of"])
        length = 2 if follows == "else" or is_one else 1
    if first == "there":
        # "Are there people watching?"
        length = 1
    while len(words) > length + 1 and length > 1 and _is_phrase_head(words[length].lower()):
        # "Is the red hat guy leaving?", with the noun "hat"
        length += 1
    is_place = first in INDEFINITE_PERSONS and words[length : length + 1] in (["there"], ["here"])
    if first not in PRONOUNS - INDEFINITE_PERSONS and not is_place:
        length += _joined_length(words[length:])
        modifiers = _place_length(words[length:]) or modifier_length(words[length:], be["verb"])
        # "Is the bag on the man's back?"
        length += modifiers * (not words[length + modifiers - 1].endswith("'s"))
        length = _place_before_adverb(words, length) or length
    if len(words) <= length:
        return None
    subject = " ".join([first, *words[1:length]])
    return Clause(verb=be["verb"].lower(), subject=subject, predicate=" ".join(words[length:]))
