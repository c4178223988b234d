"""Lines of timed text, said or written: which of them fit some words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from vqa.models.base import Embeds, VideoQAModel
from vqa.types import TimedText

# A cosine of MiniLM's sentence space; sentences of other subjects stay below it.
NEAR_IN_MEANING = 0.45
_SMALL_WORDS = frozenset(
    "a an the this that these those of in on at to for from with by and or is are was were be it its he she they his her their "
    "there some any what who".split()
)


def fitting_lines(
    lines: Sequence[TimedText], words: str, model: VideoQAModel
) -> list[tuple[TimedText, float]]:
    """The lines that hold the words, or say what they say, with how well they fit (0 to 1), best first.

    A line fits wholly where it holds every word of weight. Meaning counts too, where the model places words in a space.
    """
    if not lines:
        return []
    scores = np.array([float(holds(line.text, words)) for line in lines])
    if isinstance(model, Embeds):
        (wanted,) = model.embed_text([words])
        meanings = model.embed_text([line.text for line in lines]) @ wanted
        scores = np.maximum(scores, np.where(meanings >= NEAR_IN_MEANING, meanings, 0.0))
    order = sorted(np.flatnonzero(scores > 0).tolist(), key=lambda row: -scores[row])
    return [(lines[row], min(1.0, float(scores[row]))) for row in order]


def holds(text: str, words: str) -> bool:
    """Whether a text holds every word of weight, in any order; singular and plural are one word."""
    wanted = {_root(word) for word in content_words(words)}
    if not wanted:
        return False
    there = {_root(w) for w in _words(text)}
    # Languages without spaces: one of their words is a part of a long run of letters.
    return all(w in there or (not w.isascii() and w in text.lower()) for w in wanted)


def content_words(words: str) -> list[str]:
    """The words of weight: all but articles, prepositions and the like, in lower case."""
    return [word for word in _words(words) if word not in _SMALL_WORDS]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _root(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
