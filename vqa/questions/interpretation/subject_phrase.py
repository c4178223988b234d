"""The noun phrase of a question whose noun is known: "the other man", "the car on the left"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import COLOURS, FORMS_OF_BE, NUMBERS, VIDEO, is_doing, names_noun, plural_of
from vqa.questions.classifiers.slot_tagger import Role, TaggedPhrase
from vqa.questions.nouns.entities import bare_noun
from vqa.questions.nouns.noun_phrases import TWO_COLORS

# Words that end a noun phrase, or begin what is asked about it.
_NO_MODIFIERS = frozenset(
    "a an the is are was were does do did has have can in on at of with to from by for and or who that which what where how many much".split()
)
_MAX_MODIFIERS = 3
# Verbs that end a noun phrase.
_VERBS = r"(?:is|are|was|were|do|does|did|has|have|had|got|can|wear|wears|hold|holds|go|goes|look|looks|move|moves|stand|stands|sit|sits|say|says|start|starts)"
# What selects one of several, behind the noun; it may be empty.
_SELECTING = re.compile(
    r"(?: of (?:the|an?|his|her) [a-z-]+ (?:sitting|standing|lying|kneeling|walking|running)(?: [a-z]+)?(?=[?.! ]*$)|"
    rf" (?!in it\b)(?:in|with|on|at|behind|of|near|next to) (?:(?:the|a|an|his|her|this|that) )?(?!(?:{VIDEO}|beginning|start|end|background)\b)"
    rf"[a-z-]+(?: (?!{_VERBS}\b)[a-z-]+){{0,2}}?(?=[?.! ]*$| (?:{_VERBS}|[a-z]+ing)\b))?"
)
# "The other two", "those others", "the right one": a subject without a noun
_SELECTION = re.compile(
    r"\b(?:the|those|these) (?P<rest>(?:(?:other|left|right|first|second|third|last) (?:ones?|two|three|four)|others)\b)(?! [a-z]+s\b)",
    re.IGNORECASE,
)
_DETERMINER = re.compile(r"\b(?P<word>the|this|that|these|those|his|her|its|their|two|three|four) ")
_MODIFIER = re.compile(r"[a-z'-]+ ")


def subject_phrase(query: str, noun: str) -> str:
    """Return the first noun phrase of a question that ends with its noun; empty without one.

    In lower case, with the determiner ("the" for "this" and "that"), up to three modifiers, and a
    phrase that selects one of several: "the other man", "her shirt", "the car on the left".

    Args:
        query: the self-contained, normalized question.
        noun: its singular subject or target; may be empty.
    """
    one = _SELECTION.search(query)
    if not noun or (one is not None and not names_noun(query, noun)):
        # "What are those others doing?"
        return "" if one is None else f"the {one['rest'].lower()}"
    text, position = query.lower(), 0
    # No pattern with the noun in it, whose compilation takes longer than all of this.
    forms = [form for form in dict.fromkeys((plural_of(noun), noun)) if form in text]
    while forms and (match := _DETERMINER.search(text, position)) is not None:
        modifiers, start = _modifiers(text, match.end(), forms)
        form = _form_at(text, start, forms)
        if not form:
            position = match.start() + 1
            continue
        selecting = _SELECTING.match(text, start + len(form))
        assert selecting is not None
        position = selecting.end()
        if _NO_MODIFIERS.isdisjoint(modifiers) and not any(map(is_doing, modifiers[1:])):
            word = match["word"]
            determiner = "the" if word in ("this", "that", "these", "those") else word
            determiner = f"the {determiner}" if determiner in NUMBERS else determiner
            return f"{' '.join([determiner, *modifiers, form])}{selecting[0]}"
    return ""


def _modifiers(text: str, start: int, forms: Sequence[str]) -> tuple[list[str], int]:
    """Return the words, at most three, between an index and a noun, and the index of their end.

    Args:
        text: a question in lower case.
        start: index of the first character of the words.
        forms: the forms of the noun.
    """
    words: list[str] = []
    while len(words) < _MAX_MODIFIERS and not _form_at(text, start, forms):
        word = _MODIFIER.match(text, start)
        if word is None:
            break
        words.append(word[0].rstrip())
        start = word.end()
    return words, start


def _form_at(text: str, start: int, forms: Sequence[str]) -> str:
    """Return the first form of a noun that is a word of a text at an index; else empty."""
    return next(
        (
            form
            for form in forms
            if text.startswith(form, start) and _ENDS_NOUN.match(text, start + len(form))
        ),
        "",
    )


_ENDS_NOUN = re.compile(r"\b(?!')")


def tagged_noun(phrases: Sequence[TaggedPhrase], role: Role, wording: str) -> str:
    """Return the singular noun of the first tagged phrase with this role; empty without one.

    "Black" of "the black and white dog" is the dog.
    """
    for phrase in phrases:
        text = phrase.text.strip(" ?.!,")
        colors = TWO_COLORS.match(wording, phrase.start) if text.lower() in COLOURS else None
        if colors is not None:
            text = wording[colors.end() :].split()[0].strip(" ?.!,")
        if phrase.role == role and text and text.lower() not in {*NUMBERS, *FORMS_OF_BE}:
            return bare_noun(text)
    return ""
