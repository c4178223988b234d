"""Command line of training: `python -m vqa train DATA --out runs/first`, or `python -m vqa.training`.

A second call with the same --out resumes the run. The weights are written to OUT/weights.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from vqa.errors import VQAError
from vqa.training.hyperparameters import TrainingSettings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    arguments = vars(_parser().parse_args(argv))
    try:
        return run(TrainingSettings(**arguments))
    except VQAError as error:
        print(f"{error.message}\n{error.cure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run the command again to resume from the last checkpoint.", file=sys.stderr)
        return 130


def run(settings: TrainingSettings) -> int:
    """Prepare, train, export, calibrate on the val split, and plot the losses; returns the exit code."""
    # OpenMP threads that spin while waiting take the cores of others; OpenMP reads this when torch is imported.
    import os

    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    from vqa.training.calibration import calibrate
    from vqa.training.contrastive import train_search_head
    from vqa.training.export import export
    from vqa.training.loop import train
    from vqa.training.self_critical import train_self_critical
    from vqa.training.setup import prepare
    from vqa.training.training_log import plot_log

    settings.out.mkdir(parents=True, exist_ok=True)
    (settings.out / "settings.json").write_text(settings.to_json(), encoding="utf-8")
    setup = prepare(settings)
    train_search_head(setup, settings)
    average = train_self_critical(setup, settings, train(setup, settings))
    weights = settings.out / "weights"
    vocabulary = settings.out / "cache" / "spiece.model"
    export(setup.model, average, vocabulary, setup.question_tokenizer, weights)
    calibrate(weights, settings.data)
    plot_log(settings.out / "log.jsonl", settings.out / "losses.png")
    print(f"The weights are in {weights}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vqa train", description="Train the embedded model.")
    parser.add_argument("data", type=Path, help="a folder in the format of docs/training.md")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument(
        "--begin",
        type=Path,
        metavar="WEIGHTS",
        help="continue from the weights of an earlier training",
    )
    for field in fields(TrainingSettings):
        if field.name in ("data", "out", "begin"):
            continue
        default = field.default
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=type(default),
            default=default,
            metavar="N",
            help=f"default {default}",
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
