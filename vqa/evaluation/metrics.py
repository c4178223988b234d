"""When an answer counts as right, and what many such verdicts are worth."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_ARTICLES = frozenset({"a", "an", "the"})
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_NUMBERS = {word: str(value) for value, word in enumerate(_UNITS.split())}
_NUMBERS |= {"thirty": "30", "forty": "40", "fifty": "50", "hundred": "100"}


def normalized_words(text: str) -> tuple[str, ...]:
    """The words that count: lower case, no articles, no punctuation, number words as digits.

    >>> normalized_words("The two dogs' ball.")
    ('2', 'dogs', 'ball')
    """
    words = re.findall(r"\w+", text.lower().replace("'", "").replace("’", ""))
    return tuple(_NUMBERS.get(word, word) for word in words if word not in _ARTICLES)


def is_yes_no(accepted: Sequence[str]) -> bool:
    """Whether the accepted answers make this a yes/no question."""
    return all(normalized_words(one)[:1] in (("yes",), ("no",)) for one in accepted)


def is_right(answer: str, accepted: Sequence[str]) -> bool:
    """Whether the answer is one of the accepted ones, word for word; for yes/no the first word decides."""
    words = normalized_words(answer)
    if is_yes_no(accepted):
        return bool(words) and any(words[:1] == normalized_words(one)[:1] for one in accepted)
    return any(words == normalized_words(one) for one in accepted)


def contains_right(answer: str, accepted: Sequence[str]) -> bool:
    """Whether an accepted answer stands in the answer as consecutive words: fair to models that talk in sentences."""
    if is_yes_no(accepted):
        return is_right(answer, accepted)
    padded = f" {' '.join(normalized_words(answer))} "
    return any(f" {' '.join(normalized_words(one))} " in padded for one in accepted)


def human_agreement(answer: str, humans: Mapping[str, int]) -> float:
    """How far an answer agrees with people: 1 when at least three gave it, else a third for each.

    Args:
        answer: what a model says.
        humans: the answers people gave, each with how many gave it.

    Source: VQA, arXiv:1505.00468, without its average over subsets of nine.
    """
    words = normalized_words(answer)
    agreeing = sum(count for said, count in humans.items() if normalized_words(said) == words)
    return min(1.0, agreeing / 3)


@dataclass(frozen=True, kw_only=True)
class Score:
    """A mean over `n` questions with its 95 % bootstrap interval."""

    accuracy: float
    n: int
    ci95: tuple[float, float]


def score(values: Sequence[float], *, resamples: int = 2000, seed: int = 0) -> Score:
    """The mean of verdicts (0 to 1), with a percentile bootstrap interval.

    Raises:
        ValueError: there are no verdicts.

    Source: Efron, The Jackknife, the Bootstrap and Other Resampling Plans, 1982.
    """
    if not values:
        raise ValueError("a score needs at least one verdict")
    draws = random.Random(seed)
    n = len(values)
    means = sorted(sum(draws.choices(values, k=n)) / n for _ in range(resamples))
    low, high = means[int(0.025 * resamples)], means[int(0.975 * resamples)]
    return Score(accuracy=sum(values) / n, n=n, ci95=(low, high))


def margin(ours: Sequence[float], theirs: Sequence[float], *, seed: int = 0) -> Score:
    """By how much `ours` beats `theirs` on the same questions, with a paired bootstrap interval.

    Raises:
        ValueError: the verdicts do not pair up.
    """
    return score([a - b for a, b in zip(ours, theirs, strict=True)], seed=seed)


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """The chance that a true case scores above a false one (ties count half); None when either kind is missing.

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
    """Answers of similar confidence: how sure the model was, and how often it was right."""

    confidence: float
    accuracy: float
    n: int


def reliability(
    confidences: Sequence[float], right: Sequence[float], *, num_bins: int = 10
) -> list[ReliabilityBin]:
    """Mean confidence and accuracy in each equal-width bin that is not empty, lowest first."""
    bins: dict[int, list[tuple[float, float]]] = {}
    for confidence, verdict in zip(confidences, right, strict=True):
        place = min(int(confidence * num_bins), num_bins - 1)
        bins.setdefault(place, []).append((confidence, verdict))
    return [
        ReliabilityBin(
            confidence=sum(c for c, _ in members) / len(members),
            accuracy=sum(r for _, r in members) / len(members),
            n=len(members),
        )
        for _, members in sorted(bins.items())
    ]


def expected_calibration_error(
    confidences: Sequence[float], right: Sequence[float], *, num_bins: int = 10
) -> float | None:
    """The mean gap between confidence and accuracy, weighted by how many answers fall in a bin; None without answers.

    Source: Guo et al. 2017, arXiv:1706.04599.
    """
    if not confidences:
        return None
    bins = reliability(confidences, right, num_bins=num_bins)
    return sum(one.n * abs(one.confidence - one.accuracy) for one in bins) / len(confidences)
