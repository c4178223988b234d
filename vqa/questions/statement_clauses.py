"""Statements beside the question of one sentence: "I see a basin, but is there a shower?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vqa.questions.rewriting import AUXILIARY, WH
from vqa.questions.statements import is_claim
from vqa.questions.time_range import split_time

_FILLER = r"(?:(?:and|but|so|or|then|well|now|ok|okay|right|oh|ah|hm+|haha|lol|omg|wow|yes|yeah|no|also|anyway|honestly|actually|funny|good|great|cool|sorry|thanks|see|look|because|cause|since)\b[ ,]*)*"
_FILLERS = re.compile(rf"^{_FILLER}", re.IGNORECASE)
_PLACE = r"(?:(?:in|on|at|from|behind|near|under|down|over|up) (?!(?:what|which|whose)\b)[a-z -]+? (?=(?:i|we|there|he|she|it|they)\b))?"
_SUBJECT_OF_QUESTION = r"(?:it|he|she|they|there|you|u|we|i|this|that|these|those|(?:any|some|every|no)(?:one|body|thing)|either|both|one|(?:the|his|her|its|their|any|an?|my|our|all|both) )"
_ASKS = re.compile(
    rf"^(?P<conjunction>{_FILLER})(?:"
    rf"(?:(?:in|on|at|for|from|to|with|by|of) )?(?:what|which|who|whose|where|when|how|why)(?:'s|s)?(?: [a-z-]+){{0,3}}? (?:{AUXILIARY})\b|"
    r"(?:what|who|where|how)(?:'s|s) |tell me (?:also |just |then |please |again )?(?:if|whether|what|which|who|where|when|how|why) |"
    rf"(?:{AUXILIARY})(?:n't|nt)? {_SUBJECT_OF_QUESTION})",
    re.IGNORECASE,
)
# "There is a dog, is there?"
_TAG = re.compile(
    rf"^(?:{AUXILIARY})(?:n't|nt)? (?:it|he|she|they|there|you|we|i)[?.! ]*$", re.IGNORECASE
)
_STATES = re.compile(
    rf"^{_FILLER}{_PLACE}(?:(?:i|we)(?:'m|'ve|'d|'ll)? [a-z]|(?:im|ive|i'm|i've|i'd|i'll|we've|we're) |my |our |"
    r"(?:there|here|it|that|this|he|she)(?:'s|s| is| was| has| looks?| looked| seems?| says?| might| must| could) (?!so\b|right\b|true\b|correct\b)|(?:there|they|these|those)(?:'re| are| were| have) |"
    r"you(?:'ve|'re| are| have| can| could| said| told| see| know)\b|(?:somebody|someone|everybody|everyone|people|nobody|one of [a-z ]+) [a-z]+)",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"^(?:because|cause|cuz|cos|since) (?:honestly |really |frankly |to me )?(?:i|we|my|our|it|he|she|they|nobody|somebody|the)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"^(?:and |but |so )?(?:i|i'm|im|i've|i'd|i'll|we|we're|we've|my|our)\b", re.IGNORECASE
)
# "What is that, looks like a car to me."
_IMPRESSION = re.compile(
    r"^(?:it |that |this |he |she )?(?:looks?|looked|seems?|seemed|sounds?|feels?) ", re.IGNORECASE
)
# "Before I get upset, what does he do?"; not "if I pause at 0:05, what do I see?".
_SUBORDINATE = re.compile(
    r"^(?:and |but |so )?(?:before|as|since|because|while|although|though|even though|now that|seeing that|given that|so that|in case) (?:i|i'm|i've|we|we're|my|our)\b[^0-9]*$",
    re.IGNORECASE,
)
# Clauses that the question belongs to: "if he falls, does he get up?", "or is it blue?".
_DEPENDENT = re.compile(
    rf"^(?:and |but |so )?(?:if|when|while|before|after|once|as|until|or)\b|\b(?:if|whether|or|than|that|who|which|{WH}|say|tell|know|wonder|ask|mean|think|guess)$",
    re.IGNORECASE,
)
_SPECIFIES = re.compile(r"^(?:and |but )?i (?:mean|meant)\b", re.IGNORECASE)
# "I'm trying to work out whether he stops": a question in a statement.
REPORTS = re.compile(
    rf"^(?P<before>{_FILLER})(?:i|we|he|she|they|my [a-z]+|our [a-z]+)(?:'m|'d| am)? (?:[a-z']+ ){{0,6}}?"
    r"(?:tell|know|sure|out|agree|wonder|wondering|decide|understand|idea|curious|check|ask|asks|asking|see|say|down|interested in) "
    rf"(?={WH}\b)(?!(?:what|who|where|how|why|when|if) (?:i|we|you|to)\b)",
    re.IGNORECASE,
)


# "She asks for proof so tell me what it is"
_BOUNDARY = re.compile(
    rf"(?<=\w)(?:, |; | [-–—]+ |: |\.\.+ ?|,? (?=(?:and )?so (?:(?:please )?tell me|(?:can|could) you|(?:what|which|who|where|when|how) (?:[a-z]+ )?(?:{AUXILIARY})|(?:{AUXILIARY}) (?:it|he|she|they|there))\b)"
    r"|,? and (?=(?:i'm|i am|im|i) (?:wonder|wondering|curious|not sure|trying)\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Statements:
    """A sentence without the statements around its question.

    Args:
        before: statements before the question, without the mark after them; empty for none.
        question: the question.
        after: statements after it; empty for none.
    """

    before: str
    question: str
    after: str


def split_statements(sentence: str) -> Statements | None:
    """Split a sentence at its commas, semicolons and dashes into statements and a question.

    None if it has no question, or no statement before or after it. "If he falls, does he get up?"
    and "is it red, or is it blue?" stay whole.
    """
    clauses = _BOUNDARY.split(sentence)
    starts = [number for number, clause in enumerate(clauses) if _asks(clause)]
    if not starts:
        return None
    # "I'm wondering if it is usable, what is he doing?" asks the second.
    direct = [number for number in starts if not REPORTS.match(clauses[number])]
    first = (direct or starts)[0]
    last = next(
        (n for n in range(starts[-1] + 1, len(clauses)) if _is_aside(clauses[n])), len(clauses)
    )
    before = clauses[:first]
    if before and not _are_statements(before):
        first, before = 0, []
    if any(map(_SPECIFIES.match, clauses[last:])):
        last = len(clauses)
    if first == 0 and last == len(clauses):
        return None
    question = ", ".join(clauses[first:last])
    report = REPORTS.match(question)
    if report is not None:
        question = f"tell me {question[report.end() :]}"
    return Statements(
        before=", ".join(before), question=question, after=", ".join(clauses[last:]).rstrip("?")
    )


def is_statement(clause: str) -> bool:
    """Whether a clause states something, such as "there's a cat", "my dog barks", "the dog runs".

    A noun phrase alone, a question and a subordinate clause, "when he falls", state nothing.
    """
    claim = _FILLERS.sub("", clause)
    return not _asks(clause) and (_STATES.match(clause) is not None or is_claim(claim))


def _are_statements(clauses: Sequence[str]) -> bool:
    """Whether clauses before a question state something, and the question depends on none of them."""
    if _SUBORDINATE.match(clauses[0]):
        return True
    # "Now the pictures below, there's a bird, what is it?"; not "at 0:05, there's a bird, …".
    names_time = split_time(clauses[0])[1] is not None
    states = is_statement(clauses[0]) or (any(map(is_statement, clauses)) and not names_time)
    return states and not any(map(_DEPENDENT.search, clauses))


def _asks(clause: str) -> bool:
    """Whether a clause begins like a question, direct or reported: "I wonder if he falls"."""
    is_tag = _TAG.match(clause) is not None
    return REPORTS.match(clause) is not None or (_ASKS.match(clause) is not None and not is_tag)


def _is_aside(clause: str) -> bool:
    """Whether a clause after a question is a remark of the writer or a reason."""
    if _REASON.match(clause) or (_IMPRESSION.match(clause) and not clause.endswith("?")):
        return True
    return _FIRST_PERSON.match(clause) is not None and not _asks(clause)
