"""Sentence-level BLEU-4, part of the reward of captions in self-critical training."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from vqa.training.cider import MAX_N, NGram, count_ngrams


class SentenceBleu:
    """BLEU-4 metric of single captions against a fixed set of reference captions.

    Geometric mean of the clipped n-gram precisions for n = 1 to 4, with add-one smoothing from n =
    2, times the brevity penalty exp(1 - r / c) against the closest reference length r.

    Args:
        references: tokenized reference captions of N images, at least one each, see
            `cider.caption_words`.

    Source: Papineni et al. 2002; smoothing of Lin and Och 2004, "ORANGE".
    """

    def __init__(self, references: Sequence[Sequence[Sequence[str]]]) -> None:
        self._lengths = [[len(words) for words in group] for group in references]
        self._max_counts: list[Counter[NGram]] = []
        for group in references:
            max_counts: Counter[NGram] = Counter()
            for words in group:
                max_counts |= count_ngrams(words)
            self._max_counts.append(max_counts)

    def score(self, words: Sequence[str], picture: int) -> float:
        """Return the BLEU-4, 0 to 1, of a tokenized caption of image `picture`, an index from 0.

        0 for an empty caption, and for one without a word of the references.
        """
        if not words:
            return 0.0
        hits, total = [0] * MAX_N, [0] * MAX_N
        max_counts = self._max_counts[picture]
        for ngram, count in count_ngrams(words).items():
            hits[len(ngram) - 1] += min(count, max_counts[ngram])
            total[len(ngram) - 1] += count
        if not hits[0]:
            return 0.0
        log_precision = math.log(hits[0] / total[0])
        log_precision += sum(
            math.log((h + 1) / (t + 1)) for h, t in zip(hits[1:], total[1:], strict=True)
        )
        closest_length = min(
            self._lengths[picture], key=lambda length: (abs(length - len(words)), length)
        )
        return math.exp(log_precision / MAX_N + min(0.0, 1 - closest_length / len(words)))
