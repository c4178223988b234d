"""Hallucination benchmark: things that captions name although the picture does not show them.

The pictures have boxes of all things of 80 COCO classes. A caption's words are mapped to these
classes; a class without a box is hallucinated.

Source: CHAIR, Rohrbach et al. 2018, arXiv:1809.02156.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vqa.errors import SettingError
from vqa.evaluation.benchmarks.captioning import describe
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import load
from vqa.training.data.records import Split, load_clip, read_records, subsample
from vqa.training.qa.box_classes import classes_in

_PEOPLE = "person"


@dataclass(frozen=True, kw_only=True)
class HallucinationScores:
    """Hallucinated things in the captions of `n` pictures.

    Args:
        chair_i: share of the named classes that are hallucinated, 0 to 1; 0 if none is named.
        chair_s: share of the captions with a hallucinated class, 0 to 1.
        hallucinations: hallucinated classes per caption.
        mentions: named classes per caption.
        specific: named classes per caption other than people.
        n: number of pictures.
    """

    chair_i: float
    chair_s: float
    hallucinations: float
    mentions: float
    specific: float
    n: int


def score_hallucination(
    captions: Sequence[str], contents: Sequence[Iterable[str]]
) -> HallucinationScores:
    """Count the named COCO classes that are not in the pictures.

    Args:
        captions: N captions, at least one.
        contents: for each picture, all its COCO classes, maybe none.

    Raises:
        ValueError: there are no captions, or not as many as pictures.
    """
    if not captions:
        raise ValueError("there must be at least one caption")
    mentions = [classes_in(caption) for caption in captions]
    absent = [names - set(content) for names, content in zip(mentions, contents, strict=True)]
    num_mentions, num_absent, count = sum(map(len, mentions)), sum(map(len, absent)), len(captions)
    return HallucinationScores(
        chair_i=num_absent / num_mentions if num_mentions else 0.0,
        chair_s=sum(map(bool, absent)) / count,
        hallucinations=num_absent / count,
        mentions=num_mentions / count,
        specific=sum(len(names - {_PEOPLE}) for names in mentions) / count,
        n=count,
    )


def caption_pictures(
    model: VideoQAModel, data: Path, split: Split, *, limit: int | None = None
) -> list[dict[str, Any]]:
    """Caption the pictures of a split whose boxes are known.

    Args:
        model: model to test.
        data: a folder in the training data format.
        split: `val` or `test`.
        limit: maximum number of pictures, 0 or more, evenly spaced in the split; None means all.

    Returns:
        A dictionary per picture, in the order of the split: `image` (path relative to `data`),
        `caption`, `objects` (its classes, maybe none), `absent` (the named classes that it does not
        show).

    Raises:
        SettingError: the file of the split is missing or malformed, or it has no picture with
            boxes.
        OSError: a picture cannot be read.
    """
    records = [record for record in read_records(data, split) if record.objects is not None]
    if not records:
        raise SettingError(
            f"The {split} split of {data} has no picture with boxes.", cure="Name another --split."
        )
    rows = []
    for record in tqdm(subsample(records, limit), unit=" pictures", disable=None):
        caption = describe(model, model.encode(load_clip(record, model)))
        content = sorted({box[0] for box in record.objects or ()})
        rows.append(
            {
                "image": record.path,
                "caption": caption,
                "objects": content,
                "absent": sorted(classes_in(caption) - set(content)),
            }
        )
    return rows


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark; return `HallucinationScores`' fields, and `captions` (`caption_pictures`).

    Args:
        arguments: parsed arguments with `data`, `split`, `model`, `device` and `limit`.

    Raises:
        VQAError: the model or the data cannot be used.
    """
    model = load(arguments.model, device=arguments.device)
    rows = caption_pictures(model, arguments.data, arguments.split, limit=arguments.limit)
    scores = score_hallucination([row["caption"] for row in rows], [row["objects"] for row in rows])
    return {**dataclasses.asdict(scores), "captions": rows}


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the result of `run` as one line of plain text, shares in percent."""
    return (
        f"{figures['n']} pictures: {100 * figures['chair_i']:.1f} % of the things in captions are not there, "
        f"{100 * figures['chair_s']:.1f} % of the captions name one; {figures['specific']:.2f} things a caption besides people"
    )
