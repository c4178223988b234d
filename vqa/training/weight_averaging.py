"""Average of the weights of two trainings, where the second continued from the first.

    python -m vqa.training.weight_averaging FIRST SECOND OUT DATA

writes the mean of the trained parameters of the exported folders FIRST and SECOND to OUT, copies
all other files and parameters from SECOND to OUT, and calibrates OUT on the val split of DATA. The
contrastive head is copied from SECOND: each training initializes it with other random weights, so
that an average would be meaningless.

Source: model soups, arXiv:2203.05482; WiSE-FT, arXiv:2109.01903, for a model and its fine-tuned
version.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from vqa.errors import VQAError, WeightsBroken
from vqa.training.contrastive import SEARCH_HEAD
from vqa.training.export import trained_shards


def average_weights(first: Path, second: Path, out: Path) -> None:
    """Write a folder whose trained parameters are the mean of two exported folders' parameters.

    Args:
        first: folder that `export` wrote.
        second: folder of the same model size that `export` wrote; config, tokenizers, frozen
            parameters and contrastive head are copied from it.
        out: destination folder; files of the same names in it are replaced.

    Raises:
        WeightsBroken: a folder lacks the trained parameters, or their names or shapes differ.
    """
    try:
        first_tensors = _trained_tensors(first)
        shapes = {name: tensor.shape for name, tensor in _trained_tensors(second).items()}
        if {name: tensor.shape for name, tensor in first_tensors.items()} != shapes:
            raise ValueError("their parts differ in name or shape")
    except (OSError, ValueError, SafetensorError) as error:
        raise WeightsBroken(
            f"{first} and {second} cannot be averaged: {error}",
            cure="Give two folders that trainings of the same version exported.",
        ) from error
    shutil.copytree(second, out, dirs_exist_ok=True)
    for file, tensors in trained_shards(second).items():
        averages = {
            name: tensor
            if name.startswith(SEARCH_HEAD)
            else ((first_tensors[name].float() + tensor.float()) / 2).to(tensor.dtype).contiguous()
            for name, tensor in tensors.items()
        }
        save_file(averages, out / file.name, metadata={"format": "pt"})


def _trained_tensors(folder: Path) -> dict[str, Tensor]:
    """Load the trained tensors of an exported folder, by name.

    Raises:
        ValueError: there are none.
    """
    shards = trained_shards(folder)
    if not shards:
        raise ValueError(f"{folder} holds no trained parts")
    return {name: tensor for tensors in shards.values() for name, tensor in tensors.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Average the weights of two trainings and calibrate the result.

    Return 0, or 1 after a `VQAError`, which is printed to stderr. `argv` None means the arguments
    of the process.
    """
    from vqa.training.calibration import calibrate

    parser = argparse.ArgumentParser(prog="python -m vqa.training.weight_averaging")
    for name, help_text in (
        ("first", "weights of a training"),
        ("second", "weights of a training that continued from it"),
        ("out", "destination folder"),
        ("data", "a folder in the format of docs/training.md"),
    ):
        parser.add_argument(name, type=Path, help=help_text)
    arguments = parser.parse_args(argv)
    try:
        average_weights(arguments.first, arguments.second, arguments.out)
        calibrate(arguments.out, [arguments.data])
    except VQAError as error:
        sys.stderr.write(f"{error.message}\n{error.cure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
