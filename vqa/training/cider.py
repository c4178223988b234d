"""CIDEr-D: consensus of a caption with reference captions, by TF-IDF-weighted n-grams."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

MAX_N = 4
_SIGMA = 6.0
_SCALE = 10.0

NGram = tuple[str, ...]


def caption_words(text: str) -> list[str]:
    """Return the words of a caption in lower case: runs of the letters a to z and digits.

    An apostrophe is kept if letters follow it, as in "man's"; all other characters separate words.
    Empty without a word.
    """
    return re.findall(r"[a-z0-9]+(?:['’][a-z]+)?", text.lower())


def count_ngrams(words: Sequence[str]) -> Counter[NGram]:
    """Count the n-grams of 1 to 4 consecutive words, as tuples of words; empty without words."""
    return Counter(
        tuple(words[start : start + n])
        for n in range(1, MAX_N + 1)
        for start in range(len(words) - n + 1)
    )


def _norm(weights: Iterable[float]) -> float:
    """Return the Euclidean norm of the weights."""
    return math.sqrt(sum(weight * weight for weight in weights))


def _similarity(candidate: dict[NGram, float], reference: dict[NGram, float]) -> float:
    """Compute the cosine of TF-IDF weights, the candidate's clipped to the reference's.

    So a word that the candidate repeats more often than the reference does not raise the
    similarity.
    """
    norms = _norm(candidate.values()) * _norm(reference.values())
    if norms == 0:
        return 0.0
    overlap = sum(
        min(weight, reference[ngram]) * reference[ngram]
        for ngram, weight in candidate.items()
        if ngram in reference
    )
    return overlap / norms


class CiderD:
    """CIDEr-D metric against a fixed set of reference captions.

    For n = 1 to 4, n-gram counts are weighted by log(N / number of images whose references contain
    the n-gram). Candidate and reference are compared by a clipped cosine, times exp(-(difference in
    length)² / (2 · 6²)); the score is the mean over references and n, times 10. Document
    frequencies come from these references, so scores of different sets are not comparable.

    Args:
        references: tokenized reference captions of N images, see `caption_words`.

    Raises:
        ValueError: an image has no reference.

    Source: Vedantam et al. 2015, arXiv:1411.5726, section 5, with the constants of the released
    scorer.
    """

    def __init__(self, references: Sequence[Sequence[Sequence[str]]]) -> None:
        if not all(references):
            raise ValueError("each picture needs at least one reference")
        self._document_counts: Counter[NGram] = Counter()
        for group in references:
            self._document_counts.update(
                {ngram for words in group for ngram in count_ngrams(words)}
            )
        self._references = references
        self._reference_vectors: dict[int, list[list[dict[NGram, float]]]] = {}

    def score(self, words: Sequence[str], picture: int) -> float:
        """Return the CIDEr-D, 0 to 10, of a tokenized caption of image number `picture`, from 0.

        0 for an empty caption, and if there is only one image, as all its n-grams have weight 0.
        """
        group = self._references[picture]
        if picture not in self._reference_vectors:
            self._reference_vectors[picture] = [self._tf_idf(reference) for reference in group]
        candidate, total = self._tf_idf(words), 0.0
        for reference, reference_vectors in zip(
            group, self._reference_vectors[picture], strict=True
        ):
            penalty = math.exp(-((len(words) - len(reference)) ** 2) / (2 * _SIGMA**2))
            total += penalty * sum(map(_similarity, candidate, reference_vectors)) / MAX_N
        return _SCALE * total / len(group)

    def _tf_idf(self, words: Sequence[str]) -> list[dict[NGram, float]]:
        """Compute the TF-IDF weights of the n-grams, one dictionary for each n from 1 to 4."""
        weights: list[dict[NGram, float]] = [{} for _ in range(MAX_N)]
        for ngram, count in count_ngrams(words).items():
            idf = math.log(len(self._references)) - math.log(max(1, self._document_counts[ngram]))
            weights[len(ngram) - 1][ngram] = count * idf
        return weights


def cider_d(candidates: Sequence[str], references: Sequence[Sequence[str]]) -> list[float]:
    """Compute the CIDEr-D of each caption, see `CiderD`; the corpus score is their mean.

    Args:
        candidates: N captions.
        references: N lists of reference captions, each with at least one.

    Returns:
        N scores, 0 to 10, in the order of the captions; [] for none.

    Raises:
        ValueError: the numbers of candidates and reference lists differ, or a list is empty.
    """
    if len(candidates) != len(references):
        raise ValueError("each candidate needs a list of at least one reference")
    metric = CiderD([[caption_words(reference) for reference in group] for group in references])
    return [
        metric.score(caption_words(candidate), picture)
        for picture, candidate in enumerate(candidates)
    ]
