"""Captions: one sentence per shot, merged with speech and on-screen text, as subtitles or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from vqa.english import fix_articles
from vqa.errors import Unsupported
from vqa.models.protocol import Describes, Judges, Prepares, VideoContext, VideoQAModel
from vqa.questions.parse import parse
from vqa.tasks.cue_files import Cue, check_output, write_cues, write_output
from vqa.tasks.search import shot_index, shots_or_whole
from vqa.text_words import attach_punctuation
from vqa.types import Caption, Chapter, Clip, ProgressCallback, Shot, TimedText, TimeRange

# Below this confidence a caption is more often wrong than right, so that nothing should be claimed from it.
MIN_CONFIDENCE = 0.15
_WHAT_HAPPENS = "What is happening?"
# Frames that are captioned between two calls of a progress callback: a batch of the embedded model.
_FRAMES_PER_BATCH = 8
# The embedded model takes about four times as long for a sentence as for its confidence.
_PARTS_PER_SENTENCE = 4
FORMATS = (".srt", ".vtt", ".json")


def caption_video(
    context: VideoContext, model: VideoQAModel, *, on_progress: ProgressCallback | None = None
) -> list[Caption]:
    """Caption the middle sampled frame of each shot; merge neighbouring shots with equal captions.

    Of a single shot, the caption is the answer to "What is happening?" of a model that prepares
    questions, from all frames, so that it is what the chat replies.

    Captions are in time order, span their shots, and have a confidence: that of the caption as an
    answer to "What is happening?", None if the model does not estimate one. A shot without a
    sampled frame gets no caption. A video without detected shots counts as one shot, so that there
    is at least one caption. The source of each is `picture`.

    Args:
        context: the encoded video.
        model: the model that encoded it.
        on_progress: called with the completed share, rising to 1, after at most eight frames each;
            an exception from it ends the work.

    Raises:
        Unsupported: the model cannot caption single frames.
    """
    if not isinstance(model, Describes):
        raise Unsupported(
            f"The model {model.name} cannot caption single frames.",
            cure="Choose the model 'fused'.",
        )
    shots = _sampled_shots(context.clip)
    if len(shots) == 1 and isinstance(model, Prepares):
        return [_whole_caption(context, model, shots[0][0], on_progress or (lambda _: None))]
    estimate_confidence = _confidence_estimator(context, model)
    captions: list[Caption] = []

    def report(num_sentences: int) -> None:
        if on_progress is not None:
            num_parts = _PARTS_PER_SENTENCE * num_sentences + len(captions)
            on_progress(num_parts / ((_PARTS_PER_SENTENCE + 1) * len(shots)))

    for start in range(0, len(shots), _FRAMES_PER_BATCH):
        batch = shots[start : start + _FRAMES_PER_BATCH]
        sentences = model.describe_frames(context, [row for _, row in batch])
        report(start + len(batch))
        for (shot, _), sentence in zip(batch, sentences, strict=True):
            captions.append(
                Caption(
                    start_s=shot.start_s,
                    end_s=shot.end_s,
                    text=attach_punctuation(sentence),
                    confidence=estimate_confidence(sentence, shot),
                )
            )
            report(start + len(batch))
    return merge_equal(captions)


def _whole_caption(
    context: VideoContext, model: Prepares, shot: Shot, on_progress: ProgressCallback
) -> Caption:
    """Return the model's answer to "What is happening?" in the whole video as its caption."""
    prepared_question = model.prepare(context, parse(_WHAT_HAPPENS))
    sentence = "".join(prepared_question.stream())
    on_progress(_PARTS_PER_SENTENCE / (_PARTS_PER_SENTENCE + 1))
    confidence = prepared_question.judge(sentence).confidence
    on_progress(1.0)
    return Caption(
        start_s=shot.start_s,
        end_s=shot.end_s,
        text=attach_punctuation(fix_articles(sentence)),
        confidence=confidence,
    )


def _sampled_shots(clip: Clip) -> list[tuple[Shot, int]]:
    """Return each shot with a sampled frame and the row of its middle one, in order of time.

    A video without detected shots counts as one shot.
    """
    shots = shots_or_whole(clip)
    rows_of: dict[int, list[int]] = {}
    for row, time_s in enumerate(clip.times_s):
        rows_of.setdefault(shot_index(time_s, shots), []).append(row)
    return [(shots[number], rows[len(rows) // 2]) for number, rows in sorted(rows_of.items())]


def _confidence_estimator(
    context: VideoContext, model: VideoQAModel
) -> Callable[[str, Shot], float | None]:
    """Return a function that estimates the confidence, 0 to 1, of a sentence about a shot.

    The sentence is judged as an answer to "What is happening?", on the frames of the shot if the
    video has more frames than the model's sampling plan, else on the whole video. The confidence is
    None if the model does not estimate any or judges that the question cannot be answered.
    """
    question = parse(_WHAT_HAPPENS)
    if len(context.clip.times_s) > model.sampling.num_frames and isinstance(model, Judges):

        def judge_shot(sentence: str, shot: Shot) -> float | None:
            time_range = TimeRange(start=shot.start_s, end=shot.end_s)
            return model.judge(
                context, replace(question, time_range=time_range), sentence
            ).confidence

        return judge_shot
    if isinstance(model, Prepares):
        prepared_question = model.prepare(context, question)
        return lambda sentence, _: prepared_question.judge(sentence).confidence
    if isinstance(model, Judges):
        return lambda sentence, _: model.judge(context, question, sentence).confidence
    return lambda _, __: None


def is_confident(item: Caption | Chapter) -> bool:
    """Whether the confidence of a caption or chapter is at least 0.15, or there is none."""
    return item.confidence is None or item.confidence >= MIN_CONFIDENCE


def has_subject(text: str) -> bool:
    """Whether a caption tells of whom or what it tells anything, unlike "something is on a table"."""
    return not text.startswith("something ")


def merge_equal(captions: Iterable[Caption]) -> list[Caption]:
    """Merge neighbouring captions of equal text into one that covers both time ranges.

    It starts with the first and ends with the last; confidence and source are those of the first.
    Neighbours in the given order are compared, whatever time lies between them.
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
        pictures_only: whether all captions describe frames; the text is then returned unchanged.
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
