"""The mean of two trainings' weights, where the one went on from the other: often better than either.

    python -m vqa.training.weight_averaging FIRST SECOND OUT DATA

takes the mean of what was trained in the exported folders FIRST and SECOND, writes it with everything else of SECOND to
OUT, and calibrates it anew on the val split of DATA. The search head begins from nothing in every training, so that a
mean of two would be neither: it is SECOND's.

Source: model soups, arXiv:2203.05482; for a model and the one it was tuned from, WiSE-FT, arXiv:2109.01903.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from vqa.errors import VQAError, WeightsBroken
from vqa.training.contrastive import SEARCH_HEAD
from vqa.training.export import TRAINED_SHARD


def mix(first: Path, second: Path, out: Path) -> None:
    """Write the mean of two exported folders.

    Args:
        first: a folder that `export` wrote.
        second: another of the same shape; config and tokenizers are taken from here.
        out: where to.

    Raises:
        WeightsBroken: a folder lacks its trained parts, or they are of another shape.
    """
    try:
        one, other = (load_file(folder / TRAINED_SHARD) for folder in (first, second))
        if {n: t.shape for n, t in one.items()} != {n: t.shape for n, t in other.items()}:
            raise ValueError("their parts differ in name or shape")
    except (OSError, ValueError, SafetensorError) as error:
        raise WeightsBroken(
            f"{first} and {second} cannot be mixed: {error}",
            cure="Give two folders that trainings of the same version exported.",
        ) from error
    shutil.copytree(second, out, dirs_exist_ok=True)
    mean = {
        name: part
        if name.startswith(SEARCH_HEAD)
        else ((one[name].float() + part.float()) / 2).to(part.dtype).contiguous()
        for name, part in other.items()
    }
    save_file(mean, out / TRAINED_SHARD, metadata={"format": "pt"})


def main(argv: Sequence[str] | None = None) -> int:
    """Mix and calibrate."""
    from vqa.training.calibration import calibrate

    parser = argparse.ArgumentParser(prog="python -m vqa.training.weight_averaging")
    for name, told in (
        ("first", "weights of a training"),
        ("second", "weights of one that went on from it"),
        ("out", "where the mean goes"),
        ("data", "a folder in the format of docs/training.md"),
    ):
        parser.add_argument(name, type=Path, help=told)
    asked = parser.parse_args(argv)
    try:
        mix(asked.first, asked.second, asked.out)
        calibrate(asked.out, asked.data)
    except VQAError as error:
        sys.stderr.write(f"{error.message}\n{error.cure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
