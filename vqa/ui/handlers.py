"""What happens when something on the page is used: plain generators, run without a page by the tests."""

from __future__ import annotations

import html
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from vqa.chat.session import ChatSession
from vqa.errors import SettingError, VQAError
from vqa.tasks.moments import clock, spans
from vqa.types import Answer, Clip, SamplingPlan, Turn
from vqa.ui.pictures import strip, time_links
from vqa.ui.visit import Shelf, Visit
from vqa.ui.wording import Language, say

_SURE, _FAIRLY_SURE = 0.75, 0.45
_EVIDENCE_SHOWN = 3
_log = logging.getLogger(__name__)

Message = dict[str, Any]


def watch(
    shelf: Shelf, visit: Visit, path: str | None, choices: dict[str, Any] | None = None
) -> Iterator[tuple[str, str]]:
    """Read and encode a video, telling how far it is.

    Args:
        shelf: where models are.
        visit: whose page it is.
        path: the uploaded file; None clears.
        choices: `num_frames`, `strategy`, `start_s`, `end_s` where the visitor set them.

    Yields:
        (status, strip of frames), both HTML.
    """
    language = visit.language
    empty = frames_empty(language)
    if not path:
        yield "", empty
        return
    try:
        if not shelf.ready(visit.model):
            yield say("loading", language), empty
        model = shelf.get(visit.model)
        if visit.session is None or visit.session.model is not model:
            visit.session = ChatSession(model)
        session = visit.session
        plan = _plan(model.sampling, choices or {})
        for share in _with_progress(lambda told: session.watch(path, plan=plan, progress=told)):
            yield say("reading", language, share=share), empty
        assert session.context is not None
        clip = session.context.clip
        yield coverage(clip, language), strip(clip, range(len(clip.times_s)), language)
    except VQAError as error:
        yield trouble(error), empty
    except Exception as error:  # noqa: BLE001 - the page must live on; the log has the traceback
        _log.exception("watch failed")
        yield html.escape(say("unexpected", language, error=repr(error))), empty


def ask(
    shelf: Shelf, visit: Visit, path: str | None, question: str, *, again: bool = False
) -> Iterator[tuple[list[Message], str, str]]:
    """Answer a question about the current video, word by word.

    Yields:
        (the conversation, status, details), the last two HTML and Markdown.
    """
    language = visit.language
    session = visit.session
    if session is None or session.context is None or not path:
        yield conversation(visit), say("no_video", language), ""
        return
    earlier = session.history
    if again and not earlier:
        yield conversation(visit), say("nothing_to_retry", language), ""
        return
    asked = earlier[-1].question if again else " ".join(question.split())
    if not asked:
        yield conversation(visit), say("no_question", language), ""
        return
    visit.stop.clear()
    before = conversation(visit, without_last=again)
    said = ""
    try:
        pieces = session.retry() if again else session.ask(asked)
        yield [*before, _asked(asked), _said("…")], "", ""
        try:
            for piece in pieces:
                said += piece
                yield [*before, _asked(asked), _said(html.escape(said))], "", ""
                if visit.stop.is_set():
                    break
        finally:
            pieces.close()  # type: ignore[attr-defined]
        answer = session.history[-1].answer if session.history else None
        yield conversation(visit), "", details(session, answer, language)
    except VQAError as error:
        yield [*before, _asked(asked), _said(trouble(error))], trouble(error), ""
    except Exception as error:  # noqa: BLE001 - the page must live on; the log has the traceback
        _log.exception("ask failed")
        yield conversation(visit), html.escape(say("unexpected", language, error=repr(error))), ""


def conversation(visit: Visit, *, without_last: bool = False) -> list[Message]:
    """What was said about the current video, as chat messages with their evidence."""
    session = visit.session
    if session is None or session.context is None:
        return []
    turns = session.history[:-1] if without_last else session.history
    return [
        message for turn in turns for message in _messages(turn, session.context.clip, visit.language)
    ]


def coverage(clip: Clip, language: Language) -> str:
    """How much of the video was seen: frames, and the longest stretch between two."""
    times = [0.0, *clip.times_s, max(clip.duration_s, clip.times_s[-1])]
    widest = max(b - a for a, b in zip(times, times[1:], strict=False))
    gap = f"{widest:.1f} s"
    seen = len(clip.times_s)
    total = clip.info.num_frames
    told = (
        say("saw", language, seen=seen, all=f"{total:,}", gap=gap)
        if total
        else say("saw_unknown", language, seen=seen, gap=gap)
    )
    if clip.readable_until_s is not None:
        told += " " + say("damaged", language, time=clock(clip.readable_until_s))
    return html.escape(told)


def frames_empty(language: Language) -> str:
    """What stands where the frames will be."""
    return f'<div class="vqa-strip"><span class="vqa-label">{html.escape(say("frames_empty", language))}</span></div>'


