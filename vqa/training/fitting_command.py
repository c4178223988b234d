"""Command line shared by the programs that fit the classifiers and the tagger of questions."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from safetensors.torch import save_file
from torch import Tensor

from vqa.atomic_write import atomic_write
from vqa.models.protocol import EncodesSentences
from vqa.models.registry import load
from vqa.questions.classifiers.intent_classifier import SentenceEncoder

# Weights by name, and the metadata of their safetensors file.
Weights = tuple[dict[str, Tensor], dict[str, str]]
_Example = TypeVar("_Example")


def run_fitting(
    argv: Sequence[str] | None,
    *,
    program: str,
    noun: str,
    examples: Path,
    out: Path,
    read: Callable[[Path], Sequence[_Example]],
    fit: Callable[[Sequence[_Example], SentenceEncoder], Weights],
) -> int:
    """Parse `--examples` and `--out`, fit weights, write them as a safetensors file, return 0.

    What `read` and `fit` raise is passed on; wrong arguments exit with code 2. An existing file is
    replaced.

    Args:
        argv: command-line arguments; None means those of the process.
        program: name of the program's module.
        noun: what is fitted, for the help, such as `intent classifier`.
        examples: default of `--examples`, the file of labeled examples.
        out: default of `--out`.
        read: reads the file of examples.
        fit: returns the weights for the examples and the embedded model's sentence encoder.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m {program}", description=f"Fit the {noun} of questions."
    )
    parser.add_argument("--examples", type=Path, default=examples, metavar="FILE")
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
    tensors, metadata = fit(read(arguments.examples), model.encode_sentence)
    with atomic_write(arguments.out) as part:
        save_file(tensors, part, metadata=metadata or None)
    return 0
