"""Captioning benchmark: BLEU-4 and CIDEr-D on held-out images with five reference captions each.

BLEU-4 is computed by sacrebleu, which the extra `train` installs.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vqa.errors import ExtraMissing, SettingError
from vqa.models.protocol import Describes, VideoContext, VideoQAModel
from vqa.models.registry import load
from vqa.questions.parse import parse
from vqa.training.cider import caption_words, cider_d
from vqa.training.data.records import load_clip, read_records, subsample

NUM_REFERENCES = 5
QUESTION = "Describe the video in one sentence."


@dataclass(frozen=True, kw_only=True)
class CaptionScores:
    """Corpus BLEU-4 (0 to 1) and mean CIDEr-D (0 to 10) of the captions of `n` images."""

    bleu4: float
    cider_d: float
    n: int


def bleu4(candidates: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Compute the corpus BLEU-4, 0 to 1, over the words that `caption_words` finds.

    Args:
        candidates: N captions, at least one.
        references: for each candidate, a list of at least one reference caption; all lists of the
            same length. That there are N lists is not checked.

    Raises:
        ExtraMissing: sacrebleu is not installed.
        ValueError: the lists of references differ in length.
    """
    try:
        sacrebleu = importlib.import_module("sacrebleu")
    except ImportError as error:
        raise ExtraMissing(
            "BLEU needs the package sacrebleu, which is not installed.",
            extra="train",
        ) from error
    hypotheses = [" ".join(caption_words(caption)) for caption in candidates]
    groups = [[" ".join(caption_words(caption)) for caption in group] for group in references]
    columns = [list(column) for column in zip(*groups, strict=True)]
    score: float = sacrebleu.corpus_bleu(hypotheses, columns, tokenize="none").score / 100
    return score


def score_captions(candidates: Sequence[str], references: Sequence[Sequence[str]]) -> CaptionScores:
    """Compute BLEU-4 and mean CIDEr-D of N captions.

    Args:
        candidates: N captions.
        references: N lists of reference captions, all of the same length, at least one.

    Raises:
        ExtraMissing: sacrebleu is not installed.
        ValueError: there are no captions, not as many lists as captions, or the lists are empty or
            differ in length.
    """
    if not candidates:
        raise ValueError("there must be at least one caption")
    scores = cider_d(candidates, references)
    return CaptionScores(
        bleu4=bleu4(candidates, references), cider_d=sum(scores) / len(scores), n=len(scores)
    )


def describe(model: VideoQAModel, context: VideoContext) -> str:
    """Return the caption of the first frame of a clip, by `describe_frames`.

    A model without that ability is asked for one sentence about the clip.
    """
    if isinstance(model, Describes):
        return model.describe_frames(context, [0])[0]
    return "".join(model.stream(context, parse(QUESTION))).strip()


def caption_split(
    model: VideoQAModel, data: Path, *, source: str = "flickr8k", limit: int | None = None
) -> list[dict[str, Any]]:
    """Caption the images of a data set that have five human captions.

    Args:
        model: model to test.
        data: a folder in the training data format; its test split is used.
        source: data set of the images, `Record.source`.
        limit: maximum number of images, evenly spaced in the split; None means all.

    Returns:
        A dictionary per image, in the order of the split: `image` (path relative to `data`),
        `caption`, `references` (list).

    Raises:
        SettingError: the test split is missing or malformed, or has no such images.
    """
    records = [
        record
        for record in read_records(data, "test")
        if record.source == source and len(record.captions) == NUM_REFERENCES
    ]
    if not records:
        raise SettingError(
            f"The test split of {data} has no picture of {source!r} with {NUM_REFERENCES} captions.",
            cure="Name another --source.",
        )
    captions = []
    for record in tqdm(subsample(records, limit), unit=" pictures", disable=None):
        caption = describe(model, model.encode(load_clip(record, model)))
        captions.append(
            {"image": record.path, "caption": caption, "references": list(record.captions)}
        )
    return captions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--source`, the data set whose images are captioned, to a parser."""
    parser.add_argument(
        "--source", default="flickr8k", help="the data source of the pictures (default: flickr8k)"
    )


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark; return the fields of `CaptionScores`, and `captions` (`caption_split`).

    Args:
        arguments: parsed arguments with `data`, `source`, `model`, `device` and `limit`.

    Raises:
        ExtraMissing: sacrebleu is not installed.
        VQAError: the model or the data cannot be used.
    """
    model = load(arguments.model, device=arguments.device)
    captions = caption_split(model, arguments.data, source=arguments.source, limit=arguments.limit)
    scores = score_captions(
        [row["caption"] for row in captions], [row["references"] for row in captions]
    )
    return {**dataclasses.asdict(scores), "captions": captions}


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the result of `run` as one line of plain text: number of images, BLEU-4, CIDEr-D."""
    return (
        f"{figures['n']} pictures: BLEU-4 {figures['bleu4']:.3f}, CIDEr-D {figures['cider_d']:.3f}"
    )
