"""BLEU-4 of single captions, as a reward: how many of a caption's runs of words people said too."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from vqa.training.cider import MAX_N, NGram, count_ngrams


class SentenceBleu:
    """The measure over one set of pictures, each with what several people said of it.

    The geometric mean of the shares of runs of 1 to 4 words that a reference has too, from two words on with one more
    of either, so that no share is nothing; shorter than the nearest reference, exp(1 - r / c) of it.

    Args:
        references: N pictures' references, each a list of words.

    Source: Papineni et al. 2002; smoothed as in Lin and Och 2004, "ORANGE".
    """

    def __init__(self, references: Sequence[Sequence[Sequence[str]]]) -> None:
        self._lengths = [[len(words) for words in group] for group in references]
        self._most: list[Counter[NGram]] = []
        for group in references:
            most: Counter[NGram] = Counter()
            for words in group:
                most |= count_ngrams(words)
            self._most.append(most)

    def score(self, words: Sequence[str], picture: int) -> float:
        """How much of these words was said of this picture, 0 to 1."""
        if not words:
            return 0.0
        hits, total = [0] * MAX_N, [0] * MAX_N
        most = self._most[picture]
        for run, count in count_ngrams(words).items():
            hits[len(run) - 1] += min(count, most[run])
            total[len(run) - 1] += count
        if not hits[0]:
            return 0.0
        logs = math.log(hits[0] / total[0])
        logs += sum(math.log((h + 1) / (t + 1)) for h, t in zip(hits[1:], total[1:], strict=True))
        nearest = min(self._lengths[picture], key=lambda length: (abs(length - len(words)), length))
        return math.exp(logs / MAX_N + min(0.0, 1 - nearest / len(words)))
