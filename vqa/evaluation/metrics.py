"""Metrics: answer matching, accuracy with bootstrap intervals, AUROC and calibration error."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# Normalisation defines the metric: it stays fixed when the word lists of the app change.
_ARTICLES = frozenset({"a", "an", "the"})
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_NUMBERS = {word: str(value) for value, word in enumerate(_UNITS.split())}
_NUMBERS |= {"thirty": "30", "forty": "40", "fifty": "50", "hundred": "100"}


def normalized_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, without articles, numbers as digits.

    Punctuation separates words, except that apostrophes are removed and underscores are kept.
    Number words are replaced from zero to twenty, and thirty, forty, fifty and hundred. Empty
    without words.

    >>> normalized_words("The two dogs' ball.")
    ('2', 'dogs', 'ball')
    """
    words = re.findall(r"\w+", text.lower().replace("'", "").replace("’", ""))
    return tuple(_NUMBERS.get(word, word) for word in words if word not in _ARTICLES)


def is_yes_no(accepted_answers: Sequence[str]) -> bool:
    """Whether the first word of each accepted answer is yes or no; True without answers."""
    return all(normalized_words(text)[:1] in (("yes",), ("no",)) for text in accepted_answers)


def is_right(answer: str, accepted_answers: Sequence[str]) -> bool:
    """Whether the normalized words of an answer equal those of an accepted answer.

    If all accepted answers start with yes or no, only the first words are compared. False without
    accepted answers.
    """
    words = normalized_words(answer)
    if is_yes_no(accepted_answers):
        return bool(words) and any(
            words[:1] == normalized_words(text)[:1] for text in accepted_answers
        )
    return any(words == normalized_words(text) for text in accepted_answers)


def contains_right(answer: str, accepted_answers: Sequence[str]) -> bool:
    """Whether an answer contains an accepted answer as consecutive normalized words.

    So full sentences can be right. If all accepted answers start with yes or no, only the first
    words are compared, as in `is_right`. False without accepted answers.
    """
    if is_yes_no(accepted_answers):
        return is_right(answer, accepted_answers)
    padded_answer = f" {' '.join(normalized_words(answer))} "
    phrases = (" ".join(normalized_words(text)) for text in accepted_answers)
    return any(phrase and f" {phrase} " in padded_answer for phrase in phrases)


def vqa_accuracy(answer: str, annotations: Mapping[str, int]) -> float:
    """Compute the VQA accuracy: a third per annotator who gave the same answer, at most 1.

    Answers are the same if their `normalized_words` are, so "The blue" counts as "blue".

    Args:
        answer: the model's answer.
        annotations: number of annotators by the answer they gave.

    Returns:
        0 to 1.

    Source: VQA, arXiv:1505.00468, without the average over subsets of nine annotators.
    """
    words = normalized_words(answer)
    agreeing = sum(n for text, n in annotations.items() if normalized_words(text) == words)
    return min(1.0, agreeing / 3)


@dataclass(frozen=True, kw_only=True)
class Score:
    """Mean `accuracy` of `n` values, with the lower and upper end of its 95 % interval."""

    accuracy: float
    n: int
    ci95: tuple[float, float]


def score(values: Sequence[float], *, resamples: int = 2000, seed: int = 0) -> Score:
    """Compute the mean with a 95 % percentile bootstrap interval.

    Args:
        values: one value per question, usually 0 to 1.
        resamples: number of bootstrap samples, at least 1.
        seed: random seed of the samples; the same seed gives the same interval.

    Raises:
        ValueError: `values` is empty.

    Source: Efron, The Jackknife, the Bootstrap and Other Resampling Plans, 1982.
    """
    if not values:
        raise ValueError("a score needs at least one value")
    rng = random.Random(seed)
    n = len(values)
    means = sorted(sum(rng.choices(values, k=n)) / n for _ in range(resamples))
    low, high = means[int(0.025 * resamples)], means[int(0.975 * resamples)]
    return Score(accuracy=sum(values) / n, n=n, ci95=(low, high))


