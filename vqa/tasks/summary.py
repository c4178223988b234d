"""Summary of a video: a paragraph, chapters with titles and times, and the scenes of the chapters.

If the model captions single frames, these are composed of captions and timed text. Any other model,
such as a hub model, is prompted for the paragraph and the titles, and there are no scenes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vqa.models.protocol import Describes, Embeds, VideoContext, VideoQAModel
from vqa.questions.parse import parse
from vqa.tasks.captions import caption_video, is_confident
from vqa.tasks.chapters import group_similar
from vqa.tasks.scenes import group_into_scenes, span_vectors
from vqa.tasks.search import frame_spans
from vqa.timecode import format_time, nearest_row
from vqa.types import AnswerOptions, Caption, Chapter, ProgressCallback, TimedText

_MAX_LINES = 3
_GRID = 4
_SUMMARY_TOKENS, _TITLE_TOKENS = 256, 24
_SUMMARY_PROMPT = (
    "Summarize this video in a short paragraph. Say only what can be seen, heard or read in it."
)
_TITLE_PROMPT = "Give a title of at most six words to the part of the video from {start} to {end}. Answer with the title alone."
_MAX_TITLE_CHARS = 80
_UNSURE = "I can't tell what happens in this video."


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Paragraph about a video, its chapters and their scenes, both in time order.

    Args:
        text: the paragraph. If no chapter is confident, that of a model that captions frames begins
            with a sentence that says so; a prompted model's may be empty.
        chapters: time ranges with titles.
        scenes: a caption for each scene; a chapter consists of whole scenes. Empty if the model
            does not caption frames.
        is_confident: for a model that captions frames, whether a chapter's confidence is at least
            0.15 or unknown; for a prompted model, whether it generated a text.
    """

    text: str
    chapters: tuple[Chapter, ...]
    scenes: tuple[Caption, ...] = ()
    is_confident: bool = True

    def scenes_of(self, chapter: Chapter) -> tuple[Caption, ...]:
        """Return the scenes that a chapter consists of, in time order; empty without scenes."""
        return tuple(s for s in self.scenes if chapter.start_s <= s.start_s < chapter.end_s)


def format_outline(summary: Summary) -> str:
    """Format chapters as lines `M:SS title`, each with its scenes as indented lines below it.

    A scene whose caption is not confident has a question mark in place of the caption. Each line
    ends with a line break; from one hour on, times are `H:MM:SS`. Empty without chapters.
    """
    lines = []
    for chapter in summary.chapters:
        lines.append(f"{format_time(chapter.start_s)} {chapter.title}")
        lines += [
            f"    {format_time(scene.start_s)} {scene.text if is_confident(scene) else '?'}"
            for scene in summary.scenes_of(chapter)
        ]
    return "".join(f"{line}\n" for line in lines)


def summarize(
    context: VideoContext, model: VideoQAModel, *, on_progress: ProgressCallback | None = None
) -> Summary:
    """Group the shots of a video into scenes and chapters, and compose a paragraph about them.

    A model that captions frames provides captions as titles; any other model is prompted. There is
    at least one chapter.

    Args:
        context: the encoded video.
        model: the model that encoded it.
        on_progress: called with the completed share, rising to 1, after at most eight captions or
            one token each; an exception from it ends the work.
    """
    if not isinstance(model, Describes):
        return _prompt_summary(context, model, on_progress or (lambda _: None))
    captions = caption_video(context, model, on_progress=on_progress)
    return compose_summary(context, model, captions)


def compose_summary(
    context: VideoContext, model: VideoQAModel, captions: Sequence[Caption]
) -> Summary:
    """Compose a summary, as `summarize` does, from the captions of the video's shots.

    Args:
        context: the encoded video.
        model: the model that encoded it and captions frames.
        captions: what `caption_video` returned for it, at least one.
    """
    scenes, vectors = _caption_scenes(context, model, captions)
    groups = group_similar([(scene.start_s, scene.end_s) for scene in scenes], vectors)
    chapters = tuple(
        Chapter(
            start_s=scenes[group[0]].start_s,
            end_s=scenes[group[-1]].end_s,
            title=_title([scenes[row] for row in group], number),
            confidence=_longest([scenes[row] for row in group]).confidence,
        )
        for number, group in enumerate(groups, 1)
    )
    return Summary(
        text=_paragraph(chapters, context, model),
        chapters=chapters,
        scenes=scenes,
        is_confident=any(is_confident(chapter) for chapter in chapters),
    )


