"""A summary: chapters with titles and times, and a paragraph that says only what captions and timed text say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vqa.models.base import Embeds, VideoContext, VideoQAModel
from vqa.tasks.captions import caption_video
from vqa.tasks.moments import clock
from vqa.types import Caption, Chapter

_MOST_CHAPTERS = 8
_SHORTEST_CHAPTER_S = 10.0
_MOST_SPOKEN = 3


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a video holds: a paragraph, and its parts in order."""

    text: str
    chapters: tuple[Chapter, ...]


def summarize(context: VideoContext, model: VideoQAModel) -> Summary:
    """Chapters of neighbouring shots that are alike, and a paragraph of their captions.

    Raises:
        Unsupported: the model cannot caption frames.
    """
    captions = caption_video(context, model)
    groups = [[caption] for caption in captions]
    vectors = _meanings(captions, model)
    room = max(1, min(_MOST_CHAPTERS, int(context.clip.duration_s / _SHORTEST_CHAPTER_S)))
    while len(groups) > room:
        alike = [
            float(_mean(groups[i], captions, vectors) @ _mean(groups[i + 1], captions, vectors))
            for i in range(len(groups) - 1)
        ]
        nearest = int(np.argmax(alike))
        groups[nearest : nearest + 2] = [groups[nearest] + groups[nearest + 1]]
    chapters = tuple(
        Chapter(start_s=g[0].start_s, end_s=g[-1].end_s, title=_title(g)) for g in groups
    )
    return Summary(text=_paragraph(chapters, context), chapters=chapters)


def youtube_lines(chapters: Sequence[Chapter]) -> str:
    """One line a chapter, as YouTube reads them from a description: 0:00 first."""
    return "\n".join(f"{clock(c.start_s)} {c.title}" for c in chapters) + "\n"


def write_chapters(chapters: Sequence[Chapter], path: Path) -> None:
    """WebVTT chapters (.vtt), or YouTube's lines with any other ending."""
    if path.suffix == ".vtt":
        import pysubs2

        cues = pysubs2.SSAFile()
        for chapter in chapters:
            cues.append(
                pysubs2.SSAEvent(
                    start=round(chapter.start_s * 1000),
                    end=round(chapter.end_s * 1000),
                    text=chapter.title,
                )
            )
        cues.save(str(path))
    else:
        path.write_text(youtube_lines(chapters), encoding="utf-8")


def _meanings(captions: Sequence[Caption], model: VideoQAModel) -> np.ndarray:  # type: ignore[type-arg]
    if isinstance(model, Embeds):
        return model.embed_text([c.text for c in captions])
    return np.eye(len(captions), dtype=np.float32)


def _mean(group: list[Caption], captions: Sequence[Caption], vectors: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    mean = np.mean([vectors[captions.index(c)] for c in group], axis=0)
    length = float(np.linalg.norm(mean))
    unit: np.ndarray = mean / max(length, 1e-9)  # type: ignore[type-arg]
    return unit


def _title(group: list[Caption]) -> str:
    """The caption that stands longest."""
    longest = max(group, key=lambda c: c.end_s - c.start_s)
    return longest.text[:1].upper() + longest.text[1:]


def _paragraph(chapters: Sequence[Chapter], context: VideoContext) -> str:
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
        lines = [line.text for line in context.text if line.source == source][:_MOST_SPOKEN]
        if lines:
            sentences.append(f"{told}: " + "; ".join(f"“{line}”" for line in lines) + ".")
    return " ".join(sentences)
