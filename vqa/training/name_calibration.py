"""Calibration of the names with which the embedded model answers "What animal is it?"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import torch

from vqa.models.fused.config import Calibration
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.training.data.records import Record, load_picture
from vqa.training.logistic_regression import fit_conditional_logit, fit_platt
from vqa.training.qa.question_answer import QAPair

_FIELDS = ("name_class", "name_cosine", "name_score")
# Typical sizes of these weights: cosines vary less than probabilities, and these less than logarithms.
_SCALES = (6.0, 12.0, 1.0)
_MIN_QUESTIONS = 20


def fit_names(
    runtime: FusedRuntime,
    questions: Iterable[tuple[Record, QAPair]],
    contexts: Mapping[str, VideoContext],
) -> dict[str, float]:
    """Fit the weights of the scores of a name, and scale and bias of its confidence.

    All names have the same total weight, so that those of frequent things do not decide alone.

    Args:
        runtime: model with neutral calibration.
        questions: questions for the name of a thing of a kind, such as an animal, with answers.
        contexts: encoded images by path; other images are encoded.

    Returns:
        Values by field name of `Calibration`; empty for fewer than 20 questions with a right name
        among the candidates, so that the decoder names things.
    """
    all_contexts = dict(contexts)
    candidates, is_right, truths = [], [], []
    for record, qa in questions:
        if record.path not in all_contexts:
            all_contexts = dict(contexts) | {record.path: runtime.encode(load_picture(record.file))}
        names = runtime.prepare(all_contexts[record.path], parse(qa.question)).name_candidates
        candidates.append(names)
        truths.append(qa.answers[0])
        is_right.append(torch.tensor([name in qa.answers for name in names.names]))
    if sum(bool(row.any()) for row in is_right) < _MIN_QUESTIONS:
        return {}
    counts = Counter(truths)
    weights = fit_conditional_logit(
        [names.scores for names in candidates],
        is_right,
        _SCALES,
        importance=[1 / counts[truth] for truth in truths],
    )
    values = dict(zip(_FIELDS, weights, strict=True))
    name_weights = Calibration(**values).weights_of("")
    best = [int(names.log_probabilities(name_weights).argmax()) for names in candidates]
    scale, bias = fit_platt(
        [names.log_odds(name_weights, row) for names, row in zip(candidates, best, strict=True)],
        [float(flags[row]) for flags, row in zip(is_right, best, strict=True)],
    )
    return values | {"name_scale": scale, "name_bias": bias}
