"""Distribution of question families in sampled training examples, printed as a Markdown table.

    python -m vqa.training.data.question_counts DATA --out runs/first [--draws 20000]

The features are read from the folder of the run, or computed and written to it.
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
from vqa.training.hyperparameters import TrainingSettings
from vqa.training.qa.composer import Composer

_FRAME_COUNTS = (1, 4, 8)
_NUM_EXAMPLES = 2


@dataclass
class FamilyCounts:
    """Counts of the examples of one question family.

    Args:
        number: number of examples.
        answerable: number of examples that the clip answers.
        yes: number of examples with the answer "yes".
        no: number of examples with the answer "no".
        questions: the first two questions, each followed by a space and its first answer, "–"
            without one.
    """

    number: int = 0
    answerable: int = 0
    yes: int = 0
    no: int = 0
    questions: list[str] = field(default_factory=list)


def count_families(composer: Composer, draws: int, *, seed: int = 0) -> dict[str, FamilyCounts]:
    """Sample training examples and count them; return the counts by family, in order of occurrence.

    Args:
        composer: sampler of examples; clips have at most 1, 4 and 8 frames in turn.
        draws: number of examples to sample.
        seed: random seed.
    """
    rng = random.Random(seed)
    families: dict[str, FamilyCounts] = {}
    for number in range(draws):
        example = composer.draw(_FRAME_COUNTS[number % len(_FRAME_COUNTS)], rng)
        family = families.setdefault(example.family, FamilyCounts())
        family.number += 1
        family.answerable += example.answerable
        family.yes += example.answers[:1] == ("yes",)
        family.no += example.answers[:1] == ("no",)
        if len(family.questions) < _NUM_EXAMPLES:
            answer = example.answers[0] if example.answers else "–"
            family.questions.append(f"{example.question} {answer}")
    return families


def as_table(families: dict[str, FamilyCounts]) -> str:
    """Format the counts as a Markdown table, one row per family, the most frequent first.

    The columns are family, share in %, answerable in %, number of yes / no, and examples. Without
    families, the table has its header alone.
    """
    total = sum(family.number for family in families.values())
    sizes = Counter({name: family.number for name, family in families.items()})
    lines = ["| family | share | answerable | yes / no | example |", "|---|---|---|---|---|"]
    for name, number in sizes.most_common():
        family = families[name]
        yes_no = f"{family.yes} / {family.no}" if family.yes + family.no else ""
        lines.append(
            f"| {name} | {100 * number / total:.1f} % | {100 * family.answerable / number:.0f} % "
            f"| {yes_no} | {'; '.join(family.questions)} |"
        )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table of question families of a run's training examples.

    Return 0, or 1 after a `VQAError`, which is printed to stderr. `argv` None means the arguments
    of the process.
    """
    from vqa.training.setup import prepare

    parser = argparse.ArgumentParser(prog="python -m vqa.training.data.question_counts")
    parser.add_argument(
        "data", type=Path, nargs="+", help="folders in the format of docs/training.md"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--num-views", type=int, default=8, help="as in the run (default 8)")
    parser.add_argument("--draws", type=int, default=20_000, help="examples drawn (default 20000)")
    arguments = parser.parse_args(argv)
    try:
        settings = TrainingSettings(
            data=tuple(arguments.data), out=arguments.out, num_views=arguments.num_views
        )
        families = count_families(prepare(settings).batches.composer, arguments.draws)
    except VQAError as error:
        sys.stderr.write(f"{error.message}\n{error.cure}\n")
        return 1
    sys.stdout.write(as_table(families) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
