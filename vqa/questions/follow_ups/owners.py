"""Owners of the thing that a follow-up asks about: "and his shirt?", "hers?"."""

from __future__ import annotations

import re
from typing import cast

from vqa.english import BODY_PART, COLOURS, does_or_do, is_doing, is_plural, plural_of
from vqa.questions.conversation.answer_nouns import answer_noun
from vqa.questions.conversation.antecedents import AntecedentKind, antecedent
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.normalization.agreement import PLURAL_VERBS, SINGULAR_VERBS
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.noun_phrases import POSSESSIVES, NounPhrase, read_noun_phrase
from vqa.questions.nouns.pronouns import SUBJECT_FORMS
from vqa.questions.sentences.clauses import latest_clause, subject_noun
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.questions.words.spelling import is_adjective
from vqa.types import Question

_OWNERS = {"hers": "her", "theirs": "their", **{owner: owner for owner in SUBJECT_FORMS}}


def resolve_owner(bare: str, phrase: NounPhrase, question: Question) -> Resolution | None:
    """Complete "hers?", "the boy's?" and "and her shirt?" after "what color is his shirt?".

    None for other phrases. "Hers?" is asked back without anything of somebody before it.
    """
    core = phrase.core
    if core in _OWNERS and not (phrase.determiner or phrase.tail):
        unclear = Resolution(text=bare, intent="unclear")
        return with_other_owner(_OWNERS[core], question) or unclear
    if core.endswith(("'s", "s'")):
        return with_other_owner(f"{phrase.determiner} {core}".strip(), question)
    is_same = re.search(rf"\b{re.escape(core)}\b", base_wording(question), re.IGNORECASE)
    is_owned = phrase.determiner in POSSESSIVES and is_same is not None
    return with_other_owner(phrase.determiner, question) if is_owned else None


def resolve_part_of_subject(bare: str, discourse: Discourse) -> Resolution | None:
    """Ask of a part what was asked of the whole: "does the dog move?", "not even its head?".

    -> "does the dog's head move?". None for another message, after a question that names another
    thing, "is the man wearing a hat?", and after one that is no yes/no question.
    """
    phrase, clause = read_noun_phrase(bare), latest_clause(discourse)
    if phrase is None or clause is None or clause.is_existential or phrase.tail:
        return None
    assert discourse.question is not None
    is_part = phrase.determiner in SUBJECT_FORMS and _PART.fullmatch(phrase.core) is not None
    first, *others = clause.predicate.split() or [""]
    # "Is the dog wet?", "does it move?"; not "is the dog looking at us?", "and its ears?"
    is_of_part = _MOVES.match(first) is not None or not (
        others or is_doing(first) or clause.verb in ("do", "does", "did")
    )
    is_of_one = discourse.question.intent == "verify" and not nouns_of(clause.predicate)
    owner = clause.subject.lower()
    if not (is_part and is_of_one and is_of_part) or (
        "'" in owner and owner not in SUBJECT_FORMS.values()
    ):
        return None
    if owner not in SUBJECT_FORMS.values() and not is_living(subject_noun(clause)):
        return None
    forms = PLURAL_VERBS if is_plural(phrase.core) else SINGULAR_VERBS
    whose = phrase.determiner if owner in SUBJECT_FORMS.values() else f"{clause.subject}'s"
    verb = forms.get(clause.verb, clause.verb)
    return Resolution(text=f"{verb} {whose} {phrase.core} {clause.predicate}?", is_changed=True)


_MOVES = re.compile(r"(?:mov|shak|wagg?|twitch|turn|bleed|show|hurt|touch)(?:e|ing)?$")
_PART = re.compile(
    rf"(?:[a-z]+ )?(?:{BODY_PART}|tails?|wings?|paws?|beak|fur|lips?|hair|tongue|body|trunk|horns?|beard)"
)


def named_thing(discourse: Discourse) -> str:
    """Return the thing that the latest answer names: "dress" for "a blue dress"; "" for a person or none."""
    question = discourse.question
    assert question is not None
    is_name = question.intent in ("identify", "action") or question.aspect == "clothes"
    is_act = any(map(is_doing, discourse.answer.lower().split()[:1]))
    name = answer_noun(discourse.answer, question.intent) if is_name and not is_act else ""
    thing = " ".join(word for word in name.split() if word not in COLOURS)
    return "" if is_person(thing) else thing


