"""Command line shared by the programs that fit the intent classifier and the slot tagger."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor

from vqa.atomic_write import atomic_write
from vqa.models.protocol import EncodesSentences
from vqa.models.registry import load
from vqa.questions.intent_classifier import SentenceEncoder
from vqa.training.marked_utterances import UTTERANCES, MarkedUtterance, read_utterances

# Weights by name, and the metadata of their safetensors file.
Weights = tuple[dict[str, Tensor], dict[str, str]]


def run_fitting(
    argv: Sequence[str] | None,
    *,
    program: str,
    noun: str,
    out: Path,
    fit: Callable[[Sequence[MarkedUtterance], SentenceEncoder], Weights],
) -> int:
    """Parse `--utterances` and `--out`, fit weights, write them as a safetensors file, return 0.

    Args:
        argv: command-line arguments; None means those of the process.
        program: name of the program's module.
        noun: what is fitted, for the help: `intent classifier` or `slot tagger`.
        out: default of `--out`.
        fit: returns the weights for the utterances and the embedded model's sentence encoder.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m {program}", description=f"Fit the {noun} of questions."
    )
    parser.add_argument("--utterances", type=Path, default=UTTERANCES, metavar="FILE")
    parser.add_argument(
        "--out",
        type=Path,
        default=out,
        metavar="FILE",
        help=f"default: the {noun} in weights/intents/",
    )
    arguments = parser.parse_args(argv)
    model = load("fused", device="cpu")
    assert isinstance(model, EncodesSentences)
    tensors, metadata = fit(read_utterances(arguments.utterances), model.encode_sentence)
    with atomic_write(arguments.out) as part:
        save_file(tensors, part, metadata=metadata or None)
    return 0
