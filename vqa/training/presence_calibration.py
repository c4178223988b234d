"""Calibration of the presence of a noun that is asked for, and of the subject of a question."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import torch

from vqa.models.fused.abstention import refusal
from vqa.models.fused.prepared_question import FusedPreparedQuestion
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.training.data.records import Record
from vqa.training.logistic_regression import fit_logistic
from vqa.training.qa.question_answer import QAPair

# Share of the present subjects whose presence probability exceeds the threshold.
PRESENT_RECALL = 0.95
_CLASS_FIELDS = ("presence_class", "presence_rival", "presence_class_bias")
_PRESENCE_FIELDS = ("presence_margin", "presence_cosine", "presence_shots", *_CLASS_FIELDS)
_SUBJECT_FIELDS = ("subject_logit", "subject_cosine", "subject_shots")
# Of fewer questions about nouns with ImageNet classes, the weights of the classes are not fitted.
_MIN_CLASS_QUESTIONS = 30


def fit_presence(
    runtime: FusedRuntime,
    questions: Iterable[tuple[Record, QAPair]],
    contexts: Mapping[str, VideoContext],
    values: Mapping[str, float],
) -> dict[str, float]:
    """Fit the weights of the presence logit.

    They are those of the "yes" logit, the noun's cosine, its `class_evidence` and the log number of
    shots. Present and absent nouns have equal weight; without either, nothing is fitted.

    Args:
        runtime: model with neutral calibration.
        questions: questions whether an object is present, with their answers.
        contexts: encoded images and composed clips, by path.
        values: fitted `yes_temperature` and `yes_bias`.
    """
    scale, bias = values.get("yes_temperature", 1.0), values.get("yes_bias", 0.0)

    def scores(fused_query: FusedPreparedQuestion) -> tuple[float, ...]:
        margin = scale * fused_query.yes_logit() + bias
        return margin, *_cosine_and_shots(fused_query), *fused_query.noun_class_evidence()

    rows, truths = _presence_rows(runtime, questions, contexts, scores)
    num_fields = len(_PRESENCE_FIELDS)
    if sum(row[-1] for row in rows) < _MIN_CLASS_QUESTIONS:
        num_fields -= len(_CLASS_FIELDS)
        rows = [row[:num_fields] for row in rows]
    weights = _fit_weights(rows, truths, _PRESENCE_FIELDS[:num_fields], "presence_bias")
    return dict.fromkeys(_CLASS_FIELDS, 0.0) | weights if weights else {}


def fit_subject_presence(
    runtime: FusedRuntime,
    questions: Iterable[tuple[Record, QAPair]],
    contexts: Mapping[str, VideoContext],
) -> dict[str, float]:
    """Fit weights of answerability logit, subject cosine and log number of shots, and threshold.

    The presence probability of 95 % of the present subjects exceeds the threshold.

    Args:
        runtime: model with neutral calibration.
        questions: questions that presuppose an object, such as its color, with their answers.
        contexts: encoded images and composed clips, by path.
    """

    def scores(fused_query: FusedPreparedQuestion) -> tuple[float, ...]:
        probability = torch.tensor(fused_query.presence_probability(), dtype=torch.float64)
        answerability = float(torch.logit(probability, eps=1e-6))
        return answerability, *_cosine_and_shots(fused_query)

    rows, truths = _presence_rows(runtime, questions, contexts, scores)
    values = _fit_weights(rows, truths, _SUBJECT_FIELDS, "subject_bias")
    if not values:
        return {}
    *weights, bias = values.values()
    probabilities = torch.sigmoid(torch.tensor(rows) @ torch.tensor(weights) + bias)
    present = probabilities[torch.tensor(truths) == 1].numpy()
    return values | {"subject_threshold": round(float(np.quantile(present, 1 - PRESENT_RECALL)), 4)}


def _cosine_and_shots(fused_query: FusedPreparedQuestion) -> tuple[float, float]:
    """Return the cosine of noun and frames, and the log number of shots, of a question for a noun."""
    cosine = fused_query.noun_cosine()
    assert cosine is not None
    return cosine, math.log(fused_query.query.num_shots)


def _fit_weights(
    rows: Sequence[Sequence[float]], truths: Sequence[float], names: Sequence[str], bias: str
) -> dict[str, float]:
    """Fit weights and bias, by the given config fields; {} if all truths are equal.

    The weight of a feature that is always 0, such as the log number of shots of images, is 0.
    """
    if len(set(truths)) < 2:
        return {}
    weights, shift = fit_logistic(rows, truths, is_balanced=True)
    columns = zip(*rows, strict=True)
    values = {
        name: weight if any(column) else 0.0
        for name, weight, column in zip(names, weights, columns, strict=True)
    }
    return values | {bias: shift}


def _presence_rows(
    runtime: FusedRuntime,
    questions: Iterable[tuple[Record, QAPair]],
    contexts: Mapping[str, VideoContext],
    scores: Callable[[FusedPreparedQuestion], tuple[float, ...]],
) -> tuple[list[tuple[float, ...]], list[float]]:
    """Return regression features and targets of the questions that name an object.

    The features of a question are its `scores`; its target is 1 (present) or 0. Questions that the
    model declines are left out.
    """
    rows, truths = [], []
    for record, qa in questions:
        query = parse(qa.question)
        if refusal(query, ()) is None and query.scored_noun:
            rows.append(scores(runtime.prepare(contexts[record.path], query)))
            truths.append(float(qa.answerable and qa.answers != ("no",)))
    return rows, truths
