"""Ellipsis of the predicate: "does the dog too?", "anyone else?" and "still?" repeat it from the latest question.

Source: Dalrymple, Shieber and Pereira 1991, "Ellipsis and higher-order unification".
"""

from __future__ import annotations

import re
from dataclasses import replace

from vqa.english import FORMS_OF_BE, base_form, is_plural, with_article, without_article
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import asks_who, base_wording
from vqa.questions.normalization.agreement import PLURAL_VERBS, SINGULAR_VERBS
from vqa.questions.nouns.noun_phrases import read_noun_phrase
from vqa.questions.sentences.clauses import Clause, is_about_person, latest_clause, who_question
from vqa.questions.words.living_nouns import is_person
from vqa.questions.words.spelling import is_adjective
from vqa.text_words import is_denial


def with_other_subject(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the predicate of the latest question for another subject, or with "still".

    - "does the dog too?" and "is the dog doing the same?" after "what is the man doing?", "running"
      -> "is the dog running?"
    - "the woman doesn't?" after "who wears a hat?" -> "does the woman wear a hat?"
    - "anyone else?" -> "is anyone else running?"; "who else?" -> "who else is running?"
    - "still?" -> "is the man still running?"
    - "man or woman?" after "does anyone wave?" -> "is it a man or a woman who waves?"
    - "does it stay that way?" after "is the door open?" -> "does the door stay open?"

    None for other messages, and without a clause. For the arguments see
    `vqa.questions.follow_ups.ellipsis.resolve_ellipsis`.
    """
    text = bare.lower().strip(" ?.!,")
    clause = latest_clause(discourse)
    if clause is None and discourse.question is not None and asks_who(discourse.question):
        clause = _of_somebody_else(None, discourse)
    if _SOMEBODY_ELSE.match(text):
        other = _of_somebody_else(clause, discourse)
        asks = f"who else {who_question(other)[4:] or 'is there'}"
        text = asks if text.startswith("who") else str(other).replace("anyone", "anyone else")
        return Resolution(text=f"{text}?", is_changed=True)
    if clause is None:
        return None
    if text == "still":
        clause = replace(clause, subject=f"{clause.subject} still")
        return Resolution(text=f"{clause}?", is_changed=True)
    somebody = who_question(clause)
    persons = [without_article(one) for one in text.split(" or ")]
    if somebody and len(persons) > 1 and all(map(is_person, persons)):
        options = " or ".join(map(with_article, persons))
        return Resolution(text=f"is it {options} {somebody}?", is_changed=True)
    stays = _STAYS.match(text)
    if stays is not None and clause.predicate and not is_denial(discourse.answer):
        state = f"{clause.subject} {stays['verb']} {clause.predicate}{stays['rest']}"
        return Resolution(text=f"{stays['aux']} {state}?", is_changed=True)
    who = _of_other_subject(text)
    if not who or clause.is_existential or who == clause.subject.lower():
        return None
    forms = PLURAL_VERBS if is_plural(who) else SINGULAR_VERBS
    verb = forms.get(clause.verb, clause.verb)
    return Resolution(text=f"{verb} {who} {clause.predicate}?", is_changed=True)


def _of_other_subject(text: str) -> str:
    """Return "the dog" for "does the dog", "is the dog doing the same" and "the dog doesn't"; or ""."""
    statement = _SUBJECT_AND_VERB.match(text)
    if statement is not None and read_noun_phrase(statement["who"]) is not None:
        return statement["who"]
    message = _VERB_AND_SUBJECT.match(text)
    phrase = read_noun_phrase(message["who"]) if message is not None else None
    if message is None or phrase is None or phrase.tail or not phrase.determiner:
        return ""
    modifier = phrase.core.rpartition(" ")[0]
    return message["who"] if modifier in ("", "other") or is_adjective(modifier) else ""


def _of_somebody_else(clause: Clause | None, discourse: Discourse) -> Clause:
    """Return what the latest question asks with "anyone" as its subject: "is anyone running"."""
    assert discourse.question is not None
    if asks_who(discourse.question):
        # "Who is on the swing?", "who holds the ball?"
        _, verb, *rest = (*base_wording(discourse.question).strip(" ?.!").split(), "")
        is_be = verb in FORMS_OF_BE
        rest = rest if is_be else [base_form(verb), *rest]
        predicate = " ".join(filter(None, rest)).removeprefix("else ")
        return Clause(verb=verb if is_be else "does", subject="anyone", predicate=predicate)
    if clause is None or not (is_about_person(clause) or who_question(clause)):
        return Clause(verb="is", subject="there", predicate="anyone")
    return Clause(
        verb=SINGULAR_VERBS.get(clause.verb, clause.verb),
        subject="anyone",
        predicate=clause.predicate,
    )


# "Does it stay that way?"
_STAYS = re.compile(
    r"^(?P<aux>does|do|did|will|has|have) (?:it|he|she|they) (?P<verb>(?:(?:always|ever|still) )?(?:stay|remain|been|be)) (?:that way|this way|like that|like this|so)\b(?P<rest>.*)$"
)
_SOMEBODY_ELSE = re.compile(r"^(?:is there )?(?:who|any(?:one|body)|some(?:one|body)) else$")
# "Is the dog", "does the dog do that", "is the dog doing the same"
_VERB_AND_SUBJECT = re.compile(
    rf"^(?:{'|'.join(sorted(FORMS_OF_BE))}|does|do|did|has|have|can) (?P<who>(?:the|his|her|its|their) [a-z]+(?: (?!also\b|too\b|do\b|doing\b)[a-z]+)?)"
    r"(?: (?:do|doing) (?:that|this|it|so|the same(?: thing)?))?(?: (?:also|too))?$"
)
_SUBJECT_AND_VERB = re.compile(
    r"^(?P<who>(?:the|that|this|his|her|its|their) (?!(?:what|which|who)\b)[a-z' -]+?) (?:is|are|was|were|does|do|did|has|have|can)(?:n't| not)?$"
)
