"""Intent of a sentence by a linear classifier over word and character n-grams and a sentence embedding.

Its weights lie in `weights/intents/` and are fitted by `python -m vqa.training.intent_fitting`
to the utterances of `vqa/questions/utterances.tsv`.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vqa import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vqa.questions.sentence_encoding import SentenceEncoding

FILE = settings.bundled_weights() / "intents" / "intent_classifier.safetensors"
NUM_BUCKETS = 8192
EMBEDDING_SCALE = 2.0
_WORD_GRAMS = (1, 2, 3)
_CHARACTER_GRAMS = (2, 3, 4, 5)
_TOKEN = re.compile(r"[\w']+|[?!.]")


class IntentClassifier:
    """Multinomial logistic regression from the features of an utterance to the names of intents.

    Args:
        names: K intent names.
        ngram_weights: (K, 2 * NUM_BUCKETS), for words and for characters.
        embedding_weights: (K, E).
        bias: (K,).
    """

    def __init__(
        self,
        names: Sequence[str],
        ngram_weights: NDArray[np.float32],
        embedding_weights: NDArray[np.float32],
        bias: NDArray[np.float32],
    ) -> None:
        self.names = tuple(names)
        self._ngram_weights = ngram_weights
        self._embedding_weights = embedding_weights
        self._bias = bias

    @classmethod
    def load(cls, path: Path = FILE) -> IntentClassifier:
        """Read the weights of a file."""
        from safetensors import safe_open

        with safe_open(path, framework="numpy") as file:
            names = json.loads(file.metadata()["intents"])
            arrays = {name: file.get_tensor(name).astype("float32") for name in file.keys()}  # noqa: SIM118
        return cls(names, arrays["ngrams"], arrays["embedding"], arrays["bias"])

    def classify(
        self,
        text: str,
        encoding: SentenceEncoding | None = None,
        *,
        hints: Mapping[str, float] | None = None,
    ) -> dict[str, float]:
        """Probability of each intent, 0 to 1, the most probable one first.

        Args:
            text: a self-contained utterance.
            encoding: the encoding of this text; None leaves the embedding out, which costs accuracy.
            hints: log odds to add to intents, such as that of a template that fits.
        """
        import numpy as np

        logits = self._bias.copy()
        for column, value in ngram_features(text).items():
            logits += value * self._ngram_weights[:, column]
        if encoding is not None:
            logits += EMBEDDING_SCALE * (self._embedding_weights @ encoding.vector)
        for name, log_odds in (hints or {}).items():
            logits[self.names.index(name)] += log_odds
        probabilities = np.exp(logits - logits.max())
        probabilities /= probabilities.sum()
        order = probabilities.argsort()[::-1]
        return {self.names[row]: float(probabilities[row]) for row in order}


@cache
def shipped_classifier() -> IntentClassifier:
    """The classifier in `weights/intents/`, read once."""
    return IntentClassifier.load()


def ngram_features(text: str) -> dict[int, float]:
    """Hashed n-gram features of a text: columns and values; words and characters each have length 1 (L2).

    Source: the hashing trick, arXiv:0902.2206.
    """
    text = " ".join(text.lower().split())
    words = _TOKEN.findall(text)
    word_grams = [
        " ".join(words[i : i + n]) for n in _WORD_GRAMS for i in range(len(words) - n + 1)
    ]
    padded = [f" {word} " for word in text.split()]
    character_grams = [
        word[i : i + n]
        for word in padded
        for n in _CHARACTER_GRAMS
        for i in range(len(word) - n + 1)
    ]
    features: dict[int, float] = {}
    for offset, grams in ((0, word_grams), (NUM_BUCKETS, character_grams)):
        counts = Counter(offset + zlib.crc32(gram.encode()) % NUM_BUCKETS for gram in grams)
        # Sublinear counts: a gram that occurs twice weighs less than two grams.
        values = {column: 1 + 0.7 * (count - 1) ** 0.5 for column, count in counts.items()}
        length = sum(value**2 for value in values.values()) ** 0.5
        features |= {column: value / length for column, value in values.items()}
    return features