def _caption_scenes(
    context: VideoContext, model: VideoQAModel, captions: Sequence[Caption]
) -> tuple[tuple[Caption, ...], NDArray[np.float32]]:
    """Group the captions of shots into scenes.

    Returns:
        One caption per scene: the longest confident one with the times of the scene; and the mean
        text embedding of each scene's captions, (N, D) unit vectors or zero.
    """
    spans = [(caption.start_s, caption.end_s) for caption in captions]
    groups = group_into_scenes(spans, span_vectors(context, model, spans))
    scenes = tuple(
        replace(
            _longest([captions[row] for row in group]),
            start_s=captions[group[0]].start_s,
            end_s=captions[group[-1]].end_s,
        )
        for group in groups
    )
    texts = _text_embeddings([caption.text for caption in captions], model)
    means = np.stack([texts[group].mean(0) for group in groups])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return scenes, (means / np.maximum(lengths, 1e-9)).astype(np.float32)


def _prompt_summary(
    context: VideoContext, model: VideoQAModel, on_progress: ProgressCallback
) -> Summary:
    """Return a summary whose titles and paragraph are generated by the model from prompts.

    The chapters are groups of consecutive shots of similar color and have no confidence. The
    completed share is that of the maximum numbers of tokens of all texts.
    """
    spans = _shot_spans(context)
    groups = group_similar(spans, _colour_features(context, spans))
    num_tokens = len(groups) * _TITLE_TOKENS + _SUMMARY_TOKENS

    def report_after(first: int) -> Callable[[int], None]:
        return lambda count: on_progress((first + count) / num_tokens)

    chapters = []
    for number, group in enumerate(groups):
        start_s, end_s = spans[group[0]][0], spans[group[-1]][1]
        prompt = _TITLE_PROMPT.format(start=format_time(start_s), end=format_time(end_s))
        on_token = report_after(number * _TITLE_TOKENS)
        title = _generate(model, context, prompt, _TITLE_TOKENS, on_token).splitlines()
        chapters.append(
            Chapter(start_s=start_s, end_s=end_s, title=_clean_title(title[0] if title else ""))
        )
    on_token = report_after(len(groups) * _TITLE_TOKENS)
    text = _generate(model, context, _SUMMARY_PROMPT, _SUMMARY_TOKENS, on_token)
    on_progress(1.0)
    return Summary(text=" ".join(text.split()), chapters=tuple(chapters), is_confident=bool(text))


def _generate(
    model: VideoQAModel,
    context: VideoContext,
    prompt: str,
    max_tokens: int,
    on_token: Callable[[int], None],
) -> str:
    """Return the model's whole answer to a prompt, stripped; at most `max_tokens` new tokens.

    `on_token` is called before each fragment with the number of earlier ones, at most `max_tokens`.
    An exception from it ends the generation.
    """
    options = AnswerOptions(max_new_tokens=max_tokens)
    stream = model.stream(context, parse(prompt), options=options)
    fragments: list[str] = []
    try:
        for fragment in stream:
            on_token(min(len(fragments), max_tokens))
            if fragment:  # "" is a wait for a server
                fragments.append(fragment)
    finally:
        if isinstance(stream, Generator):
            stream.close()  # at once, not when the exception is forgotten
    return "".join(fragments).strip()


def _clean_title(title: str) -> str:
    """Strip quotes, markup and full stops from a generated title and limit it to 80 characters.

    Return "Untitled" if nothing is left.
    """
    bare = title.strip().removeprefix("Title:").strip(" .\"'“”*#")
    return bare[:_MAX_TITLE_CHARS] or "Untitled"


