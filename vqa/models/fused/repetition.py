"""No word said twice in a row: an orange shirt is no "orange orange shirt"."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from transformers import LogitsProcessor

_WORD_BEGINS = "\u2581"


class NoStutter(LogitsProcessor):  # type: ignore[misc]
    """Forbids the piece just written where it begins a word; digits and letters within one may double.

    Args:
        tokenizer: the decoder's, of SentencePiece.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        """(B, L) pieces written and (B, V) scores of the next to (B, V)."""
        last = input_ids[:, -1].tolist()
        pieces = self._tokenizer.convert_ids_to_tokens(last)
        for row, (number, piece) in enumerate(zip(last, pieces, strict=True)):
            if len(piece) > 1 and piece.startswith(_WORD_BEGINS):
                scores[row, number] = float("-inf")
        return scores
