"""Plot of the losses in the log of a run."""

from __future__ import annotations

import json
from pathlib import Path


def plot_log(log: Path, picture: Path) -> None:
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
