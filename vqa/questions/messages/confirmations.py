"""Claims that ask for confirmation, as questions: "he has a hat, is that so?"."""

from __future__ import annotations

import re

from vqa.questions.normalization.statements import as_question


def confirmation_of_last(match: re.Match[str]) -> str:
    """Return "there is a man. does he jump?" for "there is a man and I think he jumps, is that so?"."""
    *before, claim = _BEFORE_OPINION.split(match["claim"], maxsplit=1)
    question = confirmation_question(claim, "")
    return " ".join([*(f"{one}." for one in before), question]) if question else match[0]


_BEFORE_OPINION = re.compile(
    r",? (?:and|but|so) (?=i (?:think|believe|guess|suppose)\b)", re.IGNORECASE
)


def confirmation_question(claim: str, text: str) -> str:
    """Return a claim as a yes/no question; the whole text if the claim has no form that is known."""
    claim = _CONTRACTION.sub(_in_full, claim)
    question = as_question(claim)
    return text if question == claim else question


def _in_full(match: re.Match[str]) -> str:
    """Return "it is" or "they are" for a contraction."""
    return f"{match[1]} {'are' if match[2].lower() == 're' else 'is'}"


_CONTRACTION = re.compile(r"\b(he|she|it|that|they|these|those)'(s|re)\b", re.IGNORECASE)
