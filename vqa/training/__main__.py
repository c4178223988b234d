"""Train the embedded model: `python -m vqa train DATA --out runs/first`, or `python -m vqa.training` alike.

Called again with the same --out it goes on where it stopped. At the end the weights stand in OUT/weights.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from vqa.errors import VQAError
from vqa.training.settings import TrainingSettings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    chosen = vars(_parser().parse_args(argv))
    try:
        return run(TrainingSettings(**chosen))
    except VQAError as error:
        print(f"{error.message}\n{error.cure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; call it again to go on from the last checkpoint.", file=sys.stderr)
        return 130


def run(settings: TrainingSettings) -> int:
    """Prepare, train, calibrate on the val split, export, draw the losses."""
    # Threads that spin while they wait starve each other; read before torch is imported.
    import os

    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    from vqa.training.calibration import calibrate
    from vqa.training.contrastive import train_search_head
    from vqa.training.export import export
    from vqa.training.loop import train
    from vqa.training.loss_plot import plot_log
    from vqa.training.self_critical import sharpen
    from vqa.training.setup import prepare

    settings.out.mkdir(parents=True, exist_ok=True)
    (settings.out / "settings.json").write_text(settings.to_json(), encoding="utf-8")
    workshop = prepare(settings)
    train_search_head(workshop, settings)
    average = sharpen(workshop, settings, train(workshop, settings))
    weights = settings.out / "weights"
    vocabulary = settings.out / "cache" / "spiece.model"
    export(workshop.model, average, vocabulary, workshop.question_tokenizer, weights)
    calibrate(weights, settings.data)
    plot_log(settings.out / "log.jsonl", settings.out / "losses.png")
    print(f"The weights are in {weights}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vqa train", description="Train the embedded model.")
    parser.add_argument("data", type=Path, help="a folder in the format of docs/training.md")
    parser.add_argument("--out", type=Path, required=True, help="where the run lives")
    parser.add_argument(
        "--begin",
        type=Path,
        metavar="WEIGHTS",
        help="go on from these weights of an earlier training",
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
