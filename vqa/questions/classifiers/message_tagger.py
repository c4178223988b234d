"""Sequence tagger for a message: its questions, indirect questions, topics and statements.

"I love dogs, so can you tell me what breed it is?" -> "what breed it is" as `indirect`. Words that
are outside of all phrases are greetings, reasons, politeness and the like. A bidirectional GRU reads
hashed features of the words and, with a sentence encoder, its hidden states; a linear-chain CRF
selects the tags. `python -m vqa.training.message_fitting` fits the weights in `weights/intents/` to
the marked messages of `vqa/questions/classifiers/messages.txt`.
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

    from vqa.questions.classifiers.intent_classifier import SentenceEncoder

FILE = settings.bundled_weights() / "intents" / "message_tagger.safetensors"
SpanRole = Literal["question", "indirect", "topic", "statement"]
SPAN_ROLES: tuple[SpanRole, ...] = ("question", "indirect", "topic", "statement")
NUM_TAGS = 1 + 2 * len(SPAN_ROLES)
_SENTENCE_MARKS = frozenset(".?!")
_CLAUSE_MARKS = frozenset(".?!,:;()")
# The sentence encoder reads at most 64 tokens.
_MAX_ENCODED_WORDS = 40
_MAX_POSITION = 6


@dataclass(frozen=True, kw_only=True)
class MessageSpan:
    """Words of a message with a role.

    Args:
        role: `question` is a question or request in direct speech; `indirect` a clause such as
            "what she is wearing"; `topic` a noun phrase that the following questions are about;
            `statement` what the writer says is seen in the video.
        start: index of the first character.
        end: index after the last character.
    """

    role: SpanRole
    start: int
    end: int


class MessageTagger:
    """Bidirectional GRU over the words of a message, with a linear-chain CRF over BIO tags.

    Args:
        weights: float32 arrays by name, for P input units, H hidden units per direction, encoder
            states of size E and K tags: `features` (NUM_BUCKETS, P), `direct` (NUM_BUCKETS, K),
            `states.weight` (P, E), `states.bias` (P,); for each direction, `forward` and
            `backward`, the gates r, z and n in this order: `….input` (3 H, P), `….input_bias`
            (3 H,), `….hidden` (3 H, H), `….hidden_bias` (3 H,); `output.weight` (K, 2 H),
            `output.bias` (K,), `start` (K,), `transitions` (K, K).
    """

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._weights = weights

    @classmethod
    def load(cls, path: Path = FILE) -> MessageTagger:
        """Load the weights from a safetensors file and convert them to float32."""
        arrays, _ = load_arrays(path)
        return cls(arrays)

    def tag(self, text: str, encode: SentenceEncoder | None = None) -> tuple[MessageSpan, ...]:
        """Return the questions, indirect questions, topics and statements of a message, in order.

        Args:
            text: the message as typed.
            encode: sentence encoder; with None, only the hashed features are used, which costs
                accuracy.
        """
        words = split_words(text)
        if not words:
            return ()
        rows = message_features([text[start:end] for start, end in words])
        states = message_states(text, words, encode) if encode is not None else None
        tags = best_tags(self.logits(rows, states), self._weights["transitions"])
        return tuple(
            MessageSpan(role=SPAN_ROLES[role], start=start, end=end)
            for role, start, end in phrase_spans(words, tags)
        )

    def logits(
        self, rows: Sequence[Sequence[int]], states: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        """Return the tag logits (N, K) of N words from their features and encoder states (N, E)."""
        import numpy as np

        weights, buckets = self._weights, np.array(rows)
        inputs = weights["features"][buckets].sum(1)
        if states is not None:
            inputs = inputs + linear(states, weights["states.weight"], weights["states.bias"])
        inputs = np.maximum(inputs, 0)
        forward = _run_gru(inputs, weights, "forward")
        backward = _run_gru(inputs[::-1], weights, "backward")[::-1]
        hidden = np.concatenate([forward, backward], axis=1)
        logits = linear(hidden, weights["output.weight"], weights["output.bias"])
        logits += weights["direct"][buckets].sum(1)
        logits[0] += weights["start"]
        return logits


def _run_gru(
    inputs: NDArray[np.float32], weights: Mapping[str, NDArray[np.float32]], direction: str
) -> NDArray[np.float32]:
    """Return the hidden states (N, H) of a gated recurrent unit (Cho et al. 2014) over (N, P) inputs."""
    import numpy as np

    hidden_weight = weights[f"{direction}.hidden"]
    hidden_bias = weights[f"{direction}.hidden_bias"]
    size = hidden_weight.shape[1]
    gates = linear(inputs, weights[f"{direction}.input"], weights[f"{direction}.input_bias"])
    state = np.zeros(size, np.float32)
    states = []
    for gate in gates:
        recurrent = np.einsum("oi,i->o", hidden_weight, state) + hidden_bias
        reset, update = np.split(1 / (1 + np.exp(-(gate[: 2 * size] + recurrent[: 2 * size]))), 2)
        candidate = np.tanh(gate[2 * size :] + reset * recurrent[2 * size :])
        state = (1 - update) * candidate + update * state
        states.append(state)
    return np.stack(states)


@cache
def shipped_message_tagger() -> MessageTagger:
    """Return the tagger in `weights/intents/`, loaded once."""
    return MessageTagger.load()


def message_features(words: Sequence[str]) -> list[list[int]]:
    """Return the hashed features of the N words of a message: N rows of bucket numbers.

    Beside `context_features`: the first words of the word's sentence and clause, the mark at their
    ends, and the position in the clause. Clauses end at any mark, sentences at full stops, question
    and exclamation marks.
    """
    lower_words = [word.lower() for word in words]
    sentences = _segments(lower_words, _SENTENCE_MARKS)
    clauses = _segments(lower_words, _CLAUSE_MARKS)
    rows = []
    for place, row in enumerate(context_features(words)):
        sentence, clause = sentences[place], clauses[place]
        first = "_".join(lower_words[clause[0] : clause[0] + 2])
        clause_end, sentence_end = lower_words[clause[1] - 1], lower_words[sentence[1] - 1]
        position = min(place - clause[0], _MAX_POSITION)
        last = min(clause[1] - place, _MAX_POSITION)
        before = lower_words[clause[0] - 1] if clause[0] else "<s>"
        names = [
            f"clause={first}",
            f"clause1={lower_words[clause[0]]}",
            f"clause3={'_'.join(lower_words[clause[0] : clause[0] + 3])}",
            f"sentence={'_'.join(lower_words[sentence[0] : sentence[0] + 2])}",
            f"clause end={clause_end}",
            f"sentence end={sentence_end}",
            f"both={sentence_end}_{first}",
            f"position={position}",
            f"from end={last}_{clause_end}",
            f"place={position}_{lower_words[clause[0]]}_{sentence_end}",
            f"before={before}_{first}",
            f"first sentence={sentence[0] == 0}",
            f"last sentence={sentence[1] == len(words)}_{sentence_end}",
        ]
        rows.append(bucket_numbers([*row, *names]))
    return rows


def message_states(
    text: str, words: Sequence[tuple[int, int]], encode: SentenceEncoder
) -> NDArray[np.float32]:
    """Return (N, E) float32, the encoder state of each word of a message.

    A long message is encoded in pieces, which end at sentences where possible.

    Args:
        text: the message.
        words: N character spans, at least one, see `split_words`.
        encode: sentence encoder with states of size E.
    """
    import numpy as np

    states = []
    for first, last in _pieces([text[start:end] for start, end in words]):
        begin = words[first][0]
        spans = [(start - begin, end - begin) for start, end in words[first:last]]
        piece = text[begin : words[last - 1][1]]
        states.append(word_states(spans, encode(piece), reach=0))
    return np.concatenate(states)


def _segments(words: Sequence[str], marks: frozenset[str]) -> list[tuple[int, int]]:
    """Return for each of N words the segment (first word, end) that it is in; marks end segments."""
    segments: list[tuple[int, int]] = []
    first = 0
    for place, word in enumerate(words):
        is_end = word in marks and (place + 1 == len(words) or words[place + 1] not in marks)
        if is_end or place + 1 == len(words):
            segments += [(first, place + 1)] * (place + 1 - first)
            first = place + 1
    return segments


def _pieces(words: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pieces (first word, end) to encode, of at most `_MAX_ENCODED_WORDS` words each."""
    pieces: list[tuple[int, int]] = []
    first = 0
    while first < len(words):
        end = min(first + _MAX_ENCODED_WORDS, len(words))
        if end < len(words):
            ends = [n for n in range(first + 1, end) if words[n - 1] in _SENTENCE_MARKS]
            commas = [n for n in range(first + 1, end) if words[n - 1] in _CLAUSE_MARKS]
            end = (ends or commas or [end])[-1]
        pieces.append((first, end))
        first = end
    return pieces
