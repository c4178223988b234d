"""CIDEr-D: how much a caption says what several people said, rare words counting more."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

_MAX_N = 4
_SIGMA = 6.0
_SCALE = 10.0

NGram = tuple[str, ...]


def caption_words(text: str) -> list[str]:
    """Lower-case words without punctuation, as captions are compared."""
    return re.findall(r"[a-z0-9]+(?:['’][a-z]+)?", text.lower())


def _count_ngrams(words: Sequence[str]) -> Counter[NGram]:
    return Counter(
        tuple(words[start : start + n])
        for n in range(1, _MAX_N + 1)
        for start in range(len(words) - n + 1)
    )


def _weigh(
    counts: Counter[NGram], document_counts: Counter[NGram], num_documents: int
) -> list[dict[NGram, float]]:
    """For each n, every n-gram's count times its inverse document frequency."""
    weights: list[dict[NGram, float]] = [{} for _ in range(_MAX_N)]
    for ngram, count in counts.items():
        idf = math.log(num_documents) - math.log(max(1, document_counts[ngram]))
        weights[len(ngram) - 1][ngram] = count * idf
    return weights


def _norm(weights: Iterable[float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights))


def _similarity(candidate: dict[NGram, float], reference: dict[NGram, float]) -> float:
    """Clipped cosine: saying a word more often than the reference does gains nothing."""
    norms = _norm(candidate.values()) * _norm(reference.values())
    if norms == 0:
        return 0.0
    shared = sum(
        min(weight, reference[ngram]) * reference[ngram]
        for ngram, weight in candidate.items()
        if ngram in reference
    )
    return shared / norms


def cider_d(candidates: Sequence[str], references: Sequence[Sequence[str]]) -> list[float]:
    """The CIDEr-D of each caption; their mean is the corpus's figure.

    For n = 1 to 4, counts of n-grams are weighed by log(N / number of pictures whose references have the n-gram);
    candidate and reference are compared by a cosine in which the candidate's weight is clipped to the reference's,
    times exp(-(difference in length)² / (2 · 6²)); the mean over references and n, times 10. Document frequencies
    come from these very references, so a figure belongs to its test set.

    Args:
        candidates: N captions.
        references: N lists of what people said.

    Returns:
        N numbers, 0 to 10.

    Raises:
        ValueError: not as many candidates as reference lists, or a candidate without reference.

    Source: Vedantam et al. 2015, arXiv:1411.5726, section 5 and the released scorer's constants.
    """
    if len(candidates) != len(references) or not all(references):
        raise ValueError("each candidate needs a list of at least one reference")
    told = [[caption_words(one) for one in group] for group in references]
    document_counts: Counter[NGram] = Counter()
    for group in told:
        document_counts.update({ngram for words in group for ngram in _count_ngrams(words)})
    scores = []
    for candidate, group in zip(candidates, told, strict=True):
        words = caption_words(candidate)
        ours = _weigh(_count_ngrams(words), document_counts, len(told))
        total = 0.0
        for reference in group:
            theirs = _weigh(_count_ngrams(reference), document_counts, len(told))
            penalty = math.exp(-((len(words) - len(reference)) ** 2) / (2 * _SIGMA**2))
            total += penalty * sum(map(_similarity, ours, theirs)) / _MAX_N
        scores.append(_SCALE * total / len(group))
    return scores
