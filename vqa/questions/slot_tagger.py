"""Sequence tagger for the slots of a question: its subject, its target and its options.

Each word gets logits over BIO tags from hashed features of the surrounding words and, with a
sentence encoding, from the encoder's hidden states; Viterbi decoding selects the tag sequence.
`python -m vqa.training.slot_fitting` fits the weights in `weights/intents/` to the marked phrases
in `vqa/questions/utterances.tsv`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vqa import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vqa.questions.intent_classifier import SentenceEncoding

FILE = settings.bundled_weights() / "intents" / "slot_tagger.safetensors"
NUM_BUCKETS = 8192
Role = Literal["subject", "target", "option"]
ROLES: tuple[Role, ...] = ("subject", "target", "option")
# BIO tags: 0 is outside; 1 + 2 r begins a phrase of role `ROLES[r]`, 2 + 2 r continues it.
NUM_TAGS = 1 + 2 * len(ROLES)
_WORD = re.compile(r"[A-Za-z0-9]+(?:[-'’][A-Za-z0-9]+)*|[?!.,:;()]")
_NEIGHBOURS = 3
_SUFFIX_LENGTHS = (1, 2, 3)


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
        from safetensors import safe_open

        with safe_open(path, framework="numpy") as file:
            return cls({name: file.get_tensor(name).astype("float32") for name in file.keys()})  # noqa: SIM118

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
            states = np.maximum(
                word_states(words, encoding) @ weights["hidden.weight"].T + weights["hidden.bias"],
                0,
            )
            logits += states @ weights["output.weight"].T + weights["output.bias"]
        return _phrases(text, words, _best_tags(logits))


@cache
def shipped_tagger() -> SlotTagger:
    """Return the tagger in `weights/intents/`, loaded once."""
    return SlotTagger.load()


def split_words(text: str) -> list[tuple[int, int]]:
    """Return the character span (start, end) of each word and mark, the end exclusive."""
    return [match.span() for match in _WORD.finditer(text)]


def word_features(words: Sequence[str], intent: str) -> list[list[int]]:
    """Return the hashed features of N words: N rows of 26 bucket numbers, each below NUM_BUCKETS.

    Features are the word with up to three words before and after it, word pairs, suffixes of up to
    three letters, and combinations with the intent. Empty without words.
    """
    padded_words = [
        *("<s>",) * _NEIGHBOURS,
        *(word.lower() for word in words),
        *("</s>",) * _NEIGHBOURS,
    ]
    rows: list[list[int]] = []
    for place in range(_NEIGHBOURS, len(padded_words) - _NEIGHBOURS):
        word = {
            offset: padded_words[place + offset] for offset in range(-_NEIGHBOURS, _NEIGHBOURS + 1)
        }
        names = [
            "bias",
            *(f"{offset}={other}" for offset, other in word.items()),
            *(f"{a},{a + 1}={word[a]}_{word[a + 1]}" for a in (-2, -1, 0, 1)),
            f"-1,1={word[-1]}_{word[1]}",
            *(f"{o}-{n}={word[o][-n:]}" for o in (-1, 0, 1) for n in _SUFFIX_LENGTHS),
            f"intent={intent}",
            f"intent,-1={intent}_{word[-1]}",
            f"intent,1={intent}_{word[1]}",
            f"intent,first={intent}_{place == _NEIGHBOURS}",
        ]
        rows.append([zlib.crc32(name.encode()) % NUM_BUCKETS for name in names])
    return rows


def word_states(
    words: Sequence[tuple[int, int]], encoding: SentenceEncoding
) -> NDArray[np.float32]:
    """Return (N, 3 E) float32: the encoder states of the previous, this and the next word in a row.

    The state of a word is the mean over its tokens; zeros for a word without tokens and beyond the
    first and the last word.

    Args:
        words: N character spans, see `split_words`.
        encoding: the encoding of the text, with token states of size E.
    """
    import numpy as np

    starts, ends = encoding.token_spans.T
    states = np.zeros((len(words) + 2, encoding.token_states.shape[1]), np.float32)
    for row, (start, end) in enumerate(words, start=1):
        is_inside = (ends > starts) & (starts < end) & (ends > start)
        if is_inside.any():
            states[row] = encoding.token_states[is_inside].mean(0)
    return np.concatenate([states[:-2], states[1:-1], states[2:]], axis=1)


def _best_tags(logits: NDArray[np.float32]) -> list[int]:
    """Return the N tags with the highest sum of logits among valid BIO sequences (Viterbi).

    A tag that continues a phrase is valid only after a tag of the same role.

    Args:
        logits: (N, NUM_TAGS), one row for each of N words, at least one.
    """
    import numpy as np

    forbidden = np.zeros((NUM_TAGS, NUM_TAGS), np.float32)
    for inside in range(2, NUM_TAGS, 2):
        forbidden[:, inside] = -np.inf
        forbidden[[inside - 1, inside], inside] = 0
    scores = logits[0].copy()
    scores[2::2] = -np.inf
    best_previous = []
    for row in logits[1:]:
        paths = scores[:, None] + forbidden
        best_previous.append(paths.argmax(0))
        scores = paths.max(0) + row
    tags = [int(scores.argmax())]
    for previous in reversed(best_previous):
        tags.append(int(previous[tags[-1]]))
    return tags[::-1]


def _phrases(
    text: str, words: Sequence[tuple[int, int]], tags: Sequence[int]
) -> tuple[TaggedPhrase, ...]:
    """Return the phrases that a valid BIO sequence marks, in the order of the text.

    Args:
        text: the question.
        words: N character spans of its words, the ends exclusive.
        tags: N tags, one for each word.
    """
    phrases: list[TaggedPhrase] = []
    for (start, end), tag in zip(words, tags, strict=True):
        if tag == 0:
            continue
        if tag % 2 == 0:
            start = phrases.pop().start
        role = ROLES[(tag - 1) // 2]
        phrases.append(TaggedPhrase(role=role, text=text[start:end], start=start, end=end))
    return tuple(phrases)