def with_part(bare: str, discourse: Discourse) -> Resolution | None:
    """Ask whether a thing has a part: "with stripes?" and "long sleeves?" after "a blue dress".

    -> "does the dress have stripes?". "With a dog?" after "what is the man doing?" is an addition.
    None for other messages.
    """
    question = discourse.question
    assert question is not None
    text = bare.lower().strip(" ?.!,")
    part = text.removeprefix("with ")
    phrase = read_noun_phrase(part)
    if phrase is None or phrase.determiner not in ("", "a", "an", "any") or phrase.tail:
        return None
    is_of_garment = phrase.core.split()[-1] in _PARTS_OF_GARMENTS and question.aspect == "clothes"
    thing = named_thing(discourse)
    if part == text and not is_of_garment:
        return None
    if not thing or is_living(phrase.core):
        clause = latest_clause(discourse) if part != text else None
        return Resolution(text=f"{clause} {text}?", is_changed=True) if clause is not None else None
    return Resolution(text=f"{does_or_do(thing)} the {thing} have {part}?", is_changed=True)


_PARTS_OF_GARMENTS = frozenset(
    "sleeves pockets buttons stripes dots checks collar hood zip zipper pattern logo print flowers".split()
)


def with_owner(core: str, determiner: str, question: Question, discourse: Discourse) -> str:
    """Put the owner before the noun `core` of "and his shirt?": "shirt" -> "man's shirt".

    The owner is the subject of the latest question, if it can have one. `core` is returned
    unchanged if no owner is known: after "what color are his gloves?", the shirt is not the
    gloves'; and if the latest question names the owner behind the noun, "the hat of the man".
    """
    owner = (question.subject or question.target).split("'s ")[0]
    of_owner = re.search(rf"\b{re.escape(owner)} of the ([a-z]+)", base_wording(question))
    if of_owner is not None and is_living(of_owner[1]):
        return core
    if not (determiner == "its" or is_living(owner) or OWNER.search(base_wording(question))):
        # "And his shirt?" after "what color is the post behind him?"
        owner = antecedent(discourse, cast("AntecedentKind", determiner), core)
    is_owner = owner and owner != core and (determiner == "its" or is_living(owner))
    return f"{owner}'s {core}" if is_owner else core


def with_other_owner(owner: str, question: Question) -> Resolution | None:
    """Repeat the latest question for another owner: "his?" -> "are his sleeves up?"; or None."""
    earlier = base_wording(question)
    text = OWNER.sub(f"{owner} ", earlier, count=1)
    return Resolution(text=f"{text.rstrip(' ?')}?", is_changed=True) if text != earlier else None


OWNER = re.compile(r"\b(?:his|her|their|its|my|(?:the|a) [a-z]+(?:'s|s')) (?=[a-z])", re.IGNORECASE)


def with_thing_of_owner(plain: str, question: Question) -> str:
    """Name the thing of "hers", "theirs" and "his": "what color is hers" -> "what color is her shirt".

    The thing is what the latest question says somebody has: "is his shirt red?", "does the dog have
    a collar?". A text without such a word, or without such a thing, is returned unchanged.
    """
    earlier = base_wording(question)
    owner = OWNER.search(earlier) or _HAS.search(earlier)
    after = earlier[owner.start() :].lower() if owner is not None else ""
    # "Jacket" of "the man's jacket"
    things = [noun.rpartition("'s ")[2] for noun in nouns_of(earlier)]
    thing = next((noun for noun in things if noun in after and not is_living(noun)), "")
    if not thing:
        return plain

    def phrase_of(match: re.Match[str]) -> str:
        """Return "their collars" for "theirs"; the words themselves before a noun, "his hat"."""
        follower = (match["follower"] or "").strip()
        if match["his"] and follower and not (is_adjective(follower) or follower in COLOURS):
            return match[0]
        is_many = _ARE.search(match.string[: match.start()]) is not None or is_plural(thing)
        noun = plural_of(thing) if is_many else thing
        return f"{_OWNERS[match['whose'].lower()]} {noun}{match['follower'] or ''}"

    return _WHOSE.sub(phrase_of, plain)


_WHOSE = re.compile(
    r"\b(?P<whose>hers|theirs|(?P<his>his))(?P<follower> (?!too\b|also\b|as\b|now\b|then\b)[a-z]+)?(?=(?: too| also| as well| now| then)?[?.! ]*$)",
    re.IGNORECASE,
)
_ARE = re.compile(r"\b(?:are|were)(?: [a-z]+)? $", re.IGNORECASE)
_HAS = re.compile(
    r"\b(?:have|has|had|got|wear|wears|wearing|hold|holds|holding|carry|carrying) ", re.I
)
