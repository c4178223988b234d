"""A summary: chapters with titles and times, and a paragraph that says only what captions and timed text say.

A model that cannot describe frames one by one, as those of the hub, is asked for both and answers in its own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vqa.models.protocol import Describes, Embeds, VideoContext, VideoQAModel
from vqa.questions.parse import parse
from vqa.tasks.captions import caption_video
from vqa.tasks.chapters import group_alike
from vqa.tasks.search import spans
from vqa.timecode import format_time
from vqa.types import AnswerOptions, Caption, Chapter, TimedText

_MOST_LINES = 3
_CELLS = 4
_SUMMARY_TOKENS, _TITLE_TOKENS = 256, 24
_ASK_SUMMARY = (
    "Summarize this video in a short paragraph. Say only what can be seen, heard or read in it."
)
_ASK_TITLE = "Give a title of at most six words to the part of the video from {start} to {end}. Answer with the title alone."
_PLACED_TITLE_CHARS = 80


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a video holds: a paragraph, and its parts in order."""

    text: str
    chapters: tuple[Chapter, ...]


def summarize(context: VideoContext, model: VideoQAModel) -> Summary:
    """Chapters of neighbouring shots that are alike, and a paragraph over them."""
    if not isinstance(model, Describes):
        return _in_own_words(context, model)
    captions = caption_video(context, model)
    groups = group_alike(
        [(c.start_s, c.end_s) for c in captions], _meanings([c.text for c in captions], model)
    )
    chapters = tuple(
        Chapter(
            start_s=captions[group[0]].start_s,
            end_s=captions[group[-1]].end_s,
            title=_title([captions[row] for row in group]),
        )
        for group in groups
    )
    return Summary(text=_paragraph(chapters, context, model), chapters=chapters)


def _in_own_words(context: VideoContext, model: VideoQAModel) -> Summary:
    """The model's own paragraph and titles; where chapters begin is told from the frames."""
    stretches = _stretches(context)
    looks = _looks(context, stretches)
    chapters = []
    for group in group_alike(stretches, looks):
        start_s, end_s = stretches[group[0]][0], stretches[group[-1]][1]
        asked = _ASK_TITLE.format(start=format_time(start_s), end=format_time(end_s))
        title = _said(model, context, asked, _TITLE_TOKENS).splitlines()
        chapters.append(
            Chapter(start_s=start_s, end_s=end_s, title=_clean(title[0] if title else ""))
        )
    text = _said(model, context, _ASK_SUMMARY, _SUMMARY_TOKENS)
    return Summary(text=" ".join(text.split()), chapters=tuple(chapters))


def _said(model: VideoQAModel, context: VideoContext, question: str, tokens: int) -> str:
    options = AnswerOptions(max_new_tokens=tokens)
    return "".join(model.stream(context, parse(question), options=options)).strip()


def _clean(title: str) -> str:
    """A title without the quotes and stops that models put around it."""
    bare = title.strip().removeprefix("Title:").strip(" .\"'“”*#")
    return bare[:_PLACED_TITLE_CHARS] or "Untitled"


def _stretches(context: VideoContext) -> list[tuple[float, float]]:
    """The shots where they are known, else what each frame stands for."""
    shots = context.clip.shots
    return [(s.start_s, s.end_s) for s in shots] if shots else spans(context)


def _looks(context: VideoContext, stretches: Sequence[tuple[float, float]]) -> NDArray[np.float32]:
    """(N, D) unit vectors: the colours of a few cells of the frames in each stretch, around their mean."""
    clip = context.clip
    height, width = (side // _CELLS * _CELLS for side in clip.frames.shape[1:3])
    cells = np.stack(
        [
            f[:height, :width]
            .reshape(_CELLS, height // _CELLS, _CELLS, width // _CELLS, 3)
            .mean((1, 3))
            .ravel()
            for f in clip.frames
        ]
    )
    cells -= cells.mean(0)
    rows = []
    for start_s, end_s in stretches:
        inside = [row for row, t in enumerate(clip.times_s) if start_s <= t < end_s]
        middle = (start_s + end_s) / 2
        nearest = min(range(len(cells)), key=lambda row: abs(clip.times_s[row] - middle))
        rows.append(cells[inside or [nearest]].mean(0))
    looks = np.stack(rows)
    lengths = np.linalg.norm(looks, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (looks / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


def _meanings(texts: Sequence[str], model: VideoQAModel) -> NDArray[np.float32]:
    if isinstance(model, Embeds):
        return model.embed_text(texts)
    # Without a space of meanings, those that say the same are alike and no others.
    known = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return np.eye(len(known), dtype=np.float32)[[known[text] for text in texts]]


def _title(group: list[Caption]) -> str:
    """The caption that stands longest."""
    longest = max(group, key=lambda c: c.end_s - c.start_s)
    return longest.text[:1].upper() + longest.text[1:]


def _paragraph(chapters: Sequence[Chapter], context: VideoContext, model: VideoQAModel) -> str:
    sentences = []
    for number, chapter in enumerate(chapters):
        opening = (
            ""
            if len(chapters) == 1
            else "First, "
            if number == 0
            else "Finally, "
            if number == len(chapters) - 1
            else "Then "
        )
        title = chapter.title if not opening else chapter.title[:1].lower() + chapter.title[1:]
        if number == 0 or chapter.title != chapters[number - 1].title:
            sentences.append(f"{opening}{title}.")
    for source, told in (("speech", "Said"), ("screen", "Written on the screen")):
        told_there = [t for t in context.text if t.source == source and len(t.text) > 1]
        lines = _telling(told_there, model)
        if lines:
            sentences.append(
                f"{told}: " + "; ".join(f"“{line.text.rstrip('.')}”" for line in lines) + "."
            )
    return " ".join(sentences)


def _telling(lines: Sequence[TimedText], model: VideoQAModel) -> list[TimedText]:
    """The few lines nearest to what all of them say, in their order."""
    if len(lines) <= _MOST_LINES:
        return list(lines)
    vectors = _meanings([line.text for line in lines], model)
    nearness = vectors @ vectors.mean(0)
    chosen = sorted(np.argsort(-nearness, kind="stable")[:_MOST_LINES].tolist())
    return [lines[row] for row in chosen]
