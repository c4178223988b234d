"""Captions: one sentence a shot with its times, beside what is said and written, as subtitles or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from vqa.errors import SettingError, Unsupported
from vqa.models.protocol import Describes, VideoContext, VideoQAModel
from vqa.tasks.search import shot_of
from vqa.types import Caption, Shot, TimedText

FORMATS = (".srt", ".vtt", ".json")


def caption_video(context: VideoContext, model: VideoQAModel) -> list[Caption]:
    """One caption a shot, from the frame in its middle; neighbours that say the same are one.

    Raises:
        Unsupported: the model cannot describe single frames.
    """
    if not isinstance(model, Describes):
        raise Unsupported(
            f"The model {model.name} cannot caption single frames.",
            cure="Choose the model 'fused'.",
        )
    clip = context.clip
    shots = clip.shots or (Shot(start_s=0.0, end_s=max(clip.duration_s, clip.times_s[-1])),)
    rows_of: dict[int, list[int]] = {}
    for row, time_s in enumerate(clip.times_s):
        rows_of.setdefault(shot_of(time_s, shots), []).append(row)
    seen = sorted(rows_of)
    middles = [rows_of[number][len(rows_of[number]) // 2] for number in seen]
    sentences = model.describe_frames(context, middles)
    captions = [
        Caption(start_s=shots[number].start_s, end_s=shots[number].end_s, text=sentence)
        for number, sentence in zip(seen, sentences, strict=True)
    ]
    return merge_same(captions)


def merge_same(captions: Iterable[Caption]) -> list[Caption]:
    """Neighbours that say the same become one caption over both their times."""
    merged: list[Caption] = []
    for caption in captions:
        if merged and merged[-1].text == caption.text:
            merged[-1] = Caption(start_s=merged[-1].start_s, end_s=caption.end_s, text=caption.text)
        else:
            merged.append(caption)
    return merged


def with_text(captions: Iterable[Caption], text: Iterable[TimedText]) -> list[Caption]:
    """Captions of pictures together with what is said and written, rising in time."""
    lines = (
        Caption(start_s=line.start_s, end_s=line.end_s, text=line.text, source=line.source)
        for line in text
    )
    return sorted([*captions, *lines], key=lambda caption: caption.start_s)


def subtitle(caption: Caption, *, alone: bool) -> str:
    """A caption as it stands in subtitles: where words stand beside pictures, the pictures are in brackets.

    Args:
        caption: what is seen, said or written.
        alone: whether all captions are of pictures.
    """
    if caption.source == "speech" or alone:
        return caption.text
    return f"[{caption.text}]" if caption.source == "picture" else f"“{caption.text}”"


def write_captions(captions: Sequence[Caption], path: Path) -> None:
    """Write .srt, .vtt or .json, as the file's name says.

    Raises:
        SettingError: the name ends in none of these.
    """
    if path.suffix not in FORMATS:
        raise SettingError(
            f"Captions cannot be written as {path.suffix or 'a file without an ending'}.",
            cure=f"Let the name end in one of {', '.join(FORMATS)}.",
        )
    if path.suffix == ".json":
        path.write_text(
            json.dumps([asdict(c) for c in captions], indent=1, ensure_ascii=False),
            encoding="utf-8",
        )
        return
    import pysubs2

    alone = all(caption.source == "picture" for caption in captions)
    subtitles = pysubs2.SSAFile()
    for caption in captions:
        subtitles.append(
            pysubs2.SSAEvent(
                start=round(caption.start_s * 1000),
                end=round(caption.end_s * 1000),
                text=subtitle(caption, alone=alone),
            )
        )
    subtitles.save(str(path))
