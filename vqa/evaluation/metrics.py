"""Answer matching, accuracy with bootstrap intervals, AUROC and calibration error."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Normalisation defines the metric: it stays fixed when the word lists of the app change.
_ARTICLES = frozenset({"a", "an", "the"})
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_NUMBERS = {word: str(value) for value, word in enumerate(_UNITS.split())}
_NUMBERS |= {"thirty": "30", "forty": "40", "fifty": "50", "hundred": "100"}


def normalized_words(text: str) -> tuple[str, ...]:
    """Normalise text for comparison: lower case, no articles, no punctuation, number words as digits.

    >>> normalized_words("The two dogs' ball.")
    ('2', 'dogs', 'ball')
    """
    words = re.findall(r"\w+", text.lower().replace("'", "").replace("’", ""))
    return tuple(_NUMBERS.get(word, word) for word in words if word not in _ARTICLES)


def is_yes_no(accepted: Sequence[str]) -> bool:
    """Whether all accepted answers start with yes or no."""
    return all(normalized_words(text)[:1] in (("yes",), ("no",)) for text in accepted)


def is_right(answer: str, accepted: Sequence[str]) -> bool:
    """Exact match of normalised words with an accepted answer; for yes/no the first word decides."""
    words = normalized_words(answer)
    if is_yes_no(accepted):
        return bool(words) and any(words[:1] == normalized_words(text)[:1] for text in accepted)
    return any(words == normalized_words(text) for text in accepted)


def contains_right(answer: str, accepted: Sequence[str]) -> bool:
    """Whether the answer contains an accepted answer as consecutive words; yes/no as in `is_right`.

    Fair to models that answer in full sentences.
    """
    if is_yes_no(accepted):
        return is_right(answer, accepted)
    padded = f" {' '.join(normalized_words(answer))} "
    return any(f" {' '.join(normalized_words(text))} " in padded for text in accepted)


def vqa_accuracy(answer: str, annotations: Mapping[str, int]) -> float:
    """VQA accuracy: 1 when at least three annotators gave this answer, else a third for each.

    Args:
        answer: the model's answer.
        annotations: number of annotators by answer.

    Returns:
        0 to 1.

    Source: VQA, arXiv:1505.00468, without the average over subsets of nine annotators.
    """
    words = normalized_words(answer)
    agreeing = sum(n for text, n in annotations.items() if normalized_words(text) == words)
    return min(1.0, agreeing / 3)


@dataclass(frozen=True, kw_only=True)
class Score:
    """Mean over `n` questions with its 95 % bootstrap interval."""

    accuracy: float
    n: int
    ci95: tuple[float, float]


def score(values: Sequence[float], *, resamples: int = 2000, seed: int = 0) -> Score:
    """Mean with a 95 % percentile bootstrap interval.

    Args:
        values: one value per question, usually 0 to 1.
        resamples: bootstrap draws.
        seed: of the draws; the same seed gives the same interval.

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
    """Mean difference of two systems on the same questions, with a paired bootstrap interval.

    Args:
        ours: one value per question.
        theirs: the other system's values, in the same order.
        seed: of the draws.

    Raises:
        ValueError: the lists differ in length.
    """
    return score([a - b for a, b in zip(ours, theirs, strict=True)], seed=seed)


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """Area under the ROC curve, ties counted half; None unless both labels occur.

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
    """A bin of a reliability diagram: mean confidence, accuracy and number of its answers."""

    confidence: float
    accuracy: float
    n: int


def reliability(
    confidences: Sequence[float], correct: Sequence[float], *, num_bins: int = 10
) -> list[ReliabilityBin]:
    """Reliability diagram: mean confidence and accuracy of each non-empty, equal-width bin.

    Args:
        confidences: one per answer, 0 to 1.
        correct: whether the answer is right, 0 to 1.
        num_bins: bins between 0 and 1.

    Returns:
        The bins by rising confidence.
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
    """Expected calibration error: mean gap between confidence and accuracy over bins, weighted by size.

    Args:
        confidences: one per answer, 0 to 1.
        correct: whether the answer is right, 0 to 1.
        num_bins: equal-width bins between 0 and 1.

    Returns:
        0 to 1; None without answers.

    Source: Guo et al. 2017, arXiv:1706.04599.
    """
    if not confidences:
        return None
    bins = reliability(confidences, correct, num_bins=num_bins)
    return sum(b.n * abs(b.confidence - b.accuracy) for b in bins) / len(confidences)