def margin(ours: Sequence[float], theirs: Sequence[float], *, seed: int = 0) -> Score:
    """Compute the mean of ours minus theirs, with a paired 95 % bootstrap interval.

    Args:
        ours: one value per question.
        theirs: values of the other system, which are subtracted, in the same order.
        seed: random seed of the bootstrap samples.

    Raises:
        ValueError: the lists differ in length, or are empty.
    """
    return score([a - b for a, b in zip(ours, theirs, strict=True)], seed=seed)


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """Compute the area under the ROC curve, 0 to 1; ties count half.

    None unless both labels occur.

    Args:
        scores: one score per item, higher for a predicted positive.
        labels: as many; True for a positive, False for a negative item.

    Raises:
        ValueError: both labels occur, and there are not as many labels as scores.

    Source: the Mann-Whitney statistic; Hanley and McNeil 1982.
    """
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks = [0.0] * len(scores)
    start = 0
    while start < len(order):
        stop = start
        while stop < len(order) and scores[order[stop]] == scores[order[start]]:
            stop += 1
        for position in order[start:stop]:
            ranks[position] = (start + 1 + stop) / 2
        start = stop
    positives = sum(labels)
    negatives = len(labels) - positives
    if not positives or not negatives:
        return None
    rank_sum = sum(rank for rank, label in zip(ranks, labels, strict=True) if label)
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin:
    """A bin of a reliability diagram: mean confidence and accuracy, 0 to 1, of its `n` answers."""

    confidence: float
    accuracy: float
    n: int


def reliability(
    confidences: Sequence[float], correct: Sequence[float], *, num_bins: int = 10
) -> list[ReliabilityBin]:
    """Compute a reliability diagram: mean confidence and accuracy of each equal-width bin.

    Args:
        confidences: confidence of each answer, 0 to 1.
        correct: 1 for a right answer, 0 for a wrong one; a fraction for partial credit.
        num_bins: number of bins between 0 and 1, at least 1; a bin includes its lower end, the last
            one also 1.

    Returns:
        The non-empty bins in order of confidence; [] without answers.

    Raises:
        ValueError: there are not as many values of `correct` as confidences.
    """
    bins: dict[int, list[tuple[float, float]]] = {}
    for confidence, value in zip(confidences, correct, strict=True):
        number = min(int(confidence * num_bins), num_bins - 1)
        bins.setdefault(number, []).append((confidence, value))
    return [
        ReliabilityBin(
            confidence=sum(c for c, _ in members) / len(members),
            accuracy=sum(r for _, r in members) / len(members),
            n=len(members),
        )
        for _, members in sorted(bins.items())
    ]


def expected_calibration_error(
    confidences: Sequence[float], correct: Sequence[float], *, num_bins: int = 10
) -> float | None:
    """Compute the expected calibration error: mean of |confidence - accuracy| over bins.

    The bins are weighted by their number of answers.

    Args:
        confidences: confidence of each answer, 0 to 1.
        correct: 1 for a right answer, 0 for a wrong one; a fraction for partial credit.
        num_bins: number of equal-width bins between 0 and 1.

    Returns:
        0 to 1; None without answers.

    Raises:
        ValueError: there are not as many values of `correct` as confidences.

    Source: Guo et al. 2017, arXiv:1706.04599.
    """
    if not confidences:
        return None
    bins = reliability(confidences, correct, num_bins=num_bins)
    return sum(b.n * abs(b.confidence - b.accuracy) for b in bins) / len(confidences)


def calibrated_calibration_error(
    confidences: Sequence[float], *, num_bins: int = 10, resamples: int = 2000, seed: int = 0
) -> float | None:
    """Compute the mean expected calibration error if every confidence were exactly right.

    With few answers the error is above 0 even then: about 0.09 for a hundred answers. Each
    resample draws each answer as right with the probability of its confidence.

    Args:
        confidences: confidence of each answer, 0 to 1.
        num_bins: number of equal-width bins between 0 and 1.
        resamples: number of random draws, at least 1.
        seed: seed of the random draws.

    Returns:
        0 to 1; None without answers.

    Source: consistency resampling, Bröcker and Smith 2007, Weather and Forecasting 22(3).
    """
    if not confidences:
        return None
    probabilities = np.asarray(confidences)
    bins = np.minimum((probabilities * num_bins).astype(int), num_bins - 1)
    draws = np.random.default_rng(seed).random((resamples, len(probabilities))) < probabilities
    gaps = draws - probabilities
    totals = sum(np.abs(gaps[:, bins == number].sum(axis=1)) for number in range(num_bins))
    return float(np.mean(totals) / len(probabilities))
