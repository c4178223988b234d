"""Linear intent classifier over word n-grams, character n-grams and a sentence embedding.

`python -m vqa.training.intent_fitting` fits the weights in `weights/intents/` to the utterances of
`vqa/questions/classifiers/utterances.tsv`.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from vqa import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class SentenceEncoding:
    """Output of a sentence encoder for one text of L tokens, with embedding size E.

    Args:
        vector: (E,) float32 sentence embedding, L2-normalized.
        token_states: (L, E) float32, hidden states of the tokens in the last layer.
        token_spans: (L, 2) int64, character span of each token in the text, the end exclusive;
            start and end are equal for a token without characters, such as a separator.
    """

    vector: NDArray[np.float32]
    token_states: NDArray[np.float32]
    token_spans: NDArray[np.int64]


# Encodes one text.
SentenceEncoder = Callable[[str], SentenceEncoding]


FILE = settings.bundled_weights() / "intents" / "intent_classifier.safetensors"
# Number of hash buckets of the features, also those of the taggers.
NUM_BUCKETS = 8192
EMBEDDING_SCALE = 2.0
_WORD_GRAMS = (1, 2, 3)
_CHARACTER_GRAMS = (2, 3, 4, 5)
_TOKEN = re.compile(r"[\w']+|[?!.]")


def load_arrays(path: Path) -> tuple[dict[str, NDArray[np.float32]], dict[str, str]]:
    """Return the tensors of a safetensors file as float32 arrays by name, and its metadata.

    Raises:
        FileNotFoundError: there is no file at `path`.
    """
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        names: list[str] = file.keys()
        arrays = {name: file.get_tensor(name).astype("float32") for name in names}
        return arrays, dict(file.metadata() or {})


class IntentClassifier:
    """Multinomial logistic regression from n-grams and a sentence embedding to intent names.

    Args:
        names: K names of intents, or of other classes.
        ngram_weights: (K, 2 * NUM_BUCKETS) float32, columns as in `ngram_features`.
        embedding_weights: (K, E) float32, for sentence embeddings of size E times EMBEDDING_SCALE.
        bias: (K,) float32.
    """

    def __init__(
        self,
        names: Sequence[str],
        ngram_weights: NDArray[np.float32],
        embedding_weights: NDArray[np.float32],
        bias: NDArray[np.float32],
    ) -> None:
        self.names = tuple(names)
        # Transposed: a row of few values is read for each n-gram of a text.
        self._ngram_rows = ngram_weights.T.copy()
        self._embedding_weights = embedding_weights
        self._bias = bias

    @classmethod
    def load(cls, path: Path = FILE) -> IntentClassifier:
        """Load a classifier from a safetensors file.

        The file has the tensors `ngrams`, `embedding` and `bias`, in any float type, and the
        metadata `intents`, a JSON list of names.

        Raises:
            FileNotFoundError: there is no file at `path`.
        """
        arrays, metadata = load_arrays(path)
        names = json.loads(metadata["intents"])
        return cls(names, arrays["ngrams"], arrays["embedding"], arrays["bias"])

    def classify(
        self,
        text: str,
        encoding: SentenceEncoding | None = None,
        *,
        hints: Mapping[str, float] | None = None,
    ) -> dict[str, float]:
        """Return the probability of each intent by name, 0 to 1, in descending order.

        Args:
            text: a self-contained utterance.
            encoding: encoding of this text; None leaves the embedding out, which costs accuracy.
            hints: values to add to the logits, by intent name.

        Raises:
            ValueError: a hint is for an intent that the classifier does not know.
        """
        import numpy as np

        logits = self._bias.copy()
        features = ngram_features(text)
        if features:
            rows = self._ngram_rows[list(features)]
            logits += np.einsum("f,fk->k", np.array([*features.values()], np.float32), rows)
        if encoding is not None:
            logits += EMBEDDING_SCALE * np.einsum(
                "ke,e->k", self._embedding_weights, encoding.vector
            )
        for name, log_odds in (hints or {}).items():
            logits[self.names.index(name)] += log_odds
        probabilities = np.exp(logits - logits.max())
        probabilities /= probabilities.sum()
        order = probabilities.argsort()[::-1]
        return {self.names[row]: float(probabilities[row]) for row in order}


@cache
def shipped_classifier() -> IntentClassifier:
    """Return the intent classifier of the package, from `FILE`; it is loaded at the first call."""
    return IntentClassifier.load()


@lru_cache(maxsize=64)
def ngram_features(text: str) -> Mapping[int, float]:
    """Return the hashed n-gram features of a text: non-zero values by column number.

    Columns 0 to NUM_BUCKETS - 1 count n-grams of 1 to 3 words, the next NUM_BUCKETS columns
    n-grams of 2 to 5 characters within a word. Counts are sublinear, upper and lower case are the
    same, and each of the two groups is L2-normalized.

    Source: the hashing trick, arXiv:0902.2206.
    """
    text = " ".join(text.lower().split())
    words = _TOKEN.findall(text)
    word_grams = [
        " ".join(words[i : i + n]) for n in _WORD_GRAMS for i in range(len(words) - n + 1)
    ]
    padded_words = [f" {word} " for word in text.split()]
    character_grams = [
        word[i : i + n]
        for word in padded_words
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
