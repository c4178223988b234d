"""Questions about words in the video: "what does the sign say?" is answered with what was read or heard, verbatim."""

from __future__ import annotations

import re

from vqa.answering.lookup_result import Found, frame_at
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.questions.modality import asks_for_speech, asks_for_text, asks_whether_spoken
from vqa.tasks.search import match_lines
from vqa.timecode import format_time
from vqa.types import TimedText

_ABOUT = re.compile(
    r"\b(?:say|said|tell|told|talk|spoken|written|read)s? (?:about|of|on) (?!the (?:screen|sign)\b)(?P<topic>.+?)[?.! ]*$",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(first|at the (?:start|beginning))\b", re.IGNORECASE)
_LAST = re.compile(r"\b(last|at the end|finally)\b", re.IGNORECASE)
_MOST_LINES = 5
_NEAR_BEST = 0.75


def answer_written(model: VideoQAModel, context: VideoContext, question: str) -> Found | None:
    """The words, quoted with their times; None where none are asked for or none are known."""
    whether = asks_whether_spoken(question)
    spoken = whether or asks_for_speech(question)
    source = "screen" if asks_for_text(question) else "speech" if spoken else None
    lines = [line for line in context.text if line.source == source]
    if source is None or not lines:
        return None
    if about := _ABOUT.search(question):
        lines = lines_about(lines, about["topic"], model)
        if not lines:
            verb = "read" if source == "screen" else "hear"
            text = f"I do not {verb} anything about {about['topic']} in this video."
            return Found(text=text, there=False)
    elif whether or _FIRST.search(question):
        lines = lines[:1]
    elif _LAST.search(question):
        lines = lines[-1:]
    shown = lines[:_MOST_LINES]
    quoted = ", ".join(map(_quoted, shown))
    return Found(
        text=f"yes, {quoted}" if whether else quoted,
        there=True,
        evidence=tuple(
            frame_at(context.clip, (line.start_s + line.end_s) / 2, 1.0) for line in shown
        ),
    )


def lines_about(lines: list[TimedText], topic: str, model: VideoQAModel) -> list[TimedText]:
    """The lines about a topic, rising in time."""
    found = match_lines(lines, topic, model)
    near = [line for line, score in found if score >= _NEAR_BEST * found[0][1]]
    return sorted(near, key=lambda line: line.start_s)


def _quoted(line: TimedText) -> str:
    return f"“{line.text}” ({format_time(line.start_s)})"
