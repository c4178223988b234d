"""What the embedded model says instead of an invention, where a question asks for more than eyes can tell."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.questions.parse import Question
from vqa.types import TimedText

CANNOT_READ = "I cannot read what is written in this video."
CANNOT_HEAR = "I cannot hear what is said in this video."
CANNOT_DATE = "I cannot tell when that is."
CANNOT_LISTEN = "I see this video, but I cannot hear it."
ASK_ME = "Ask me about what is to be seen in this video."


def refusal(question: Question, text: Sequence[TimedText]) -> str | None:
    """What is said instead of an invention; None where the model may know.

    Frames tell no words, and no dates: those can only be read or heard. When a thing is seen is looked up before.
    """
    sources = {line.source for line in text}
    if question.kind == "greeting":
        return ASK_ME
    if question.kind == "sound":
        return CANNOT_LISTEN
    if question.kind == "reading" and "screen" not in sources:
        return CANNOT_READ
    if question.kind == "hearing" and "speech" not in sources:
        return CANNOT_HEAR
    if question.kind == "when" and not sources:
        return CANNOT_DATE
    return None
