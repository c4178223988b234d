"""Command line of training: `python -m vqa train DATA --out runs/first`.

`python -m vqa.training` is the same. A second call with the same --out resumes the run. The weights
are written to OUT/weights.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from vqa.errors import SettingError, VQAError
from vqa.settings import let_waiting_threads_sleep
from vqa.training.hyperparameters import TrainingSettings
from vqa.training.time_budget import TimeBudget

# Share of the time that remains after the contrastive head, in a run with a time limit.
_ANSWER_TIME_SHARE = 0.75


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, 1 after a `VQAError` (printed), or 130 after Ctrl+C.

    `argv` None means the arguments of the process; wrong ones exit with code 2.
    """
    arguments = vars(_parser().parse_args(argv))
    arguments["data"] = tuple(arguments["data"])
    try:
        return run(TrainingSettings(**arguments))
    except VQAError as error:
        print(f"{error.message}\n{error.cure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run the command again to resume from the last checkpoint.", file=sys.stderr)
        return 130


def run(settings: TrainingSettings, *, now: Callable[[], float] = time.monotonic) -> int:
    """Prepare the data, train, export, calibrate on the val split, and plot the losses; return 0.

    Everything is written to `settings.out`; a run that was interrupted is resumed. With a time
    limit, phases whose time is over are skipped.

    Args:
        settings: hyperparameters, folders and time limit.
        now: clock that returns seconds, for the time limit.

    Raises:
        SettingError: the preparation of a new run used up the time limit, or the data are
            malformed.
        VQAError: see `setup.prepare`.
    """
    let_waiting_threads_sleep()
    from vqa.training.calibration import calibrate
    from vqa.training.contrastive import train_search_head
    from vqa.training.export import export
    from vqa.training.loop import train
    from vqa.training.self_critical import train_self_critical
    from vqa.training.setup import prepare

    budget = TimeBudget(settings.minutes, settings.out / "time.json", now=now)
    settings.out.mkdir(parents=True, exist_ok=True)
    (settings.out / "settings.json").write_text(settings.to_json(), encoding="utf-8")
    setup = prepare(settings)
    if budget.is_spent and not (settings.out / "checkpoint").is_dir():
        raise SettingError(
            f"Preparation took {budget.elapsed_s / 60:.1f} of {settings.minutes:g} minutes.",
            cure="Raise --minutes; the features are kept.",
        )
    train_search_head(setup, settings, budget)
    phase = budget.phase("answers", _ANSWER_TIME_SHARE, resumable=True)
    average = train_self_critical(setup, settings, train(setup, settings, phase), budget)
    weights = settings.out / "weights"
    vocabulary = settings.out / "cache" / "spiece.model"
    export(
        setup.model, average, vocabulary, setup.question_tokenizer, weights,
        max_shard_mib=settings.max_shard_mib,
    )  # fmt: skip
    calibrate(weights, settings.data)
    _plot_log(settings.out / "log.jsonl", settings.out / "losses.png")
    print(f"The weights are in {weights}", file=sys.stderr)
    return 0


def _plot_log(log: Path, picture: Path) -> None:
    """Plot training and validation losses over the steps.

    Args:
        log: log of a run in JSON lines, `log.jsonl`.
        picture: image file to write, in the format of its extension.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.5))
    for axis, name in zip(axes, ("answer", "answerable"), strict=True):
        for key, label in ((name, "train"), (f"val_{name}", "val")):
            points = [line for line in lines if key in line]
            axis.plot(
                [line["step"] for line in points], [line[key] for line in points], label=label
            )
        axis.legend()
        axis.set_title(name)
        axis.set_xlabel("step")
    figure.tight_layout()
    figure.savefig(picture)
    pyplot.close(figure)


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line: folders, and an option per field of the settings."""
    parser = argparse.ArgumentParser(prog="vqa train", description="Train the embedded model.")
    parser.add_argument(
        "data", type=Path, nargs="+", help="folders in the format of docs/training.md"
    )
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
