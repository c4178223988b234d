"""The words of a text that carry weight, brought to one form, so that "prices" is found by "the price"."""

from __future__ import annotations

import re

_SMALL_WORDS = frozenset(
    "a an the this that these those of in on at to for from with by and or is are was were be it its he she they his their her "
    "there some any what who".split()
)
# Scripts that put no space between words: each letter counts as one.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")


def content_words(text: str) -> list[str]:
    """The words of weight, in lower case: all but articles, prepositions and the like."""
    return [word for word in re.findall(r"\w+", text.lower()) if word not in _SMALL_WORDS]


def roots(text: str) -> set[str]:
    """The words of weight without the s of the plural; letters one by one in scripts without spaces."""
    words = content_words(spaced(text))
    return {
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in words
    }


def spaced(text: str) -> str:
    """With a space around each letter of scripts that have none between words."""
    return _UNSPACED.sub(r" \1 ", text)
