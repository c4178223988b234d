"""Questions that only name another thing: after "is there a dog?", "and a cat?" asks whether there is a cat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import plural_of, singular_of, with_article, without_article
from vqa.questions.entities import WHEN, subject_of, thing_asked_for, without_tail
from vqa.questions.normalize import plainly
from vqa.types import Turn

_THING = r"(?P<thing>(?P<article>an?|any|some|the|his|her|that|this) (?P<name>(?!one\b)[a-z-]+(?: (?!ones?\b)[a-z-]+)?))"
_NAMED_ALONE = re.compile(
    rf"^(?:(?:what|how) about )?{_THING}(?: (?:then|too|as well))?[?.! ]*$", re.IGNORECASE
)
_INDEFINITE = frozenset({"a", "an", "any", "some"})


def whole_question(question: str, history: Sequence[Turn]) -> str:
    """The question in plain words, with what the turn before asked where it only names another thing.

    Args:
        question: as asked.
        history: the turns before.
    """
    asked = plainly(question)
    match = _NAMED_ALONE.match(asked)
    if match is None:
        return asked
    name = singular_of(match["name"].lower())
    presence = f"is there {with_article(name)}?"
    unknown = presence if match["article"].lower() in _INDEFINITE else asked
    if not history:
        return unknown
    *before, last = history
    earlier = whole_question(last.question, before)
    if thing_asked_for(earlier):
        return presence
    when = WHEN.match(earlier)
    named = without_article(without_tail(when["what"])) if when else subject_of(earlier)
    return _put(name, named, earlier) if named else unknown


def _put(name: str, named: str, question: str) -> str:
    """The question with another name for the thing that it names."""
    for old, new in ((plural_of(named), plural_of(name)), (named, name)):
        changed = re.sub(rf"\b{re.escape(old)}\b", new, question, count=1, flags=re.IGNORECASE)
        if changed != question:
            return changed
    return question
