"""Replacement of a noun in the wording of a question, with its article and the form of its verb."""

from __future__ import annotations

import re
from itertools import pairwise

from vqa.english import (
    MASS_NOUNS,
    NUMBERS,
    PREPOSITIONS,
    does_or_do,
    is_doing,
    is_plural,
    plural_of,
    singular_of,
    with_article_if_countable,
)
from vqa.questions.normalization.subjects import split_subject
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.noun_phrases import is_property_alone, presence_question
from vqa.questions.nouns.pronouns import is_of_person
from vqa.questions.sentences.clauses import Clause, subject_noun
from vqa.questions.sentences.option_rules import CONTRAST_WORDS, CONTRASTS
from vqa.questions.words.living_nouns import is_living, is_vehicle
from vqa.questions.words.rewriting import AUXILIARY
from vqa.questions.words.spelling import is_verb

# A place that ends a text: "on the table", "behind him".
_LAST_PLACE = re.compile(
    r" (?P<preposition>in front of|on top of|in|on|at|under|behind|next to|with|near|by|beside) "
    r"(?:(?:the|his|her|its|their|a|an|this|that) (?P<noun>[a-z' -]+)|him|her|them|me|it)[?.! ]*$",
    re.IGNORECASE,
)
_DOES = re.compile(r"\b(?:does|do|did) ", re.IGNORECASE)


def belonging_question(noun: str, clause: Clause) -> str:
    """Return the question whether somebody has a thing: "beard" -> "does the man have a beard".

    That is after "is the man tall"; after "is the street wet", "cars" -> "are there any cars". Empty
    for a person or an animal, and after a clause that states neither a property nor an act.

    Args:
        noun: the noun without determiner, in the singular or plural.
        clause: the latest question.
    """
    singular = singular_of(noun)
    does_nothing = is_living(singular) or is_vehicle(singular)
    is_act = is_doing(clause.predicate) and " " not in clause.predicate and not does_nothing
    if is_living(singular) or not (is_property_alone(clause.predicate) or is_act):
        return ""
    thing = noun if singular != noun else with_article_if_countable(singular)
    if is_living(subject_noun(clause)) or clause.subject.lower() in ("he", "she", "they"):
        return f"{does_or_do(clause.subject)} {clause.subject} have {thing}"
    return presence_question(noun)


def without_last_place(question: str) -> str:
    """Remove a final place: "what color is the wall behind him?" -> "what color is the wall".

    Final punctuation is removed, too. A place before a verb belongs to the subject, as in "what is
    the man on the left wearing" and "what does the man on the left wear", and is kept.

    Args:
        question: the wording, in upper or lower case.
    """
    text = " ".join(question.rstrip(" ?.!").split())
    does = _DOES.search(text)
    if does is None:
        subject_end = 0
    else:
        rest = text[does.end() :]
        _, predicate = split_subject(rest, next(iter(nouns_of(rest)), ""), verb="does")
        subject_end = len(text) - len(predicate)
    place = _LAST_PLACE.search(text)
    while place is not None:
        words = (place["noun"] or "").lower().split()
        # "In the swimming pool" has no verb.
        has_verb = any(map(is_doing, words[1:])) or any(map(_IS_AUXILIARY.fullmatch, words))
        if place.start() > subject_end and not has_verb:
            return text[: place.start()]
        place = _LAST_PLACE.search(text, place.end("preposition"))
    return text


_IS_AUXILIARY = re.compile(AUXILIARY)


def with_other_side(place: str, earlier: str) -> str:
    """Return a question for the other side: "at the bottom" after "what is at the top?".

    Empty unless a place ends with a word of `CONTRASTS`, and the question has another word of its
    group after "the".
    """
    side = place.split()[-1]
    others = next((group for group in CONTRASTS if side in group), frozenset())
    words = earlier.split()
    for number, (before, word) in enumerate(pairwise(words), start=1):
        bare = word.strip("?.!,").lower()
        if before.lower() == "the" and bare in others and bare != side:
            words[number] = word.lower().replace(bare, side)
            return " ".join(words)
    return ""


