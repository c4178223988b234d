"""The encoding of a question that the intent classifier and the slot tagger share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class SentenceEncoding:
    """Output of a sentence encoder for one text.

    Args:
        vector: (E,) float32 sentence embedding, a unit vector.
        token_states: (L, E) float32 last hidden states of the tokens.
        token_spans: (L, 2) first and last character (exclusive) of each token in the text; equal for a token without
            characters, such as a separator.
    """

    vector: NDArray[np.float32]
    token_states: NDArray[np.float32]
    token_spans: NDArray[np.int64]


SentenceEncoder = Callable[[str], SentenceEncoding]
