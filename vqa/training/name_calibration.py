"""Calibration of the names with which the embedded model answers "What animal is it?"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor

from vqa.models.fused.config import NameWeights
from vqa.models.fused.naming import NameCandidates
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.training.data.records import Record, load_picture
from vqa.training.logistic_regression import fit_conditional_logit, fit_platt
from vqa.training.qa.question_answer import QAPair

# Typical sizes of these weights: cosines vary less than probabilities, and these less than logarithms.
_SCALES = (6.0, 12.0, 1.0)
MIN_QUESTIONS = 20


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
    if sum(bool(row.any()) for row in is_right) < MIN_QUESTIONS:
        return {}
    counts = Counter(truths)
    return fit_name_weights(candidates, is_right, [1 / counts[truth] for truth in truths], "name")


def fit_name_weights(
    candidates: Sequence[NameCandidates],
    is_right: Sequence[Tensor],
    importance: Sequence[float],
    prefix: str,
) -> dict[str, float]:
    """Fit a conditional logit of the candidates' scores, and scale and bias of the confidence.

    Args:
        candidates: candidates of each question.
        is_right: for each question, (C,), True for the right candidates; some must be right.
        importance: weight of each question.
        prefix: beginning of the field names, `name` or `action`.

    Returns:
        Values by field name of `Calibration`.
    """
    scores = [names.scores for names in candidates]
    probability, cosine, score = fit_conditional_logit(
        scores, is_right, _SCALES, importance=importance
    )
    weights = NameWeights(probability=probability, cosine=cosine, score=score, scale=1.0, bias=0.0)
    best = [int(names.log_probabilities(weights).argmax()) for names in candidates]
    scale, bias = fit_platt(
        [names.log_odds(weights, row) for names, row in zip(candidates, best, strict=True)],
        [float(flags[row]) for flags, row in zip(is_right, best, strict=True)],
    )
    return {
        f"{prefix}_class": probability,
        f"{prefix}_cosine": cosine,
        f"{prefix}_score": score,
        f"{prefix}_scale": scale,
        f"{prefix}_bias": bias,
    }
