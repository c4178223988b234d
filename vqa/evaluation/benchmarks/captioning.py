"""How well a model describes photographs it has never seen, against what five people said of each.

    python -m vqa.evaluation.benchmarks.captioning DATA_DIR [--model M] [--device D] [--source flickr8k] [--limit N] [--json]

prints BLEU-4 (sacrebleu, of requirements-train.txt) and CIDEr-D over the test split of a data folder.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqa.errors import ExtraMissing, SettingError, VQAError
from vqa.evaluation.datasets import show, thinned
from vqa.evaluation.progress_bar import counted
from vqa.models.protocol import Describes, VideoContext, VideoQAModel
from vqa.models.registry import load
from vqa.training.cider import caption_words, cider_d
from vqa.training.data.records import read_records

NUM_REFERENCES = 5
QUESTION = "Describe the video in one sentence."


@dataclass(frozen=True, kw_only=True)
class CaptionScores:
    """`bleu4` is 0 to 1, `cider_d` 0 to 10; `n` pictures with five references each."""

    bleu4: float
    cider_d: float
    n: int


def bleu4(candidates: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Corpus BLEU-4 (0 to 1) over lower-case words without punctuation.

    Args:
        candidates: N captions.
        references: N lists, all of one length.

    Raises:
        ExtraMissing: sacrebleu is not installed.
        ValueError: the lists differ in length.
    """
    try:
        sacrebleu = importlib.import_module("sacrebleu")
    except ImportError as error:
        raise ExtraMissing(
            "BLEU needs the package sacrebleu, which is not installed.",
            cure="Install it with: pip install -r requirements-train.txt",
        ) from error
    said = [" ".join(caption_words(one)) for one in candidates]
    told = [[" ".join(caption_words(one)) for one in group] for group in references]
    columns = [list(column) for column in zip(*told, strict=True)]
    figure: float = sacrebleu.corpus_bleu(said, columns, tokenize="none").score / 100
    return figure


def score_captions(candidates: Sequence[str], references: Sequence[Sequence[str]]) -> CaptionScores:
    """Both figures for N captions with their references.

    Raises:
        ValueError: there are no captions, or the references differ in number.
    """
    if not candidates:
        raise ValueError("there must be at least one caption")
    each = cider_d(candidates, references)
    return CaptionScores(
        bleu4=bleu4(candidates, references), cider_d=sum(each) / len(each), n=len(each)
    )


def describe(model: VideoQAModel, context: VideoContext) -> str:
    """A sentence about a one-frame clip: the model's own way where it has one, else asked for in words."""
    if isinstance(model, Describes):
        return model.describe_frames(context, [0])[0]
    return "".join(model.stream(context, QUESTION)).strip()


def caption_split(
    model: VideoQAModel, data: Path, *, source: str = "flickr8k", limit: int | None = None
) -> list[dict[str, Any]]:
    """Caption the test pictures of a source that have five human captions; progress goes to stderr.

    Returns:
        A dict a picture: `image`, `caption`, `references`.

    Raises:
        SettingError: the test split has no such pictures.
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
    records = thinned(records, limit)
    found = []
    for record in counted(records, "pictures"):
        caption = describe(model, model.encode(show(data, record, model)))
        found.append(
            {"image": record.path, "caption": caption, "references": list(record.captions)}
        )
    return found


def main(argv: Sequence[str]) -> int:
    """Caption a test split and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m vqa.evaluation.benchmarks.captioning")
    parser.add_argument("data", type=Path, help="a folder in the training data format")
    parser.add_argument("--model", default="fused")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--source", default="flickr8k", help="whose pictures (default: flickr8k)")
    parser.add_argument("--limit", type=int, help="at most LIMIT pictures, evenly spread")
    parser.add_argument("--json", action="store_true", help="print every caption, as JSON")
    asked = parser.parse_args(argv)
    try:
        model = load(asked.model, device=asked.device)
        found = caption_split(model, asked.data, source=asked.source, limit=asked.limit)
        scores = score_captions(
            [one["caption"] for one in found], [one["references"] for one in found]
        )
    except VQAError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    figures = {"bleu4": scores.bleu4, "cider_d": scores.cider_d, "n": scores.n}
    if asked.json:
        sys.stdout.write(json.dumps({**figures, "captions": found}, indent=2) + "\n")
    else:
        sys.stdout.write(
            f"{asked.source} test, {scores.n} pictures: BLEU-4 {scores.bleu4:.3f}, CIDEr-D {scores.cider_d:.3f}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
