"""Captions: one sentence per shot, merged with speech and on-screen text, as subtitles or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from vqa.english import attach_punctuation
from vqa.errors import Unsupported
from vqa.models.protocol import Describes, Judges, Prepares, VideoContext, VideoQAModel
from vqa.questions.parse import parse
from vqa.tasks.cue_files import Cue, check_output, write_cues, write_output
from vqa.tasks.search import shot_index, shots_or_whole
from vqa.types import Caption, Chapter, TimedText, TimeRange

# Below this confidence a caption is more often wrong than right, so that nothing should be claimed from it.
MIN_CONFIDENCE = 0.15
_WHAT_HAPPENS = "What is happening?"
FORMATS = (".srt", ".vtt", ".json")


def caption_video(context: VideoContext, model: VideoQAModel) -> list[Caption]:
    """Caption the middle sampled frame of each shot; merge neighbouring shots with equal captions.

    Captions are in time order, span their shots, and have a confidence, see `caption_confidences`.
    A shot without a sampled frame gets no caption. A video without detected shots counts as one
    shot, so that there is at least one caption. The source of each is `picture`.

    Raises:
        Unsupported: the model cannot caption single frames.
    """
    if not isinstance(model, Describes):
        raise Unsupported(
            f"The model {model.name} cannot caption single frames.",
            cure="Choose the model 'fused'.",
        )
    clip = context.clip
    shots = shots_or_whole(clip)
    rows_of: dict[int, list[int]] = {}
    for row, time_s in enumerate(clip.times_s):
        rows_of.setdefault(shot_index(time_s, shots), []).append(row)
    sampled_shots = sorted(rows_of)
    middles = [rows_of[number][len(rows_of[number]) // 2] for number in sampled_shots]
    sentences = model.describe_frames(context, middles)
    spans = [(shots[number].start_s, shots[number].end_s) for number in sampled_shots]
    confidences = caption_confidences(context, model, sentences, spans)
    captions = [
        Caption(
            start_s=shots[number].start_s,
            end_s=shots[number].end_s,
            text=attach_punctuation(sentence),
            confidence=confidence,
        )
        for number, sentence, confidence in zip(sampled_shots, sentences, confidences, strict=True)
    ]
    return merge_equal(captions)


def caption_confidences(
    context: VideoContext,
    model: VideoQAModel,
    sentences: Sequence[str],
    spans: Sequence[tuple[float, float]],
) -> list[float | None]:
    """Estimate the confidence of each caption as an answer to "What is happening?".

    If the video has more frames than the model's sampling plan, each caption is judged on the
    frames of its own time range; else on the whole video.

    Args:
        context: the encoded video.
        model: the model that encoded it.
        sentences: the captions.
        spans: (start, end) in seconds of each caption.

    Returns:
        One confidence per caption, 0 to 1, in the order of `sentences`; each is None if the model
        does not estimate confidence or judges that the question cannot be answered.
    """
    question = parse(_WHAT_HAPPENS)
    if len(context.clip.times_s) > model.sampling.num_frames and isinstance(model, Judges):
        ranges = (TimeRange(start=start_s, end=end_s) for start_s, end_s in spans)
        return [
            model.judge(context, replace(question, time_range=time_range), sentence).confidence
            for time_range, sentence in zip(ranges, sentences, strict=True)
        ]
    if isinstance(model, Prepares):
        prepared_question = model.prepare(context, question)
        return [prepared_question.judge(sentence).confidence for sentence in sentences]
    if isinstance(model, Judges):
        return [model.judge(context, question, sentence).confidence for sentence in sentences]
    return [None] * len(sentences)


def is_confident(item: Caption | Chapter) -> bool:
    """Whether the confidence of a caption or chapter is at least 0.15, or there is none."""
    return item.confidence is None or item.confidence >= MIN_CONFIDENCE


def merge_equal(captions: Iterable[Caption]) -> list[Caption]:
    """Merge neighbouring captions of equal text into one that covers both time ranges.

    Its confidence and source are those of the first. Neighbours in the given order are compared,
    whatever time lies between them.
    """
    captions_in_order: list[Caption] = []
    for caption in captions:
        if captions_in_order and captions_in_order[-1].text == caption.text:
            captions_in_order[-1] = replace(captions_in_order[-1], end_s=caption.end_s)
        else:
            captions_in_order.append(caption)
    return captions_in_order


def add_timed_text(captions: Iterable[Caption], text: Iterable[TimedText]) -> list[Caption]:
    """Return captions and the lines of speech and on-screen text as captions, sorted by start time.

    Lines have no confidence. Sounds are left out.
    """
    lines = (
        Caption(start_s=line.start_s, end_s=line.end_s, text=line.text, source=line.source)
        for line in text
        if line.source != "sound"
    )
    return sorted([*captions, *lines], key=lambda caption: caption.start_s)


def format_subtitle(caption: Caption, *, pictures_only: bool) -> str:
    """Return a caption as subtitle text: speech plain, on-screen text quoted, frames in brackets.

    Args:
        caption: caption of a frame, or a line of speech or on-screen text.
        pictures_only: whether all captions describe frames, which are plain then.
    """
    if caption.source == "speech" or pictures_only:
        return caption.text
    return f"[{caption.text}]" if caption.source == "picture" else f"“{caption.text}”"


def write_captions(captions: Sequence[Caption], path: Path) -> None:
    """Write captions as .srt, .vtt or .json, selected by the suffix of the path.

    JSON is a list of objects with the fields of `Caption`; subtitles leave out captions without
    text. Without captions, the file has no entries. An existing file is overwritten.

    Raises:
        SettingError: the suffix is not in `FORMATS`, or the file cannot be written.
    """
    check_output(path, FORMATS)
    if path.suffix.lower() == ".json":
        rows = [asdict(caption) for caption in captions]
        write_output(path, json.dumps(rows, indent=1, ensure_ascii=False))
        return
    pictures_only = all(caption.source == "picture" for caption in captions)
    cues = (
        Cue(c.start_s, c.end_s, format_subtitle(c, pictures_only=pictures_only))
        for c in captions
        if c.text.strip()
    )
    write_cues(cues, path)
