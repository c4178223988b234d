"""What somebody answers who never looks: the most frequent training answer for each type of question.

    python -m vqa.evaluation.benchmarks.priors DATA_DIR

counts the answers of the training split and writes them to `priors.json` beside this file, so that the exam can be
sat without the training data.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from vqa.evaluation.metrics import normalized_words
from vqa.training.data.records import read_records

PRIORS = Path(__file__).with_name("priors.json")
ANY_TYPE = "any"

_SAME_TYPE = {"yes/no": "yesno", "number": "count"}


def question_type(stated: str, question: str) -> str:
    """The exam's name for a question's type; broad source types (`other`, `daquar`) are told by the wording."""
    if stated not in ("other", "daquar"):
        return _SAME_TYPE.get(stated, stated)
    words = normalized_words(question)
    if words[:2] == ("how", "many"):
        return "count"
    if "color" in words or "colour" in words or "colors" in words:
        return "color"
    if words[:1] == ("where",):
        return "location"
    return "action" if words[:1] == ("what",) and "doing" in words else "object"


def count_priors(data: Path) -> dict[str, str]:
    """The most frequent training answer by type; under `any`, the most frequent that is not a yes or no."""
    counts: dict[str, Counter[str]] = {}
    for record in read_records(data, "train"):
        for asked in record.questions:
            kind = question_type(asked.type, asked.text)
            answer = " ".join(normalized_words(asked.answer.replace("_", " ")))
            counts.setdefault(kind, Counter())[answer] += 1
            if kind != "yesno":
                counts.setdefault(ANY_TYPE, Counter())[answer] += 1
    return {kind: counter.most_common(1)[0][0] for kind, counter in sorted(counts.items())}


def read_priors() -> Mapping[str, str]:
    """The answers that `python -m vqa.evaluation.benchmarks.priors` last counted."""
    priors: dict[str, str] = json.loads(PRIORS.read_text(encoding="utf-8"))
    return priors


def main(argv: Sequence[str]) -> int:
    """Count the priors of a data folder and write them beside this file."""
    if len(argv) != 1:
        sys.stderr.write("usage: python -m vqa.evaluation.benchmarks.priors DATA_DIR\n")
        return 2
    priors = count_priors(Path(argv[0]))
    PRIORS.write_text(json.dumps(priors, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{PRIORS}: {priors}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
