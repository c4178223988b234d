"""Text with marked phrases: `[S:…]` marks a phrase of the role with the letter S.

Used by the labeled utterances and messages of `vqa/questions`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# Role (an index), start and end of a phrase in the text without marks, the end exclusive.
Span = tuple[int, int, int]


def remove_marks(marked_text: str, letters: str) -> tuple[str, list[Span]]:
    """Return a text without its marks, and the marked phrases in order: role, start and end.

    Args:
        marked_text: text with marks that are not nested; other text in brackets is kept.
        letters: the letter of each role, in the order of the roles.
    """
    text, spans, position = "", [], 0
    for match in re.finditer(rf"\[([{letters}]):([^\]]*)\]", marked_text):
        text += marked_text[position : match.start()]
        spans.append((letters.index(match[1]), len(text), len(text) + len(match[2])))
        text += match[2]
        position = match.end()
    return text + marked_text[position:], spans


def bio_tags(words: Sequence[tuple[int, int]], spans: Sequence[Span]) -> list[int]:
    """Return the BIO tag of each of N words, see `vqa.questions.classifiers.tagging`.

    Args:
        words: N character spans of the words, the ends exclusive.
        spans: phrases that do not overlap; a word that overlaps one belongs to it.
    """
    tags: list[int] = []
    open_span: Span | None = None
    for start, end in words:
        span = next((one for one in spans if start < one[2] and end > one[1]), None)
        offset = 2 if span is not None and span == open_span else 1
        tags.append(0 if span is None else 2 * span[0] + offset)
        open_span = span
    return tags
