"""Training of the follow-up classifier: `python -m vqa.training.follow_up_fitting [--out FILE]`.

Multinomial logistic regression on the examples of `vqa/questions/classifiers/follow_ups.tsv`: operation,
earlier question, its answer and the message, separated by tabs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vqa.questions.classifiers import follow_up_classifier
from vqa.questions.classifiers.follow_up_classifier import OPERATIONS, classifier_text
from vqa.questions.classifiers.intent_classifier import SentenceEncoder
from vqa.questions.follow_ups.coreference import follow_up_text
from vqa.questions.parse import parse
from vqa.training.fitting_command import run_fitting
from vqa.training.intent_fitting import fit_classifier

FOLLOW_UPS = Path(follow_up_classifier.__file__).with_name("follow_ups.tsv")


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Example of a message after a question and its answer.

    Args:
        operation: what the message does; a key of `OPERATIONS`.
        question: the earlier question.
        answer: the bare answer to it.
        text: the message.
    """

    operation: str
    question: str
    answer: str
    text: str


def read_follow_ups(path: Path = FOLLOW_UPS) -> list[FollowUp]:
    """Read a UTF-8 file of examples, one per line, in its order.

    Raises:
        ValueError: a line, such as a blank one, does not have four fields, or has an unknown
            operation.
    """
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        operation, question, answer, text = line.split("\t")
        if operation not in OPERATIONS:
            raise ValueError(f"unknown operation in {path.name}: {line!r}")
        examples.append(FollowUp(operation=operation, question=question, answer=answer, text=text))
    return examples


def _fit_follow_ups(
    examples: Sequence[FollowUp], encoder: SentenceEncoder
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return `fit_classifier` of the messages, each as n-gram features with its context.

    The context is the intent of the earlier question, and the answer to it.
    """
    bare = [follow_up_text(example.text) for example in examples]
    texts = [
        classifier_text(text, parse(example.question, encoder=encoder).intent, example.answer)
        for text, example in zip(bare, examples, strict=True)
    ]
    embeddings = torch.from_numpy(np.stack([encoder(text).vector for text in bare]))
    return fit_classifier(texts, embeddings, [example.operation for example in examples])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: fit the classifier, write its weights in float16, and return 0.

    `argv` None means the arguments of the process; see `run_fitting`.
    """
    return run_fitting(
        argv,
        program="vqa.training.follow_up_fitting",
        noun="follow-up classifier",
        examples=FOLLOW_UPS,
        read=read_follow_ups,
        out=follow_up_classifier.FILE,
        fit=_fit_follow_ups,
    )


if __name__ == "__main__":
    raise SystemExit(main())
