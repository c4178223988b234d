"""Questions about words in the video: "what does the sign say?" is answered with what was read or heard, verbatim."""

from __future__ import annotations

import re

from vqa.models.base import VideoContext
from vqa.tasks.moments import clock
from vqa.types import TimedText

_WRITTEN = re.compile(
    r"\b(what (?:does|do|did) .*\b(?:sign|text|screen|title|caption|label|banner)s? (?:say|read|show)|"
    r"(?:what|which) (?:text|words?|title|writing)|what is written|what can be read)\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(what (?:does|do|did) (?:he|she|they|the \w+|someone|anyone|people) say|what is (?:being )?said|what is spoken)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(first|at the (?:start|beginning))\b", re.IGNORECASE)
_LAST = re.compile(r"\b(last|at the end|finally)\b", re.IGNORECASE)
_MOST_LINES = 5


def answer_written(context: VideoContext, question: str) -> str | None:
    """The words, quoted with their times; None where none are asked for or none are known."""
    source = "screen" if _WRITTEN.search(question) else "speech" if _SAID.search(question) else None
    lines = [line for line in context.text if line.source == source]
    if source is None or not lines:
        return None
    if _FIRST.search(question):
        lines = lines[:1]
    elif _LAST.search(question):
        lines = lines[-1:]
    return ", ".join(_quoted(line) for line in lines[:_MOST_LINES])


def _quoted(line: TimedText) -> str:
    return f"“{line.text}” ({clock(line.start_s)})"
