"""Word normalisation for full-text search: stop words, plurals and scripts without spaces."""

from __future__ import annotations

import re

_STOP_WORDS = frozenset(
    "a an the this that these those of in on at to for from with by and or is are was were be it its he she they his their her "
    "there some any what who".split()
)
# Japanese, Chinese and Korean characters: each counts as one word.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")


def content_words(text: str) -> list[str]:
    """Lower-case words of a text without articles, prepositions, pronouns and forms of "be"."""
    return [word for word in re.findall(r"\w+", text.lower()) if word not in _STOP_WORDS]


def word_stems(text: str) -> set[str]:
    """Content words without the plural s; single characters in scripts without spaces."""
    words = content_words(separate_characters(text))
    return {
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in words
    }


def separate_characters(text: str) -> str:
    """Put spaces around each character of scripts that have none between words."""
    return _UNSPACED.sub(r" \1 ", text)
