"""Word normalization for full-text search: stop words, plurals, scripts without spaces."""

from __future__ import annotations

import re

from vqa.english import STOP_WORDS

# Japanese, Chinese and Korean characters: each counts as one word.
_CJK_CHARACTER = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")


def content_words(text: str) -> list[str]:
    """Return the lower-case words of a text, in order, without English stop words."""
    return [word for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS]


def word_stems(text: str) -> set[str]:
    """Return the content words of a text without the plural s.

    Each Chinese, Japanese or Korean character is a word of its own.
    """
    words = content_words(separate_characters(text))
    return {
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in words
    }


def separate_characters(text: str) -> str:
    """Put spaces around each Chinese, Japanese and Korean character of a text."""
    return _CJK_CHARACTER.sub(r" \1 ", text)
