"""Lines of timed text, said or written: which of them fit some words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vqa.models.protocol import Embeds, VideoQAModel
from vqa.storage.text_search import roots
from vqa.types import TimedText

# A cosine of MiniLM's sentence space; sentences of other subjects stay below it.
NEAR_IN_MEANING = 0.45


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
    wanted = roots(words)
    return bool(wanted) and wanted <= roots(text)
