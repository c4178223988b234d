"""The conversation as chat messages and as Markdown: answers, confidence labels, evidence frames, frame coverage."""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.timecode import format_time
from vqa.types import Answer, Clip
from vqa.ui.frames import frame_strip, frame_thumbnails, link_times
from vqa.ui.i18n import Language, translate
from vqa.ui.session_state import DisplayedTurn, SessionState

_SURE, _FAIRLY_SURE = 0.75, 0.45  # confidence, 0 to 1
_MAX_EVIDENCE_FRAMES = 3

Message = dict[str, Any]


def displayed_turn(question: str, answer: Answer, clip: Clip) -> DisplayedTurn:
    """Return a turn with thumbnails of its evidence frames, taken from the clip that was asked about."""
    rows = [
        clip.indices.index(frame.index)
        for frame in answer.evidence[:_MAX_EVIDENCE_FRAMES]
        if frame.index in clip.indices
    ]
    return DisplayedTurn(question, answer, frame_thumbnails(clip, sorted(rows)))


def chat_messages(state: SessionState) -> list[Message]:
    """Return the conversation about the current video: each question, its answer, and the answer's footer."""
    return [
        message
        for turn in state.turns
        for message in (
            user_message(turn.question),
            answer_message(_answer_markdown(turn.answer)),
            *html_messages(_footer_html(turn, state.language)),
        )
    ]


def turn_index(state: SessionState, position: int) -> int:
    """Return the index of the turn that the message at this position of the conversation belongs to."""
    return sum(message["role"] == "user" for message in chat_messages(state)[:position])


def user_message(text: str) -> Message:
    """Return a question as a chat message; markup in it is escaped."""
    return {"role": "user", "content": html.escape(text, quote=False)}


def answer_message(markdown: str) -> Message:
    """Return an answer as a chat message in Markdown."""
    return {"role": "assistant", "content": markdown}


def html_messages(markup: str) -> list[Message]:
    """Return HTML as a chat message below an answer; none for empty markup."""
    return [{"role": "assistant", "content": gr.HTML(markup)}] if markup else []


def confidence_badge(answer: Answer, language: Language) -> str:
    """Return the confidence as a word with the number on hover, as HTML; empty without a confidence."""
    if answer.confidence is None:
        return ""
    key = confidence_key(answer)
    number = html.escape(translate("confidence", language, value=answer.confidence))
    word = html.escape(translate(key, language))
    return f'<span class="vqa-badge vqa-{key}" title="{number}" tabindex="0">{word}</span>'


def confidence_key(answer: Answer) -> str:
    """Return the translation key of an answer's confidence: `sure`, `fairly_sure`, `guess` or `absent`."""
    if answer.answerable is False:
        return "absent"
    confidence = answer.confidence or 0.0
    if confidence >= _SURE:
        return "sure"
    return "fairly_sure" if confidence >= _FAIRLY_SURE else "guess"


def write_markdown(state: SessionState, folder: Path) -> Path | None:
    """Write the conversation as a Markdown file with its evidence frames inside; None without a conversation."""
    if state.path is None or not state.turns:
        return None
    language = state.language
    parts = [f"# {translate('export_title', language, video=state.path.name)}"]
    for turn in state.turns:
        parts += [
            f"**{translate('question_mark', language)}:** {turn.question}",
            f"**{translate('answer_mark', language)}:** {_answer_text(turn.answer, language)}",
            *(
                f"![{translate('frame_alt', language, time=format_time(frame.time_s))}]({frame.picture})"
                for frame in turn.frames
            ),
        ]
    file = folder / f"{state.path.stem}.md"
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return file


def coverage_text(clip: Clip, language: Language) -> str:
    """Describe as HTML text how much of the video was read: frames, longest gap, range, damage."""
    start_s = clip.plan.start_s
    end_s = max(clip.plan.end_s or clip.duration_s, clip.times_s[-1])
    gap_s = widest_gap_s(clip.times_s, start_s, end_s)
    count, total = len(clip.times_s), clip.info.num_frames
    sentences = [
        translate("coverage", language, count=count, total=f"{total:,}", gap=gap_s)
        if total
        else translate("coverage_without_total", language, count=count, gap=gap_s)
    ]
    if is_partial(clip):
        sentences.append(
            translate("range", language, start=format_time(start_s), end=format_time(end_s))
        )
    if clip.readable_until_s is not None:
        sentences.append(translate("damaged", language, time=format_time(clip.readable_until_s)))
    return html.escape(" ".join(sentences))


def is_partial(clip: Clip) -> bool:
    """Return whether only a part of the video was read."""
    return clip.plan.start_s > 0 or clip.plan.end_s is not None


def widest_gap_s(times_s: Sequence[float], start_s: float, end_s: float) -> float:
    """Return the longest stretch without a frame, in seconds."""
    edges = [start_s, *times_s, end_s]
    return max(b - a for a, b in itertools.pairwise(edges))


def _answer_markdown(answer: Answer) -> str:
    text = " ".join(filter(None, (answer.text, answer.note)))
    return link_times(html.escape(text, quote=False))


def _footer_html(turn: DisplayedTurn, language: Language) -> str:
    """Return the confidence badge and the evidence frames of a turn as HTML."""
    answer, label = turn.answer, translate("evidence", language)
    badge = (
        html.escape(translate("stopped", language))
        if answer.stopped
        else confidence_badge(answer, language)
    )
    frames = frame_strip(turn.frames, language, label=label, caption=label) if turn.frames else ""
    return badge + frames


def _answer_text(answer: Answer, language: Language) -> str:
    """Return the answer, its note and its confidence label as plain text."""
    label = ""
    if answer.stopped:
        label = f"({translate('stopped', language)})"
    elif answer.confidence is not None:
        label = f"({translate(confidence_key(answer), language)})"
    return " ".join(filter(None, (answer.text, answer.note, label)))
