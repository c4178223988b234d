"""Conversation as chat messages, Markdown and JSON; confidence badges; frame coverage."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components.chatbot import ComponentMessage

from vqa.atomic_write import write_cache_file
from vqa.models.catalog import SPECS
from vqa.serialize import answer_json
from vqa.timecode import format_time, widest_gap_s
from vqa.types import Answer, Clip, Turn
from vqa.ui.frames import DisplayedTurn, frame_strip, frame_thumbnails, link_times
from vqa.ui.i18n import Language, translate
from vqa.ui.session_state import SessionState

_SURE, _FAIRLY_SURE = 0.75, 0.45  # confidence, 0 to 1
_MAX_EVIDENCE_FRAMES = 3
# Ends an unfinished answer; its style is in `theme.CSS`.
_BUSY = '<span class="vqa-busy">…</span>'
_MIN_GAP_S = 1.5  # shorter gaps between frames are not worth a sentence
_MIN_GAP_IN_MINUTES_S = 120.0
_MIN_DISPLAYED_S = 0.005  # what is displayed as 0.00 seconds tells nothing

# By which Gradio describes an HTML component to the browser. Within an event, components are mere updates.
_HTML_PROPERTIES: dict[str, Any] = gr.HTML(render=False).get_config()

Message = dict[str, Any]


def displayed_turn(turn: Turn, clips: Sequence[Clip]) -> DisplayedTurn:
    """Return a turn with thumbnails of its three evidence frames of most weight, in order of time.

    Args:
        turn: the turn of the chat session.
        clips: clips of the video, at least one; the thumbnails come from the first one that
            contains all these frames, or else, as far as it has them, from the first.
    """
    indices = [frame.index for frame in turn.answer.evidence[:_MAX_EVIDENCE_FRAMES]]
    clip = next((c for c in clips if set(indices) <= set(c.indices)), clips[0])
    rows = [clip.indices.index(index) for index in indices if index in clip.indices]
    return DisplayedTurn(
        turn.question,
        turn.answer,
        frame_thumbnails(clip, sorted(rows)),
        num_frames=len(clip.times_s),
        is_denial=_is_denial(turn),
    )


def _is_denial(turn: Turn) -> bool:
    """Whether an answer states that something does not occur in the whole video.

    Of a message with several questions, the answers to all of them must.
    """
    if turn.parts:
        return all(_is_denial(part) for part in turn.parts)
    question = turn.parsed
    if question is None or question.intent != "presence" or question.time_range is not None:
        return False
    return turn.answer.text.strip(" .").lower() == ("yes" if question.expects_absence else "no")


def chat_messages(state: SessionState) -> list[Message]:
    """Return the messages of the current conversation: per turn a question, an answer and a footer.

    The footer, HTML with confidence and evidence frames, is left out when it is empty. The last
    message has the suggestions of its answer as options. Empty without turns.
    """
    messages = [
        message
        for turn in state.turns
        for message in (
            user_message(turn.question),
            answer_message(_answer_text_with_note(turn.answer)),
            *html_messages(_footer_html(turn, state.language)),
        )
    ]
    if messages and state.turns[-1].answer.suggestions:
        # Gradio displays options below the last message only.
        options = [{"value": text, "label": text} for text in state.turns[-1].answer.suggestions]
        messages[-1]["options"] = options
    return messages


def turn_index(state: SessionState, position: int) -> int:
    """Return the number of questions before a position in the list of chat messages.

    For the position of a question, that is the index of its turn; for an answer, one more than the
    index of its turn. Positions count from 0; beyond the list, it is the number of turns.
    """
    return sum(message["role"] == "user" for message in chat_messages(state)[:position])


def user_message(text: str) -> Message:
    """Return a question as a user message; see `safe_markdown`."""
    return {"role": "user", "content": safe_markdown(text)}


def answer_message(text: str) -> Message:
    """Return the text of an answer as an assistant message whose times seek the player.

    The text may repeat what stands in a video, or come from a served model; see `safe_markdown`.
    """
    return {"role": "assistant", "content": link_times(safe_markdown(text))}


def streamed_message(text: str) -> Message:
    """Return an unfinished answer as an assistant message that ends with a busy indicator."""
    return {"role": "assistant", "content": f"{safe_markdown(text)}{_BUSY}"}


def safe_markdown(text: str) -> str:
    """Return a text as Markdown in which HTML and pictures are escaped.

    A picture is loaded without a click, and its address could send the conversation elsewhere.
    """
    return html.escape(text, quote=False).replace("![", "!\\[")


def html_messages(markup: str) -> list[Message]:
    """Return HTML as a list of one assistant message; an empty list for "".

    Its content is what Gradio makes of `gr.HTML(markup)`. Of a component, Gradio would make it anew
    for all messages at each step of a stream: ten milliseconds of processor time each.
    """
    if not markup:
        return []
    properties = _HTML_PROPERTIES | {"value": markup}
    content = ComponentMessage(
        component="html", value=markup, constructor_args={"render": False}, props=properties
    )
    return [{"role": "assistant", "content": content}]


def pending_messages(questions: Iterable[str]) -> list[Message]:
    """Return the messages of pending questions, in order, each followed by a busy indicator."""
    return [
        message
        for question in questions
        for message in (user_message(question), streamed_message(""))
    ]


def waiting_html(text: str) -> str:
    """Return a note below a question that waits for others, with a busy indicator, as HTML.

    The text is escaped; screen readers announce it.
    """
    return f'<span class="vqa-waiting" role="status">{html.escape(text)}</span>{_BUSY}'


def confidence_badge(
    answer: Answer, language: Language, num_frames: int = 0, *, is_denial: bool = False
) -> str:
    """Return the confidence as an HTML badge, a word with its number as tooltip; "" without one.

    A reply to a greeting and a refusal have no confidence: they claim nothing about the frames. For
    an unanswerable question and a denial, the badge states that the subject is absent; with
    `num_frames` it states their number and has no tooltip.

    Args:
        answer: the answer.
        language: language of the word and the tooltip.
        num_frames: number of frames that the model received; stated in the badge of an unanswerable
            question and of a denial. 0 if unknown.
        is_denial: whether the answer states that something does not occur in the whole video.
    """
    if answer.confidence is None:
        return ""
    key = "absent" if is_denial else confidence_key(answer)
    words = html.escape(_confidence_words(key, language, num_frames))
    number = html.escape(translate("confidence", language, value=answer.confidence))
    title = "" if key == "absent" and num_frames else f' title="{number}"'
    return f'<span class="vqa-badge vqa-{key}"{title} tabindex="0">{words}</span>'


def _confidence_words(key: str, language: Language, num_frames: int) -> str:
    """Return the words for a key of `confidence_key`; for absence with the number of frames, if known."""
    if key == "absent" and num_frames:
        return translate("absent_in_frames", language, count=num_frames)
    return translate(key, language)


def confidence_key(answer: Answer) -> str:
    """Return the translation key of the confidence: `sure`, `fairly_sure`, `guess` or `absent`.

    `sure` begins at 0.75, `fairly_sure` at 0.45. `absent` stands for an unanswerable question; an
    unknown confidence counts as 0.
    """
    if answer.answerable is False:
        return "absent"
    confidence = answer.confidence or 0.0
    if confidence >= _SURE:
        return "sure"
    return "fairly_sure" if confidence >= _FAIRLY_SURE else "guess"


def write_markdown(state: SessionState, folder: Path) -> Path | None:
    """Write the conversation as Markdown to `folder` and return the path of the file.

    The file has the name of the video with the suffix .md. Evidence frames are embedded as `data:`
    URLs. Returns None without a conversation, or if the file cannot be written.
    """
    if state.path is None or not state.turns:
        return None
    language = state.language
    parts = [f"# {translate('export_title', language, video=state.path.name)}"]
    for turn in state.turns:
        parts += [
            f"**{translate('question_mark', language)}:** {turn.question}",
            f"**{translate('answer_mark', language)}:** {_answer_text(turn, language)}",
            *(
                f"![{translate('frame_alt', language, time=format_time(frame.time_s))}]({frame.picture})"
                for frame in turn.frames
            ),
        ]
    return _write(folder / f"{state.path.stem}.md", "\n\n".join(parts) + "\n")


def write_json(state: SessionState, folder: Path) -> Path | None:
    """Write the conversation as JSON to `folder` and return the path of the file.

    The file has the name of the video with the suffix .json; an older one is replaced. Its keys are
    `video` (file name) and `turns`, each with the `question` and the keys of `answer_json`, of
    which `model`, `device`, `frames` and `readable_until_s` are the current ones, also for earlier
    turns. Returns None without an encoded video or a conversation, or if the file cannot be
    written.
    """
    session, context = state.session, state.context
    if session is None or context is None or not state.turns:
        return None
    turns = [
        {
            "question": turn.question,
            **answer_json(
                turn.answer,
                clip=context.clip,
                model=session.model.name,
                device=session.model.device,
            ),
        }
        for turn in state.turns
    ]
    file = folder / f"{context.clip.info.path.stem}.json"
    value = {"video": context.clip.info.path.name, "turns": turns}
    return _write(file, json.dumps(value, ensure_ascii=False, indent=1))


def _write(file: Path, text: str) -> Path | None:
    """Write a text file and return its path; None if it cannot be written, which is logged."""
    is_written = write_cache_file(file, lambda temporary: temporary.write_text(text, "utf-8"))
    return file if is_written else None


def coverage_text(clip: Clip, language: Language) -> str:
    """Return sentences that state what was sampled of the video, as text with HTML escaped.

    They state the number of frames, the longest gap if it is at least 1.5 s (in minutes from two
    minutes on), the time range if it is not the whole video, and where a damaged file ends.
    """
    start_s = clip.plan.start_s
    end_s = max(clip.plan.end_s or clip.duration_s, clip.times_s[-1])
    gap_s = widest_gap_s(clip.times_s, start_s, end_s)
    count, total = len(clip.times_s), clip.info.num_frames
    sentences = [
        translate("coverage", language, count=count, total=f"{total:,}")
        if total
        else translate("coverage_without_total", language, count=count)
    ]
    if gap_s >= _MIN_GAP_S:
        sentences.append(translate("coverage_gap", language, gap=_gap_text(gap_s, language)))
    if is_partial(clip):
        sentences.append(
            translate("range", language, start=format_time(start_s), end=format_time(end_s))
        )
    if clip.readable_until_s is not None:
        sentences.append(translate("damaged", language, time=format_time(clip.readable_until_s)))
    return html.escape(" ".join(sentences))


def _gap_text(gap_s: float, language: Language) -> str:
    """Return the length of a gap in words: whole seconds, or from two minutes on minutes, rounded up."""
    if gap_s < _MIN_GAP_IN_MINUTES_S:
        return translate("in_seconds", language, count=round(gap_s))
    return translate("in_minutes", language, count=math.ceil(gap_s / 60))


def is_partial(clip: Clip) -> bool:
    """Whether the sampling plan is restricted to a time range of the video."""
    return clip.plan.start_s > 0 or clip.plan.end_s is not None


def answer_details(state: SessionState, num_fragments: int = 0) -> str:
    """Return model, video facts and timings of the last answer as a Markdown table.

    Args:
        state: the tab's session state; without a turn, a hint is returned instead.
        num_fragments: number of fragments that the answer was streamed in, to compute tokens per
            second; 0 and 1 leave that row out.
    """
    session, context, language = state.session, state.context, state.language
    if session is None or context is None or not state.turns:
        return translate("details_empty", language)
    info, timings_s = context.clip.info, state.turns[-1].answer.timings_s
    rows = [
        (translate("detail_model", language), _model_text(session.model.name, language)),
        (translate("detail_device", language), _device_text(session.model.device, language)),
        (
            translate("detail_file", language),
            translate(
                "file_format", language, codec=info.codec, width=info.width, height=info.height
            ),
        ),
        (translate("detail_length", language), format_time(context.clip.duration_s)),
        (translate("detail_decoder", language), info.decoder),
    ]
    rows += [
        (
            translate(f"detail_{name}", language),
            translate("seconds", language, value=timings_s[name]),
        )
        for name in ("read", "encode", "first_token", "total")
        if timings_s.get(name, 0.0) >= _MIN_DISPLAYED_S  # an earlier answer has reported the others
    ]
    decoding_s = timings_s.get("total", 0.0) - timings_s.get("first_token", 0.0)
    if num_fragments > 1 and decoding_s > 0:
        rows.append((translate("detail_rate", language), f"{(num_fragments - 1) / decoding_s:.1f}"))
    head = f"| {translate('detail_name', language)} | {translate('detail_value', language)} |\n|---|---|"
    return "\n".join([head, *(f"| {name} | {value} |" for name, value in rows)])


def _model_text(name: str, language: Language) -> str:
    """Return the name of a model, with a remark if it is part of the app."""
    is_embedded = any(row.name == name and not row.hub_id for row in SPECS)
    return translate("detail_embedded", language, name=name) if is_embedded else name


def _device_text(device: str, language: Language) -> str:
    """Return what a torch device is, with its name; any other device, such as an address, as it is."""
    kind = device.partition(":")[0]
    key = {"cpu": "device_cpu", "cuda": "device_gpu", "mps": "device_gpu"}.get(kind)
    return translate(key, language, device=device) if key else device


def _answer_text_with_note(answer: Answer) -> str:
    """Return the reply, or the bare answer without one, and the note, separated by a space."""
    return " ".join(filter(None, (answer.reply or answer.text, answer.note)))


def _footer_html(turn: DisplayedTurn, language: Language) -> str:
    """Return the confidence badge and the evidence frames of a turn as HTML."""
    answer, label = turn.answer, translate("evidence", language, count=len(turn.frames))
    badge = (
        html.escape(translate("stopped", language))
        if answer.stopped
        else confidence_badge(answer, language, turn.num_frames, is_denial=turn.is_denial)
    )
    frames = frame_strip(turn.frames, language, label=label, caption=label) if turn.frames else ""
    return badge + frames


def _answer_text(turn: DisplayedTurn, language: Language) -> str:
    """Return the answer of a turn, its note and its confidence label as plain text."""
    answer, label = turn.answer, ""
    if answer.stopped:
        label = f"({translate('stopped', language)})"
    elif answer.confidence is not None:
        key = "absent" if turn.is_denial else confidence_key(answer)
        label = f"({_confidence_words(key, language, turn.num_frames)})"
    return " ".join(filter(None, (answer.reply or answer.text, answer.note, label)))
