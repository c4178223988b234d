"""What a training is fed: how many of each family of questions, counted over many draws.

    python -m vqa.training.data.question_counts DATA --out runs/first [--draws 20000]

The run's folder gives the features; it is made where it is missing. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vqa.errors import VQAError
from vqa.training.qa.composer import Composer
from vqa.training.settings import TrainingSettings

_FRAMES = (1, 4, 8)
_EXAMPLES_SHOWN = 2


@dataclass
class Family:
    """What was drawn of one family: how many, how many answerable, and some questions with an answer."""

    number: int = 0
    answerable: int = 0
    yes: int = 0
    no: int = 0
    questions: list[str] = field(default_factory=list)


def count(composer: Composer, draws: int, *, seed: int = 0) -> dict[str, Family]:
    """Draw examples and count them by family.

    Args:
        composer: where they are drawn.
        draws: how many.
        seed: what every chance is drawn from.
    """
    dice = random.Random(seed)
    families: dict[str, Family] = {}
    for number in range(draws):
        example = composer.draw(_FRAMES[number % len(_FRAMES)], dice)
        family = families.setdefault(example.family, Family())
        family.number += 1
        family.answerable += example.answerable
        family.yes += example.answers[:1] == ("yes",)
        family.no += example.answers[:1] == ("no",)
        if len(family.questions) < _EXAMPLES_SHOWN:
            answer = example.answers[0] if example.answers else "–"
            family.questions.append(f"{example.question} {answer}")
    return families


def as_table(families: dict[str, Family]) -> str:
    """The families as a Markdown table, the commonest first."""
    total = sum(family.number for family in families.values())
    sizes = Counter({name: family.number for name, family in families.items()})
    lines = ["| family | share | answerable | yes / no | such as |", "|---|---|---|---|---|"]
    for name, number in sizes.most_common():
        family = families[name]
        poles = f"{family.yes} / {family.no}" if family.yes + family.no else ""
        lines.append(
            f"| {name} | {100 * number / total:.1f} % | {100 * family.answerable / number:.0f} % "
            f"| {poles} | {'; '.join(family.questions)} |"
        )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Count and print."""
    from vqa.training.setup import prepare

    parser = argparse.ArgumentParser(prog="python -m vqa.training.data.question_counts")
    parser.add_argument("data", type=Path, help="a folder in the format of docs/training.md")
    parser.add_argument("--out", type=Path, required=True, help="where the run lives")
    parser.add_argument("--num-views", type=int, default=8, help="as in the run (default 8)")
    parser.add_argument("--draws", type=int, default=20_000, help="examples drawn (default 20000)")
    asked = parser.parse_args(argv)
    try:
        settings = TrainingSettings(data=asked.data, out=asked.out, num_views=asked.num_views)
        families = count(prepare(settings).batches.composer, asked.draws)
    except VQAError as error:
        sys.stderr.write(f"{error.message}\n{error.cure}\n")
        return 1
    sys.stdout.write(as_table(families) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
