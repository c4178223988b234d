"""Words of a question that the sentence of its reply takes over: subject, predicate, direction."""

from __future__ import annotations

import re

from vqa.english import plural_of, singular_of
from vqa.question_parts import ReplyForm
from vqa.questions.discourse import nouns_of

_BE = re.compile(
    r"^(?P<verb>is|are|was|were) (?P<rest>(?:the|this|that|his|her|their|it|he|she|they)\b.*)$",
    re.IGNORECASE,
)
_DO = re.compile(
    r"^(?P<verb>does|do|did|can) (?P<subject>he|she|it|they|(?:the|this|that|these|those|his|her|their)(?: [a-z'-]+)+?|"
    r"any(?:one|body)|some(?:one|body)) (?P<rest>[a-z'-]+(?: .*)?)$",
    re.IGNORECASE,
)
_PRONOUNS = frozenset({"it", "he", "she", "they", "this", "that"})
# Words that follow "this" or "that" where it stands alone: "is this a dog?", "is that on the table?".
_AFTER_PRONOUN = frozenset(
    "a an the in on at from under not real fake true his her your my one".split()
)
_DOER = re.compile(
    r"\b(?:does|do|did|is|are|was|were) (?P<who>he|she|it|they|(?:the|this|that) [a-z]+) (?:do|doing)\b",
    re.IGNORECASE,
)
# "Where is he looking?", "where does the car go?"
_LOOKS = re.compile(r"^where .*\b(?:look|point|star(?:e|ing))", re.IGNORECASE)
_GOES = re.compile(
    r"^(?:where|(?:in )?(?:which|what) (?:way|direction)) .*\b(?:go|going|walk|walking|run|running|head|heading|drive|driving|move|moving)\b",
    re.IGNORECASE,
)
_AT_PLACE = re.compile(
    r"^what (?:is|are|was|were) (?:there )?(?:in|on|at|behind|under|next to|near|beside|above|below|around|inside|to the)\b",
    re.IGNORECASE,
)
_WORN_ON = re.compile(
    r"\b(?:wear|wears|wearing|have|has|got)\b.* on (?:his|her|their|its|the(?: [a-z]+'s)?) (?P<part>head|feet|foot|hands?)\b",
    re.IGNORECASE,
)


def reply_form(wording: str, query: str, noun: str) -> ReplyForm:
    """Return the words of a question that the sentence of its reply takes over.

    Args:
        wording: the question as the model gets it.
        query: the self-contained, normalized question without the phrase that names a time.
        noun: the singular target or subject of the question; empty if it has none.
    """
    verb, subject, predicate = _clause(wording.strip(" ?.!"), noun)
    doer, part = _DOER.search(query), _WORN_ON.search(query)
    return ReplyForm(
        verb=verb,
        subject=subject,
        predicate=predicate,
        doer=doer["who"].lower() if doer is not None else "",
        nouns=tuple(nouns_of(query)),
        is_plural=bool(noun) and plural_of(noun) != noun and plural_of(noun) in query.lower(),
        direction="at" if _LOOKS.match(query) else "toward" if _GOES.match(query) else "",
        worn_on=singular_of(part["part"].lower()) if part is not None else "",
        asks_which=query.lower().startswith(("which one", "which of")),
        asks_place=_AT_PLACE.match(query) is not None,
    )


def _clause(wording: str, noun: str) -> tuple[str, str, str]:
    """Return verb, subject and predicate of a yes/no question; three empty texts if unclear.

    The subject is a pronoun, or a determiner with `noun`, the question's singular noun or "". Verb
    and subject are in lower case.
    """
    nothing = ("", "", "")
    do = _DO.match(wording)
    if do is not None:
        _, _, name = do["subject"].lower().partition(" ")
        if name and singular_of(name) != noun:
            return nothing
        return do["verb"].lower(), do["subject"].lower(), do["rest"]
    be = _BE.match(wording)
    if be is None:
        return nothing
    words = be["rest"].split()
    first = words[0].lower()
    length = 1 + len(noun.split())
    if not (noun and singular_of(" ".join(words[1:length]).lower()) == noun):
        follows = words[1].lower() if len(words) > 1 else ""
        if first not in _PRONOUNS or (first in ("this", "that") and follows not in _AFTER_PRONOUN):
            return nothing
        length = 1
    if len(words) <= length:
        return nothing
    subject = " ".join([first, *words[1:length]])
    return be["verb"].lower(), subject, " ".join(words[length:])
