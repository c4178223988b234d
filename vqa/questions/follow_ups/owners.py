"""Owners of the thing that a follow-up asks about: "and his shirt?", "hers?"."""

from __future__ import annotations

import re
from typing import cast

from vqa.questions.conversation.antecedents import AntecedentKind, antecedent
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.nouns.noun_phrases import POSSESSIVES, NounPhrase
from vqa.questions.words.living_nouns import is_living
from vqa.types import Question

_OWNERS = {
    "his": "his",
    "hers": "her",
    "theirs": "their",
    "its": "its",
    "her": "her",
    "their": "their",
}


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
