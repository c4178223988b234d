"""How a question is put to the embedded model, and how its doubt is put into words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
_WITHOUT_ARTICLE = frozenset(
    "children people men women feet teeth sheep fish water snow grass sand food hair rain ice smoke fog".split()
)
_LONGEST_EARLIER_ANSWER_WORDS = 8


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """That a thing asked about is not in the video; `probability` is how sure that is, 0 to 1."""

    noun: str
    probability: float


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
    return _YES_NO.match(question.strip()) is not None and " or " not in question.lower()


def is_named(noun: str, question: str) -> bool:
    """Whether a question names a thing, be it one or many: nobody is told that what they did not ask for is missing."""
    asked = question.lower().split()
    return bool(noun) and any(word.startswith(noun.split()[-1].rstrip("s")) for word in asked)


def absent_sentence(noun: str) -> str:
    """What is said of a thing that is not there."""
    if not noun:
        return "I do not see that in this video."
    many = noun.endswith("s") and not noun.endswith("ss")
    bare = many or noun.split()[-1] in _WITHOUT_ARTICLE
    article = "" if bare else "an " if noun[0] in "aeiou" else "a "
    return f"I do not see {article}{noun} in this video."
