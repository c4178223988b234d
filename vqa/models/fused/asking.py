"""How a question is put to the embedded model, and what kind of answer it wants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vqa.models.fused.choosing import options_of
from vqa.models.plain import plainly
from vqa.models.reading import asks_for_speech, asks_to_read
from vqa.types import TimedText, Turn

CANNOT_READ = "I cannot read what is written in this video."
CANNOT_HEAR = "I cannot hear what is said in this video."
CANNOT_DATE = "I cannot tell when that is."

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
    r"^(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would)\b", re.IGNORECASE
)
_WHEN = re.compile(r"^(?:when|at (?:what|which) (?:time|moment|point))\b", re.IGNORECASE)
_LONGEST_EARLIER_ANSWER_WORDS = 8


Kind = Literal["reading", "hearing", "when", "choice", "description", "yes_no", "open"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What kind of answer a question wants, and the two that it offers where it offers two."""

    kind: Kind
    offered: tuple[str, ...] = ()


def wanted_by(question: str) -> Wanted:
    """What kind of answer a question wants."""
    if asks_to_read(question):
        return Wanted(kind="reading")
    if asks_for_speech(question):
        return Wanted(kind="hearing")
    if _WHEN.match(plainly(question)):
        return Wanted(kind="when")
    offered = options_of(question)
    if offered is not None:
        return Wanted(kind="choice", offered=offered)
    if is_description(question):
        return Wanted(kind="description")
    return Wanted(kind="yes_no" if is_yes_no(question) else "open")


def refusal(wanted: Wanted, text: Sequence[TimedText]) -> str | None:
    """What is said instead of an invention; None where the model may know.

    Frames tell no words, and no dates: those can only be read or heard. When a thing is seen is looked up before.
    """
    sources = {line.source for line in text}
    if wanted.kind == "reading" and "screen" not in sources:
        return CANNOT_READ
    if wanted.kind == "hearing" and "speech" not in sources:
        return CANNOT_HEAR
    if wanted.kind == "when" and not sources:
        return CANNOT_DATE
    return None


def render_question(question: str, history: Sequence[Turn]) -> str:
    """The question as MiniLM reads it; one that leans on the turn before brings that turn along.

    The form is the one training uses: "What animal is it? dog. What color is it?"
    """
    question = plainly(question)
    if not history or not _LEANING.search(question):
        return question
    before = history[-1]
    answer = " ".join(before.answer.text.split()[:_LONGEST_EARLIER_ANSWER_WORDS]).strip(" .")
    return f"{before.question} {answer}. {question}"


def is_description(question: str) -> bool:
    """Whether a sentence is asked for rather than a word."""
    return _DESCRIPTION.search(plainly(question)) is not None


def is_yes_no(question: str) -> bool:
    """Whether yes or no answers it; "is it a dog or a cat?" is not such a question."""
    asked = plainly(question)
    return _YES_NO.match(asked) is not None and " or " not in asked.lower()
