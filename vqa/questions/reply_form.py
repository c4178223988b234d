"""Words of a question that the sentence of its reply takes over: subject, predicate, direction."""

from __future__ import annotations

import re

from vqa.english import plural_of, singular_of
from vqa.question_parts import ReplyForm
from vqa.questions.clauses import certain_clause, doer_of
from vqa.questions.discourse import nouns_of
from vqa.questions.wh_questions import indirect_question

# "Where is he looking?", "where does the car go?"
_LOOKS = re.compile(
    r"^(?:where|(?:to |in )?(?:which|what) (?:side|way|direction)) .*\b(?:look|point|star(?:e|ing)|fac(?:e|ing))",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"^(?:where|(?:in )?(?:which|what) (?:way|direction)) .*\b(?:go|going|walk|walking|run|running|head|heading|drive|driving|move|moving|turn|turning|fly|flying|swim|swimming|come|coming|lean|leaning|bend|bending)\b",
    re.IGNORECASE,
)
_AT_PLACE = re.compile(
    r"^what (?:is|are|was|were) (?:there )?(?:in|on|at|behind|under|next to|near|beside|above|below|around|inside|to the)\b",
    re.IGNORECASE,
)
_TAKES_PLACE = re.compile(
    r"^what (?:is|are|was|were) (?:there )?(?:in|on|at|behind|under|next to|near)\b|^where\b|"
    r"\b(?:in|on|at|into|onto|from|with|to|under|behind|through|over)[?.! ]*$",
    re.IGNORECASE,
)
_ASKS_ACTION = re.compile(r"\b(?:do|doing|up to|happens?|happening|going on)\b", re.IGNORECASE)
_HAPPENS = re.compile(
    r"^what (?:(?:is|was) (?:going on|happening)|happens|happened)\b", re.IGNORECASE
)
_WORN_ON = re.compile(
    r"\b(?:wear|wears|wearing|have|has|got)\b.* on (?:(?:his|her|their|its|the(?: [a-z]+'s)?) )?(?P<part>head|feet|foot|hands?)\b",
    re.IGNORECASE,
)


_WHO = re.compile(r"^who(?:se)?\b", re.IGNORECASE)
_WHO_WHOM = re.compile(r"^who .*\bwhom?\b", re.IGNORECASE)
_COLOR_WORN = re.compile(r"^(?:what|which) colou?rs? .*\bwearing\b", re.IGNORECASE)
# "Is he waving at me?"
_SECOND_PERSON = {"me": "you", "my": "your", "us": "you", "i": "you", "our": "your"}
_FIRST_PERSON = re.compile(rf"\b(?:{'|'.join(_SECOND_PERSON)})\b", re.IGNORECASE)


def _to_second_person(predicate: str) -> str:
    """Return a predicate as the reply states it: "waving at you" for "waving at me"."""
    return _FIRST_PERSON.sub(lambda match: _SECOND_PERSON[match[0].lower()], predicate)


def reply_form(wording: str, query: str, noun: str) -> ReplyForm:
    """Return the words of a question that the sentence of its reply takes over.

    Args:
        wording: the question as the model gets it.
        query: the self-contained, normalized question without the phrase that names a time.
        noun: the singular target or subject of the question; empty if it has none.
    """
    clause, part = certain_clause(wording.strip(" ?.!"), noun), _WORN_ON.search(query)
    return ReplyForm(
        verb=clause.verb if clause is not None else "",
        subject=clause.subject if clause is not None else "",
        predicate=_to_second_person(clause.predicate) if clause is not None else "",
        doer=doer_of(query),
        nouns=tuple(nouns_of(query)),
        is_plural=bool(noun) and plural_of(noun) != noun and plural_of(noun) in query.lower(),
        direction="at" if _LOOKS.match(query) else "toward" if _GOES.match(query) else "",
        worn_on=singular_of(part["part"].lower()) if part is not None else "",
        asks_person=_WHO.match(query) is not None,
        asks_pair=_WHO_WHOM.match(query) is not None,
        asks_worn=_COLOR_WORN.search(query) is not None,
        asks_which=query.lower().startswith(("which one", "which of")),
        asks_place=_AT_PLACE.match(query) is not None,
        takes_place=_TAKES_PLACE.search(query) is not None,
        asks_action=_ASKS_ACTION.search(query) is not None,
        is_happening=_HAPPENS.match(query) is not None,
        indirect=indirect_question(query, noun),
    )
