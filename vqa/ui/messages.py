"""What was said, as the page shows it: messages, doubt as words, evidence, and the Markdown to keep."""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.timecode import format_time
from vqa.types import Answer, Clip
from vqa.ui.frames import shown, strip, time_links
from vqa.ui.i18n import Language, say
from vqa.ui.session_state import Exchange, Visit

_SURE, _FAIRLY_SURE = 0.75, 0.45
_EVIDENCE_SHOWN = 3

Message = dict[str, Any]


def exchange(question: str, answer: Answer, clip: Clip) -> Exchange:
    """A turn with the frames its answer rests on, as they look in the clip it was asked about."""
    rows = [
        clip.indices.index(e.index)
        for e in answer.evidence[:_EVIDENCE_SHOWN]
        if e.index in clip.indices
    ]
    return Exchange(question, answer, shown(clip, sorted(rows)))


def messages(visit: Visit) -> list[Message]:
    """What was said about the current video: the question, the answer, and what the answer rests on."""
    return [
        message
        for said in visit.exchanges
        for message in (
            asked(said.question),
            answered(_spoken(said.answer)),
            *beside(_rest(said, visit.language)),
        )
    ]


def turn_at(visit: Visit, position: int) -> int:
    """Which turn the message at this position of the conversation belongs to."""
    return sum(message["role"] == "user" for message in messages(visit)[:position])


def asked(text: str) -> Message:
    """A message of the visitor; markup in it stays text."""
    return {"role": "user", "content": html.escape(text, quote=False)}


def answered(text: str) -> Message:
    """A message of the model, in Markdown; copying it copies its words and nothing else."""
    return {"role": "assistant", "content": text}


def beside(markup: str) -> list[Message]:
    """HTML under an answer; nothing where there is none."""
    return [{"role": "assistant", "content": gr.HTML(markup)}] if markup else []


def doubt(answer: Answer, language: Language) -> str:
    """A word for how far to trust an answer, the number on hover; empty where the model cannot tell."""
    if answer.confidence is None:
        return ""
    key = doubt_key(answer)
    number = html.escape(say("confidence", language, value=answer.confidence))
    word = html.escape(say(key, language))
    return f'<span class="vqa-doubt vqa-{key}" title="{number}" tabindex="0">{word}</span>'


def doubt_key(answer: Answer) -> str:
    """Which word of doubt an answer gets."""
    if answer.answerable is False:
        return "absent"
    confidence = answer.confidence or 0.0
    if confidence >= _SURE:
        return "sure"
    return "fairly_sure" if confidence >= _FAIRLY_SURE else "guess"


def markdown(visit: Visit, folder: Path) -> Path | None:
    """The conversation as a Markdown file with its evidence frames inside; None where nothing was said."""
    if visit.path is None or not visit.exchanges:
        return None
    language = visit.language
    parts = [f"# {say('export_title', language, video=visit.path.name)}"]
    for said in visit.exchanges:
        parts += [
            f"**{say('question_mark', language)}:** {said.question}",
            f"**{say('answer_mark', language)}:** {_plain(said.answer, language)}",
            *(
                f"![{say('frame_alt', language, time=format_time(f.time_s))}]({f.picture})"
                for f in said.frames
            ),
        ]
    file = folder / f"{visit.path.stem}.md"
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return file


def coverage(clip: Clip, language: Language) -> str:
    """How much of the video was seen: frames, the longest stretch between two, what part."""
    start = clip.plan.start_s
    end = max(clip.plan.end_s or clip.duration_s, clip.times_s[-1])
    gap = widest_gap(clip.times_s, start, end)
    seen, total = len(clip.times_s), clip.info.num_frames
    told = [
        say("saw", language, seen=seen, all=f"{total:,}", gap=gap)
        if total
        else say("saw_unknown", language, seen=seen, gap=gap)
    ]
    if narrowed(clip):
        told.append(say("part", language, start=format_time(start), end=format_time(end)))
    if clip.readable_until_s is not None:
        told.append(say("damaged", language, time=format_time(clip.readable_until_s)))
    return html.escape(" ".join(told))


def narrowed(clip: Clip) -> bool:
    """Whether only a part of the video was looked at."""
    return clip.plan.start_s > 0 or clip.plan.end_s is not None


def widest_gap(times_s: Sequence[float], start_s: float, end_s: float) -> float:
    """The longest stretch, in seconds, of which no frame was seen."""
    edges = [start_s, *times_s, end_s]
    return max(b - a for a, b in itertools.pairwise(edges))


def _spoken(answer: Answer) -> str:
    words = " ".join(filter(None, (answer.text, answer.note)))
    return time_links(html.escape(words, quote=False))


def _rest(said: Exchange, language: Language) -> str:
    """How far to trust an answer, and the frames it rests on."""
    answer, label = said.answer, say("evidence", language)
    mark = html.escape(say("stopped", language)) if answer.stopped else doubt(answer, language)
    frames = strip(said.frames, language, label=label, aside=label) if said.frames else ""
    return mark + frames


def _plain(answer: Answer, language: Language) -> str:
    mark = ""
    if answer.stopped:
        mark = f"({say('stopped', language)})"
    elif answer.confidence is not None:
        mark = f"({say(doubt_key(answer), language)})"
    return " ".join(filter(None, (answer.text, answer.note, mark)))