def trouble(error: VQAError) -> str:
    """A failure and its cure, as HTML."""
    return f"⚠️ <b>{html.escape(error.message)}</b> {html.escape(error.cure)}"


def doubt(answer: Answer, language: Language) -> str:
    """A word for how far to trust an answer; the number on hover."""
    if answer.confidence is None:
        return ""
    if answer.answerable is False:
        word = "absent"
    elif answer.confidence >= _SURE:
        word = "sure"
    else:
        word = "fairly_sure" if answer.confidence >= _FAIRLY_SURE else "guess"
    number = html.escape(say("confidence", language, value=answer.confidence))
    return f'<span class="vqa-doubt" title="{number}">{html.escape(say(word, language))}</span>'


def details(session: ChatSession, answer: Answer | None, language: Language) -> str:
    """What the last answer took, as a Markdown table."""
    if answer is None or session.context is None:
        return say("details_empty", language)
    clip = session.context.clip
    rows = [
        ("detail_model", session.model.name),
        ("detail_device", session.model.device),
        ("detail_file", f"{clip.info.codec}, {clip.info.width} × {clip.info.height}, {clip.duration_s:.1f} s"),
        ("detail_decoder", clip.info.decoder),
    ]
    rows += [
        (f"detail_{name}", f"{answer.timings_s[name]:.2f} s")
        for name in ("read", "encode", "first_token", "total")
        if name in answer.timings_s
    ]
    lines = [f"| {say(key, language)} | {value} |" for key, value in rows]
    return "\n".join(["| | |", "|---|---|", *lines])


def closer_plan(session: ChatSession, around_s: float) -> dict[str, Any]:
    """Choices that read more frames around a moment: a quarter of what was seen, at least two seconds."""
    assert session.context is not None
    clip = session.context.clip
    first, last = spans(session.context)[0][0], spans(session.context)[-1][1]
    width = max(2.0, (last - first) / 4)
    start = max(0.0, min(around_s - width / 2, clip.duration_s - width))
    return {"start_s": start, "end_s": start + width, "num_frames": clip.plan.num_frames, "strategy": "uniform"}


def export_markdown(visit: Visit) -> str:
    """The conversation as Markdown with its evidence frames inside."""
    session = visit.session
    if session is None or session.context is None:
        return ""
    clip, language = session.context.clip, visit.language
    parts = [f"# {say('export_title', language, video=clip.info.path.name)}"]
    for turn in session.history:
        parts += [
            f"**{say('question_mark', language)}:** {turn.question}",
            f"**{say('answer_mark', language)}:** {turn.answer.text} {turn.answer.note}".strip(),
            _evidence_strip(turn.answer, clip, language),
        ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _messages(turn: Turn, clip: Clip, language: Language) -> list[Message]:
    answer = turn.answer
    times = [] if answer.answerable is False else [e.time_s for e in answer.evidence[:1]]
    told = time_links(html.escape(answer.text), times)
    extra = [doubt(answer, language)] if not answer.stopped else [f"({say('stopped', language)})"]
    text = " ".join(part for part in (told, html.escape(answer.note), *extra) if part)
    frames = _evidence_strip(answer, clip, language)
    return [_asked(turn.question), _said(f"{text}\n\n{frames}" if frames else text)]


def _evidence_strip(answer: Answer, clip: Clip, language: Language) -> str:
    rows = [
        clip.indices.index(e.index)
        for e in answer.evidence[:_EVIDENCE_SHOWN]
        if e.index in clip.indices
    ]
    return strip(clip, rows, language, label=say("evidence", language)) if rows else ""


def _asked(text: str) -> Message:
    return {"role": "user", "content": text}


def _said(text: str) -> Message:
    return {"role": "assistant", "content": text}


def _plan(sampling: SamplingPlan, choices: dict[str, Any]) -> SamplingPlan:
    """The model's way of sampling with the visitor's choices in its place."""
    known = {name: value for name, value in choices.items() if value is not None}
    try:
        return replace(sampling, **known)
    except ValueError as error:
        raise SettingError(f"{error}.", cure="Choose other values.") from error


def _with_progress(work: Callable[[Callable[[float], None]], object]) -> Iterator[float]:
    """Run work in a thread and give its progress as it comes; its error comes out here."""
    told: queue.Queue[float | None] = queue.Queue()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work(told.put)
        except BaseException as error:  # noqa: BLE001 - carried across the thread, raised below
            failed.append(error)
        told.put(None)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    shown = -1.0
    while (share := told.get()) is not None:
        if share - shown >= 0.05:
            shown = share
            yield share
    thread.join()
    if failed:
        raise failed[0]


def examples(folder: Path) -> Sequence[str]:
    """The example videos that come with the page."""
    return [str(file) for file in sorted(folder.glob("*.mp4"))]
