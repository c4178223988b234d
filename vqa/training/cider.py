"""CIDEr-D: how much a caption says what several people said, rare words counting more."""

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
    """Lower-case words without punctuation, as captions are compared."""
    return re.findall(r"[a-z0-9]+(?:['’][a-z]+)?", text.lower())


def count_ngrams(words: Sequence[str]) -> Counter[NGram]:
    """How often each run of 1 to 4 words occurs."""
    return Counter(
        tuple(words[start : start + n])
        for n in range(1, MAX_N + 1)
        for start in range(len(words) - n + 1)
    )


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


class CiderD:
    """The measure over one set of pictures, each with what several people said of it.

    For n = 1 to 4, counts of n-grams are weighed by log(N / number of pictures whose references have the n-gram);
    candidate and reference are compared by a cosine in which the candidate's weight is clipped to the reference's,
    times exp(-(difference in length)² / (2 · 6²)); the mean over references and n, times 10. Document frequencies
    come from these very references, so a figure belongs to its set.

    Args:
        references: N pictures' references, each a list of words.

    Raises:
        ValueError: a picture without reference.

    Source: Vedantam et al. 2015, arXiv:1411.5726, section 5 and the released scorer's constants.
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
        self._weighed: dict[int, list[list[dict[NGram, float]]]] = {}

    def score(self, words: Sequence[str], picture: int) -> float:
        """How much these words say what was said of this picture, 0 to 10."""
        group = self._references[picture]
        if picture not in self._weighed:
            self._weighed[picture] = [self._weigh(reference) for reference in group]
        ours, total = self._weigh(words), 0.0
        for reference, theirs in zip(group, self._weighed[picture], strict=True):
            penalty = math.exp(-((len(words) - len(reference)) ** 2) / (2 * _SIGMA**2))
            total += penalty * sum(map(_similarity, ours, theirs)) / MAX_N
        return _SCALE * total / len(group)

    def _weigh(self, words: Sequence[str]) -> list[dict[NGram, float]]:
        """For each n, every n-gram's count times its inverse document frequency."""
        weights: list[dict[NGram, float]] = [{} for _ in range(MAX_N)]
        for ngram, count in count_ngrams(words).items():
            idf = math.log(len(self._references)) - math.log(max(1, self._document_counts[ngram]))
            weights[len(ngram) - 1][ngram] = count * idf
        return weights


def cider_d(candidates: Sequence[str], references: Sequence[Sequence[str]]) -> list[float]:
    """The CIDEr-D of each caption, see `CiderD`; their mean is the corpus's figure.

    Args:
        candidates: N captions.
        references: N lists of what people said.

    Returns:
        N numbers, 0 to 10.

    Raises:
        ValueError: not as many candidates as reference lists, or a candidate without reference.
    """
    if len(candidates) != len(references):
        raise ValueError("each candidate needs a list of at least one reference")
    measure = CiderD([[caption_words(one) for one in group] for group in references])
    return [measure.score(caption_words(said), picture) for picture, said in enumerate(candidates)]
