"""Choice questions whose options are clauses: "is the camera fixed or does it move?"."""

from __future__ import annotations

import re

from vqa.english import base_form, does_or_do, is_doing, is_plural, singular_of, third_person
from vqa.questions.normalization.statements import YES_NO, split_adverb
from vqa.questions.normalization.subjects import PRONOUNS, split_subject
from vqa.questions.sentences.clauses import Clause
from vqa.questions.sentences.well_formedness import ANY_TIME, is_well_formed
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.questions.words.rewriting import PARTICLES
from vqa.questions.words.spelling import is_past_participle, is_verb


def is_inclusive(question: str) -> bool:
    """Whether a question with "or" asks for yes or no: "does anybody touch it or come near it?".

    True if "any", "anyone", "anybody" or "anything" comes before "or", as in "are there any bikes
    or scooters?", or the question has "somewhere" or a phrase such as "at any point". False for a choice between
    two clauses, "is anyone on the left or is he alone?", and for a question without "or".
    """
    text = question.lower()
    first, _, second = (part.strip(" ,?.!") for part in text.partition(" or "))
    is_either = second.startswith(("just ", "only ")) and YES_NO.match(f"is {second}") is not None
    if is_either and _ANY_TIME.search(second) is None:
        return False  # "are there any dogs or just cats"
    is_anywhere = any(f" {word}" in f" {first}or{second}" for word in ("anywhere", "somewhere"))
    has_any = any((_ANY.search(first), _ANY_TIME.search(text), is_anywhere))
    is_clause = YES_NO.match(second) is not None
    return has_any and bool(second) and not is_clause and statements_of(first, second) is None


# "Did he trip or fall at any point?"
_ANY_TIME = re.compile(rf"\b{ANY_TIME}\b")
# Not "anyway".
_ANY = re.compile(r"\bany(?:one|body|thing)?\b")


def statements_of(first_part: str, second_part: str) -> tuple[str, str] | None:
    """Return two clauses as statements: "is he up", "does he fall" -> "he is up", "he falls".

    None if either text is no yes/no question with an unambiguous subject, or may be incomplete.
    None also if only the predicates differ, as in "is he up" and "is he down".

    Args:
        first_part: the text before "or", in lower case, without final punctuation.
        second_part: the text after "or".
    """
    first, second = _clause_of(first_part), _clause_of(second_part)
    if first is None or second is None:
        return None
    if not (is_well_formed(first) and is_well_formed(second)):
        return None
    if first.verb == second.verb and _is_subject_again(first.subject, second.subject):
        return None
    return statement_of(first), statement_of(second)


def statement_of(clause: Clause) -> str:
    """Return a clause as a statement: "did anyone fall" -> "someone falls".

    "Does", "do" and "did" give the present tense; other verbs stay: "was he up" -> "he was up".
    """
    verb, predicate, subject = clause.verb, clause.predicate, clause.subject
    if verb in ("does", "do", "did"):
        adverb, first, predicate = split_adverb(predicate)
        is_many = verb == "do" or is_plural(subject)
        adverb = adverb.removeprefix("ever")
        verb = f"{adverb} {first if is_many else third_person(first)}".strip()
        if not is_many:
            predicate = _VERB_AGAIN.sub(_in_third_person, predicate)
    subject = f"some{subject[3:]}" if subject.lower().startswith("any") else subject
    # "It has any paint" is no statement, nor is "it moves at all".
    predicate = f" {predicate}".removesuffix(" at all").strip()
    predicate = _ANY_IN_STATEMENT.sub("some", predicate)
    return " ".join(filter(None, (subject, verb, predicate)))


_ANY_IN_STATEMENT = re.compile(r"\bany(?=thing\b|one\b|body\b| [a-z])")
_VERB_AGAIN = re.compile(
    r"\b(?P<joins>(?:or|and)(?: (?:just|only|simply|also|then))? )(?P<verb>[a-z]+)"
)


def _in_third_person(match: re.Match[str]) -> str:
    """Return "or just stumbles" for a match of "or just stumble"; the match for no verb."""
    verb = match["verb"]
    return f"{match['joins']}{third_person(verb) if is_verb(verb) else verb}"


def _is_subject_again(first: str, second: str) -> bool:
    """Whether the second subject names the first one again: "she" for "the woman"."""
    noun = singular_of(first)
    is_named = first.split()[0] in ("the", "a", "an", "he", "she", "they", "his", "her", "their")
    pronouns = {"they"}
    if first in ("he", "she", "they") or is_living(noun):
        pronouns |= {"he", "she"}
    if not is_person(noun) and first not in ("he", "she"):
        pronouns.add("it")
    return first == second or (is_named and second in pronouns)


def _clause_of(text: str) -> Clause | None:
    """Parse a yes/no question, or a pronoun with its verb ("they fight"); None for other texts.

    None also if the end of the subject is ambiguous.
    """
    match = YES_NO.match(text)
    if match is None:
        subject, _, predicate = text.partition(" ")
        verb = base_form(predicate.partition(" ")[0])
        if subject not in ("he", "she", "it", "they") or not (verb and is_verb(verb)):
            return None
        rest = predicate.partition(" ")[2]
        auxiliary = does_or_do(subject)
        return Clause(verb=auxiliary, subject=subject, predicate=f"{verb} {rest}".strip())
    auxiliary = match["verb"].lower()
    subject, predicate = split_subject(match["rest"], verb=auxiliary)
    first, *others = _without_span(predicate).split() or [""]
    is_do = auxiliary in ("do", "does", "did")
    has_particle = bool(set(others[:1]) & PARTICLES)
    if is_do:
        opens = is_verb(first) or has_particle
    else:
        _, participle, _ = split_adverb(predicate)
        is_past = auxiliary in ("has", "have") and is_past_participle(participle)
        opens = is_past or is_doing(first) or first in _OPENING_BE
    is_certain_subject = subject in PRONOUNS or opens or not others
    if not first or not is_certain_subject:
        return None
    return Clause(verb=auxiliary, subject=subject, predicate=predicate)


def _without_span(predicate: str) -> str:
    """Leave out a phrase such as "the whole time" at the end of a predicate."""
    return next(
        (predicate.removesuffix(f" {span}") for span in SPANS if predicate.endswith(f" {span}")),
        predicate,
    )


SPANS = ("all the time", "the whole time", "the entire time", "always")
_OPENING_BE = frozenset("at by in inside near on outside under a an the some".split())
