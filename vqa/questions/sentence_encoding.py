"""Sentence encoding of a question, input of the intent classifier and the slot tagger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
