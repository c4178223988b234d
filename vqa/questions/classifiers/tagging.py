"""Parts that the taggers of slots and of messages share: words, features, states and BIO tags.

Of K tags, 0 is outside of all phrases; 2 r + 1 begins a phrase of role r, and 2 r + 2 continues it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vqa.questions.classifiers.intent_classifier import NUM_BUCKETS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vqa.questions.classifiers.intent_classifier import SentenceEncoding

_WORD = re.compile(r"[A-Za-z0-9]+(?:[-'’][A-Za-z0-9]+)*|[?!.,:;()]")
_NEIGHBORS = 3
_SUFFIX_LENGTHS = (1, 2, 3)


def split_words(text: str) -> list[tuple[int, int]]:
    """Return the character span (start, end) of each word and mark, the end exclusive."""
    return [match.span() for match in _WORD.finditer(text)]


def context_features(words: Sequence[str]) -> list[list[str]]:
    """Return the names of the features of N words, one row for each.

    Features are the word with up to three words before and after it, word pairs, and suffixes of up
    to three letters.
    """
    padded_words = [
        *("<s>",) * _NEIGHBORS,
        *(word.lower() for word in words),
        *("</s>",) * _NEIGHBORS,
    ]
    rows: list[list[str]] = []
    for place in range(_NEIGHBORS, len(padded_words) - _NEIGHBORS):
        word = {
            offset: padded_words[place + offset] for offset in range(-_NEIGHBORS, _NEIGHBORS + 1)
        }
        rows.append(
            [
                "bias",
                *(f"{offset}={other}" for offset, other in word.items()),
                *(f"{a},{a + 1}={word[a]}_{word[a + 1]}" for a in (-2, -1, 0, 1)),
                f"-1,1={word[-1]}_{word[1]}",
                *(f"{o}-{n}={word[o][-n:]}" for o in (-1, 0, 1) for n in _SUFFIX_LENGTHS),
            ]
        )
    return rows


def bucket_numbers(names: Sequence[str]) -> list[int]:
    """Return the bucket number, below NUM_BUCKETS, of each name of a feature."""
    return [zlib.crc32(name.encode()) % NUM_BUCKETS for name in names]


def word_states(
    words: Sequence[tuple[int, int]], encoding: SentenceEncoding, *, reach: int = 1
) -> NDArray[np.float32]:
    """Return (N, (2 reach + 1) E) float32: encoder states of the words around each word, in a row.

    The state of a word is the mean over its tokens; zeros for a word without tokens and beyond the
    first and the last word.

    Args:
        words: N character spans, see `split_words`.
        encoding: the encoding of the text, with token states of size E.
        reach: number of words before and after each word.
    """
    import numpy as np

    spans = [(start, end) for start, end in encoding.token_spans.tolist()]
    states = np.zeros((len(words) + 2 * reach, encoding.token_states.shape[1]), np.float32)
    for row, (start, end) in enumerate(words, start=reach):
        tokens = [
            n for n, (first, last) in enumerate(spans) if last > max(first, start) and first < end
        ]
        if len(tokens) == 1:
            states[row] = encoding.token_states[tokens[0]]
        elif tokens:
            states[row] = encoding.token_states[tokens].mean(0)
    return np.concatenate(
        [states[offset : offset + len(words)] for offset in range(2 * reach + 1)], axis=1
    )


def phrase_spans(
    words: Sequence[tuple[int, int]], tags: Sequence[int]
) -> list[tuple[int, int, int]]:
    """Return the phrases that a valid BIO sequence marks: (role, start, end), in order.

    Args:
        words: N character spans of the words, the ends exclusive.
        tags: N tags, one for each word.
    """
    phrases: list[tuple[int, int, int]] = []
    for (start, end), tag in zip(words, tags, strict=True):
        if tag == 0:
            continue
        first = phrases.pop()[1] if tag % 2 == 0 else start
        phrases.append(((tag - 1) // 2, first, end))
    return phrases


def best_tags(
    logits: NDArray[np.float32], transitions: NDArray[np.float32] | None = None
) -> list[int]:
    """Return the N tags with the highest sum of logits among valid BIO sequences (Viterbi).

    A tag that continues a phrase is valid only after a tag of the same role.

    Args:
        logits: (N, K), one row for each of N words, at least one.
        transitions: (K, K), added for each pair of adjacent tags, the earlier one as row; None adds
            nothing.
    """
    import numpy as np

    num_tags = logits.shape[1]
    costs = np.zeros((num_tags, num_tags), np.float32)
    for inside in range(2, num_tags, 2):
        costs[:, inside] = -np.inf
        costs[[inside - 1, inside], inside] = 0
    if transitions is not None:
        costs = costs + transitions
    scores = logits[0].copy()
    scores[2::2] = -np.inf
    best_previous = []
    for row in logits[1:]:
        paths = scores[:, None] + costs
        best_previous.append(paths.argmax(0))
        scores = paths.max(0) + row
    tags = [int(scores.argmax())]
    for previous in reversed(best_previous):
        tags.append(int(previous[tags[-1]]))
    return tags[::-1]


def linear(
    inputs: NDArray[np.float32], weight: NDArray[np.float32], bias: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return `inputs @ weight.T + bias`, (N, O) float32, without the threads of a BLAS library.

    These threads wait for more work by spinning, and so take the cores from the model's threads: a
    question then takes twice as long on two cores.

    Args:
        inputs: (N, I) float32.
        weight: (O, I) float32.
        bias: (O,) float32.
    """
    import numpy as np

    outputs: NDArray[np.float32] = np.einsum("ni,oi->no", inputs, weight) + bias
    return outputs
