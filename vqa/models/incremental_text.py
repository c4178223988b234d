"""Incremental decoding of generated tokens: the new text after each token.

Only the bytes of an incomplete UTF-8 character are delayed.
"""

from __future__ import annotations

from collections.abc import Callable

_INCOMPLETE = "\N{REPLACEMENT CHARACTER}"
_MAX_INCOMPLETE_BYTES = 3  # of a UTF-8 character of four bytes


class IncrementalText:
    """Text of an answer that grows token by token.

    Args:
        decode: converts all token ids of the answer to text, with U+FFFD for incomplete bytes.
    """

    def __init__(self, decode: Callable[[list[int]], str]) -> None:
        self._decode = decode
        self._token_ids: list[int] = []
        self._emitted_text = ""

    def add(self, *token_ids: int) -> str:
        """Append token ids; return the new text (or "") without an incomplete last character.

        "" also while the text does not begin with what was returned before.
        """
        self._token_ids.extend(token_ids)
        text = self._decode(self._token_ids)
        num_incomplete = len(text) - len(text.rstrip(_INCOMPLETE))
        text = text[: len(text) - min(num_incomplete, _MAX_INCOMPLETE_BYTES)]
        return self._emit(text) if text.startswith(self._emitted_text) else ""

    def finish(self) -> str:
        """Return the text that `add` has not returned yet; "" if there is none.

        An incomplete last character is U+FFFD. If tokens changed text that was returned before, the
        result begins after as many characters as were returned.
        """
        return self._emit(self._decode(self._token_ids))

    def _emit(self, text: str) -> str:
        """Return the part of `text` that follows the text emitted so far."""
        fragment, self._emitted_text = text[len(self._emitted_text) :], text
        return fragment
