"""Sequence tagger for the slots of a question: its subject, its target and its options.

Each word gets logits over BIO tags from hashed features of the surrounding words and, with a
sentence encoding, from the encoder's hidden states; Viterbi decoding selects the tag sequence.
`python -m vqa.training.slot_fitting` fits the weights in `weights/intents/` to the marked phrases
in `vqa/questions/classifiers/utterances.tsv`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vqa import settings
from vqa.questions.classifiers.intent_classifier import load_arrays
from vqa.questions.classifiers.tagging import (
    best_tags,
    bucket_numbers,
    context_features,
    linear,
    phrase_spans,
    split_words,
    word_states,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vqa.questions.classifiers.intent_classifier import SentenceEncoding

FILE = settings.bundled_weights() / "intents" / "slot_tagger.safetensors"
Role = Literal["subject", "target", "option"]
ROLES: tuple[Role, ...] = ("subject", "target", "option")
# BIO tags: 0 is outside; 1 + 2 r begins a phrase of role `ROLES[r]`, 2 + 2 r continues it.
NUM_TAGS = 1 + 2 * len(ROLES)


@dataclass(frozen=True, kw_only=True)
class TaggedPhrase:
    """Phrase of a question that fills a slot.

    Args:
        role: the slot.
        text: the characters `start` to `end` of the question.
        start: index of the first character.
        end: index after the last character.
    """

    role: Role
    text: str
    start: int
    end: int


class SlotTagger:
    """Sequence tagger: sum of a linear layer over hashed features and an MLP over encoder states.

    Args:
        weights: float32 arrays by name, for H hidden units and encoder states of size E: `features`
            (NUM_BUCKETS, NUM_TAGS), `hidden.weight` (H, 3 E), `hidden.bias` (H,), `output.weight`
            (NUM_TAGS, H), `output.bias` (NUM_TAGS,).
    """

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._weights = weights

    @classmethod
    def load(cls, path: Path = FILE) -> SlotTagger:
        """Load the weights from a safetensors file and convert them to float32.

        Raises:
            FileNotFoundError: there is no file at `path`.
        """
        arrays, _ = load_arrays(path)
        return cls(arrays)

    def tag(
        self, text: str, intent: str, encoding: SentenceEncoding | None = None
    ) -> tuple[TaggedPhrase, ...]:
        """Return the phrases that fill slots, in the order of the text: "the dog" as `subject`.

        Args:
            text: a self-contained question.
            intent: its intent, a feature of each word.
            encoding: the encoding of this text; with None, only the hashed features are used, which
                costs accuracy.
        """
        import numpy as np

        words = split_words(text)
        if not words:
            return ()
        weights = self._weights
        rows = word_features([text[start:end] for start, end in words], intent)
        logits = weights["features"][np.array(rows)].sum(1)
        if encoding is not None:
            states = word_states(words, encoding)
            hidden = linear(states, weights["hidden.weight"], weights["hidden.bias"])
            logits += linear(
                np.maximum(hidden, 0), weights["output.weight"], weights["output.bias"]
            )
        return tuple(
            TaggedPhrase(role=ROLES[role], text=text[start:end], start=start, end=end)
            for role, start, end in phrase_spans(words, best_tags(logits))
        )


@cache
def shipped_tagger() -> SlotTagger:
    """Return the tagger in `weights/intents/`, loaded once."""
    return SlotTagger.load()


def word_features(words: Sequence[str], intent: str) -> list[list[int]]:
    """Return the hashed features of N words: N rows of 26 bucket numbers.

    Features are those of `context_features`, and combinations with the intent. Empty without words.
    """
    padded_words = ["<s>", *(word.lower() for word in words), "</s>"]
    return [
        bucket_numbers(
            [
                *names,
                f"intent={intent}",
                f"intent,-1={intent}_{padded_words[place]}",
                f"intent,1={intent}_{padded_words[place + 2]}",
                f"intent,first={intent}_{place == 0}",
            ]
        )
        for place, names in enumerate(context_features(words))
    ]