def replace_noun(question: str, old: str, new: str) -> str:
    """Replace a noun of a question, with its article: "where is a dog?" -> "where is an owl?".

    The first occurrence, singular or plural, and a modifier such as "left" before it are replaced.
    "A" and "an" are adapted to `new` or inserted, "wear glasses" -> "wear a hat", "his" and "her"
    become "the", and `new` becomes plural after "how many". If `new` has several words, a phrase
    after `old`, such as "with the beard", is replaced with it. A question without `old` is returned
    unchanged.

    Args:
        question: the wording, in upper or lower case.
        old: the noun in the singular, without article.
        new: the other noun, without article.
    """
    one, many = singular_of(new), plural_of(singular_of(new))
    keeps_number = re.search(r"\bhow many\b", question, re.IGNORECASE) is None
    is_same = new.split()[-1] in NUMBERS or plural_of(old) == old or keeps_number
    tail = (
        r"(?: (?:with|in|on) (?:(?:the|a|his|her) )?(?!the\b)[a-z]+(?= (?!or\b)\S))?"
        if len(new.split()) > 1
        else ""
    )
    contrast = "|".join(sorted(CONTRAST_WORDS))
    for form, replacement in ((plural_of(old), new if is_same else many), (old, new)):
        pattern = re.compile(
            rf"(?:\b(?:the|his|her|a|an|any|some|this|that|these|those) )?(?:\b(?:{contrast}) )?\b{re.escape(form)}\b(?!'){tail}",
            re.IGNORECASE,
        )
        match = pattern.search(question)
        if match is not None:
            determiner = re.match(
                r"(?:the|his|her|a|an|any|some|this|that|these|those) ", match[0], re.IGNORECASE
            )
            article = determiner[0] if determiner else ""
            if article.lower() in ("his ", "her ", "this ", "that ", "these ", "those "):
                article = "the "
            if article.lower() in ("a ", "an "):
                replacement = with_article_if_countable(one) if new == one else new
                article = ""
            before = question[: match.start()]
            is_bare = not determiner and (is_plural(form) or form in MASS_NOUNS)
            if is_bare and new == one and _takes_article(before):
                # "And a hat?" after "does he wear glasses?"
                replacement = with_article_if_countable(new)
            return f"{before}{article}{replacement}{question[match.end() :]}"
    return question


def _takes_article(before: str) -> bool:
    """Whether a singular noun after a text needs an article, as after "does he wear" and "with"."""
    word = before.lower().split()[-1] if before.strip() else ""
    return word in PREPOSITIONS | {"have", "has"} or is_doing(word) or is_verb(word)


# "What color are the trousers of the man in the middle?"
_OF_PERSON = re.compile(
    r" of the (?:person|man|woman|guy|girl|boy|lady|one)\b(?: (?:in|on|at|with|to|sitting|standing) [a-z ]+)?[?.! ]*$",
    re.IGNORECASE,
)


def with_new_owner(owner: str, subject: str, earlier: str) -> str:
    """Replace the owner of what a question asks about: "the girl's hat" -> "the boy's hat".

    "And the boy?" after "what color is the girl's hat?" -> "what color is the boy's hat?". For
    `owner` "person", and at the end of a question, the owner follows the part: "where is the leg of
    the girl", "where is his leg" -> "where is the leg of the boy". Other questions are returned
    unchanged.

    Args:
        owner: singular noun of the new owner, without article; a person or an animal.
        subject: subject of the question, such as "girl's hat"; may be empty.
        earlier: the wording of the question.
    """
    before, is_owned, _ = subject.partition("'s ")
    # "Is the woman's top green?" is about the woman or her top.
    owns = bool(is_owned) or (f"{subject}'s " in earlier.lower() and is_living(subject))
    if owns and "'s " not in owner:
        of_owner = rf"\bthe {re.escape(before)}'s ([a-z-]+)(?=[?.! ]*$)"
        if owner == "person":
            # "And the person sitting down?" selects the person by the words after it.
            return re.sub(
                of_owner, rf"the \1 of the {owner}", earlier, count=1, flags=re.IGNORECASE
            )
        return re.sub(rf"\b{re.escape(before)}'s ", f"{owner}'s ", earlier, count=1)
    of_person = _OF_PERSON.search(earlier)
    if of_person is not None:
        return f"{earlier[: of_person.start()]} of the {owner}"
    if is_living(subject):
        return earlier
    if is_of_person(subject):
        # "What color are the trousers?", "and the other man?"
        garment = rf"\bthe ({re.escape(subject)}|{re.escape(plural_of(subject))})(?=[?.! ]*$)"
        earlier = re.sub(garment, rf"the \1 of the {owner}", earlier, flags=re.IGNORECASE)
    return _OWNER_OF_PART.sub(rf"the \1 of the {owner}", earlier, count=1)


_OWNER_OF_PART = re.compile(r"\b(?:his|her|their) ([a-z-]+)(?=[?.! ]*$)", re.IGNORECASE)
