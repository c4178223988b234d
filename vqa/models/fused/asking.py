"""How a question is put to the embedded model, and what kind of answer it wants."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.types import Turn

_LEANING = re.compile(
    r"\b(it|its|he|him|his|she|her|hers|they|them|their|theirs|that one|this one|those|these)\b",
    re.IGNORECASE,
)
_DESCRIPTION = re.compile(
    r"\b(describe|description|caption|summari[sz]e|summary|what happens|what is happening|what's happening|"
    r"what is (?:the|this) (?:video|clip) about|what do you see|what is going on)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?:and |so |but )?(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|isn't|aren't|doesn't)\b",
    re.IGNORECASE,
)
_OR_NOT = re.compile(r",? or (?:not|no)\b[?.! ]*$", re.IGNORECASE)
_LONGEST_EARLIER_ANSWER_WORDS = 8


def render_question(question: str, history: Sequence[Turn]) -> str:
    """The question as MiniLM reads it; one that leans on the turn before brings that turn along.

    The form is the one training uses: "What animal is it? dog. What color is it?"
    """
    question = " ".join(question.split())
    if not history or not _LEANING.search(question):
        return question
    before = history[-1]
    answer = " ".join(before.answer.text.split()[:_LONGEST_EARLIER_ANSWER_WORDS]).strip(" .")
    return f"{before.question} {answer}. {question}"


def is_description(question: str) -> bool:
    """Whether a sentence is asked for rather than a word."""
    return _DESCRIPTION.search(question) is not None


def is_yes_no(question: str) -> bool:
    """Whether yes or no answers it; "is it a dog or a cat?" is not such a question."""
    asked = _OR_NOT.sub("", question.strip())
    return _YES_NO.match(asked) is not None and " or " not in asked.lower()
