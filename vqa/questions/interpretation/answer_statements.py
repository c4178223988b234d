"""Statements that answer a question, with a gap for the answer: "the man is holding {}"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import ARTICLES, FORMS_OF_BE, PREPOSITIONS, is_doing
from vqa.questions.sentences.clause_options import statement_of
from vqa.questions.sentences.clauses import Clause
from vqa.questions.sentences.wh_questions import WH_QUESTION
from vqa.questions.words.rewriting import AUXILIARY

# "What color", "what time" and "how" have replies of their own.
_HAS_STATEMENT = re.compile(
    r"^(?:what|which|who|whom|where)\b(?! (?:colou?rs?|times?|happens|happened|else)\b)"
)
# "What they look like", "what she is doing"
_NO_NOUN_LAST = re.compile(r"\b(?:like|do|does|doing|happening|going on|happens)$")
_OF_SPEAKERS = re.compile(r"\b(?:i|me|my|you|your|we|us|our)\b", re.IGNORECASE)
_SUBJECT = re.compile(rf"^(?P<verb>{AUXILIARY})\b (?P<rest>.+)$")
_COUNT = re.compile(r"^how many (?:of (?:them|these|those) )?(?P<rest>(?!of\b)[a-z]+ .+)$")


def answer_statement(
    query: str, indirect: str, noun: str, clause: Clause | None, options: Sequence[str]
) -> str:
    """Return the statement that answers a question, with "{}" for the answer; or "".

    "What is the man holding?" -> "the man is holding {}"; "what is behind him" -> "there is {} behind him"; "is it a rope
    or a wire" -> "it is {}". Empty if no rule is certain, and for questions about the speakers.

    Args:
        query: the self-contained, normalized question.
        indirect: the question as it follows "I can't tell"; or "".
        noun: the singular noun of the question; or "".
        clause: the clause of a question up to its first option; None without options.
        options: the options that the question offers, in the singular.
    """
    statement = (
        _statement_with_option(clause, options)
        if options
        else _statement_for_wh(query, indirect, noun)
    )
    return "" if _OF_SPEAKERS.search(statement) or "{}" not in statement else statement


def _statement_with_option(clause: Clause | None, options: Sequence[str]) -> str:
    """Return "he is holding {}" for "is he holding a bat or a ball"; or ""."""
    if clause is None:
        return ""
    subject = f"{clause.subject} "
    rest, option, _ = (
        statement_of(clause).lower().removeprefix(subject.lower()).partition(options[0])
    )
    words = rest.split()
    words = words[: -1 if words[-1:] and words[-1] in ARTICLES else None]
    is_certain = option and words and ARTICLES.isdisjoint(words)
    return f"{subject}{' '.join(words)} {{}}" if is_certain else ""


def _statement_for_wh(query: str, indirect: str, noun: str) -> str:
    """Return "the man is holding {}" for "what the man is holding"; or ""."""
    count = _COUNT.match(query.lower().strip(" ?.!"))
    if count is not None and not noun:
        # "How many stand around the table?"
        return f"{{}} {count['rest']}"
    match = WH_QUESTION.search(query.split(", ")[-1])
    phrase = match["wh"].lower() if match is not None else indirect.partition(" ")[0]
    rest = indirect[len(phrase) + 1 :]
    if (
        not _HAS_STATEMENT.match(phrase)
        or not indirect.startswith(f"{phrase} ")
        or _NO_NOUN_LAST.search(indirect)
        or not _RELATIVES.isdisjoint(rest.split())
    ):
        return ""
    if match is None:
        # "Who stands on the left?"
        return f"{{}} {rest}" if phrase in ("who", "what") else ""
    subject = _SUBJECT.match(rest)
    if subject is None:
        return _with_object(_ADVERB_LAST.sub("", rest))
    if subject["verb"] in FORMS_OF_BE and subject["rest"].split()[0] in PREPOSITIONS | {"there"}:
        place = subject["rest"].removeprefix("there").strip()
        return f"there {subject['verb']} {{}} {place}".strip()
    return f"{{}} {rest}"


def _with_object(clause: str) -> str:
    """Insert "{}" behind the verb of a clause without its object: "she is holding {} in her hand"."""
    match = _PLACE_LAST.match(clause)
    if match is None or not (is_doing(match["verb"]) or match["verb"] in _TAKES_OBJECT):
        return f"{clause} {{}}"
    return f"{match['head']} {{}} {match['place']}"


_PLACE_LAST = re.compile(
    rf"^(?P<head>.+ (?P<verb>[a-z]+)) (?P<place>(?:{'|'.join(sorted(PREPOSITIONS))}|round|across|against) (?:the|his|her|its|their|that|this) [a-z-]+(?: [a-z-]+)?)$"
)
_TAKES_OBJECT = frozenset(
    "has have wears wear holds hold carries carry keeps keep puts put".split()
)
# "What animal is it really?"
_ADVERB_LAST = re.compile(r"(?: (?:really|exactly|actually|then|now|anyway|altogether))+$")
# "The woman who comes in"
_RELATIVES = frozenset({"who", "which", "that"})