def _shot_spans(context: VideoContext) -> list[tuple[float, float]]:
    """Return (start, end) in seconds of each shot; without shots, of each sampled frame's range."""
    shots = context.clip.shots
    return [(s.start_s, s.end_s) for s in shots] if shots else frame_spans(context)


def _colour_features(
    context: VideoContext, spans: Sequence[tuple[float, float]]
) -> NDArray[np.float32]:
    """Return the mean color of a 4 x 4 grid over the frames of each time range, as vectors.

    Returns:
        (N, 48) float32 unit vectors for N ranges; the mean of all frames is subtracted before.
    """
    clip = context.clip
    height, width = (side // _GRID * _GRID for side in clip.frames.shape[1:3])
    cells = np.stack(
        [
            f[:height, :width]
            .reshape(_GRID, height // _GRID, _GRID, width // _GRID, 3)
            .mean((1, 3))
            .ravel()
            for f in clip.frames
        ]
    )
    cells -= cells.mean(0)
    rows = []
    for start_s, end_s in spans:
        span_rows = [row for row, t in enumerate(clip.times_s) if start_s <= t < end_s]
        rows.append(cells[span_rows or [nearest_row(clip.times_s, (start_s + end_s) / 2)]].mean(0))
    features = np.stack(rows)
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (features / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


def _text_embeddings(texts: Sequence[str], model: VideoQAModel) -> NDArray[np.float32]:
    """Embed N texts as (N, D) unit vectors.

    If the model does not embed text, return one-hot vectors that are equal for equal texts only.
    """
    if isinstance(model, Embeds):
        return model.embed_text(texts)
    # Without embeddings, only equal texts are similar.
    rows = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return np.eye(len(rows), dtype=np.float32)[[rows[text] for text in texts]]


def _longest(group: Sequence[Caption]) -> Caption:
    """Return the caption of longest duration, among the confident ones if there are any."""
    candidates = [caption for caption in group if is_confident(caption)] or group
    return max(candidates, key=lambda caption: caption.end_s - caption.start_s)


def _title(group: Sequence[Caption], number: int) -> str:
    """Return the caption of longest duration, capitalized; "Part NUMBER" if none is confident."""
    longest = _longest(group)
    if not is_confident(longest):
        return f"Part {number}"
    return longest.text[:1].upper() + longest.text[1:]


def _paragraph(chapters: Sequence[Chapter], context: VideoContext, model: VideoQAModel) -> str:
    """Compose a paragraph of the confident chapter titles and the most central lines of timed text.

    Up to three lines of speech and three of on-screen text are quoted. Without a confident title,
    the paragraph begins with a sentence that says so.
    """
    sentences = []
    confident_chapters = [chapter for chapter in chapters if is_confident(chapter)]
    for number, chapter in enumerate(confident_chapters):
        opening = (
            ""
            if len(confident_chapters) == 1
            else "First, "
            if number == 0
            else "Finally, "
            if number == len(confident_chapters) - 1
            else "Then "
        )
        title = chapter.title if not opening else chapter.title[:1].lower() + chapter.title[1:]
        if number == 0 or chapter.title != confident_chapters[number - 1].title:
            sentences.append(f"{opening}{title}.")
    if not confident_chapters:
        sentences.append(_UNSURE)
    for source, label in (("speech", "Said"), ("screen", "Written on the screen")):
        candidates = [t for t in context.text if t.source == source and len(t.text) > 1]
        lines = _central_lines(candidates, model)
        if lines:
            sentences.append(
                f"{label}: " + "; ".join(f"“{line.text.rstrip('.')}”" for line in lines) + "."
            )
    return " ".join(sentences)


def _central_lines(lines: Sequence[TimedText], model: VideoQAModel) -> list[TimedText]:
    """Return the three lines most similar to the mean embedding of all lines, in time order.

    Up to three lines are returned as they are.
    """
    if len(lines) <= _MAX_LINES:
        return list(lines)
    vectors = _text_embeddings([line.text for line in lines], model)
    similarities = vectors @ vectors.mean(0)
    line_rows = sorted(np.argsort(-similarities, kind="stable")[:_MAX_LINES].tolist())
    return [lines[row] for row in line_rows]
