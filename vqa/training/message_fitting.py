"""Training of the message tagger: `python -m vqa.training.message_fitting [--out FILE]`.

Examples are the marked messages of `vqa/questions/classifiers/messages.txt`, one per line: `[Q:…]` marks a
question, `[I:…]` an indirect question, `[T:…]` a topic, `[S:…]` a statement about the video. The loss
is the negative log-likelihood of a linear-chain CRF (Lafferty et al. 2001), minimized by AdamW with
linear learning-rate decay. The encoder states of a random sixth of the messages are masked, so that
the hashed features alone suffice, too.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from vqa.questions.classifiers import message_tagger
from vqa.questions.classifiers.intent_classifier import NUM_BUCKETS, SentenceEncoder
from vqa.questions.classifiers.message_tagger import (
    NUM_TAGS,
    SPAN_ROLES,
    message_features,
    message_states,
)
from vqa.questions.classifiers.tagging import split_words
from vqa.training.fitting_command import run_fitting
from vqa.training.marked_text import Span, bio_tags, remove_marks
from vqa.training.marked_utterances import read_utterances

MESSAGES = Path(message_tagger.__file__).with_name("messages.txt")
_LETTERS = "".join(role[0].upper() for role in SPAN_ROLES)
_EPOCHS = 30
_LEARNING_RATE = 3e-3
_WEIGHT_DECAY = 0.01
_STATE_DROPOUT = 0.15
_DROPOUT = 0.4
_NUM_INPUTS = 64
_NUM_HIDDEN = 96
_BATCH = 16
_MIN_QUESTION_WORDS = 7
_NEVER = -1e4  # logit of a transition that BIO tags exclude


@dataclass(frozen=True, kw_only=True)
class MarkedMessage:
    """Message with its marked phrases.

    Args:
        text: the text without the marks.
        spans: role (an index of `SPAN_ROLES`), start and end of each phrase, in order.
    """

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True)
class _Example:
    """Training data of a message of N words: features (N, F), encoder states (N, E) and tags (N,)."""

    features: Tensor
    states: Tensor
    tags: Tensor


def read_messages(path: Path = MESSAGES) -> list[MarkedMessage]:
    """Read a UTF-8 file of marked messages, one per line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    marked_texts = [remove_marks(line, _LETTERS) for line in lines]
    return [MarkedMessage(text=text, spans=tuple(spans)) for text, spans in marked_texts]


class TaggerNetwork(nn.Module):
    """Trainable network of `vqa.questions.classifiers.message_tagger.MessageTagger`, with dropout.

    Args:
        state_dim: size E of the encoder states.
    """

    def __init__(self, state_dim: int) -> None:
        super().__init__()
        self.features = nn.EmbeddingBag(NUM_BUCKETS, _NUM_INPUTS, mode="sum")
        nn.init.normal_(self.features.weight, 0, 0.02)
        self.direct = nn.EmbeddingBag(NUM_BUCKETS, NUM_TAGS, mode="sum")
        nn.init.zeros_(self.direct.weight)
        self.states = nn.Linear(state_dim, _NUM_INPUTS)
        self.gru = nn.GRU(_NUM_INPUTS, _NUM_HIDDEN, batch_first=True, bidirectional=True)
        self.output = nn.Linear(2 * _NUM_HIDDEN, NUM_TAGS)
        self.dropout = nn.Dropout(_DROPOUT)
        self.start = nn.Parameter(torch.zeros(NUM_TAGS))
        self.transitions = nn.Parameter(torch.zeros(NUM_TAGS, NUM_TAGS))
        bans = torch.zeros(NUM_TAGS, NUM_TAGS)
        for inside in range(2, NUM_TAGS, 2):
            bans[:, inside] = _NEVER
            bans[[inside - 1, inside], inside] = 0
        self.bans = bans

    def forward(self, features: Tensor, states: Tensor, lengths: Tensor, mask: Tensor) -> Tensor:
        """Return the tag logits of B messages of up to N words, (B, N, K) float32.

        Args:
            features: (B, N, F) int64, bucket numbers of the F hashed features of each word.
            states: (B, N, E) float32, encoder states.
            lengths: (B,) int64, numbers of words.
            mask: (B, 1, 1) float32; 0 masks the encoder states of a message, 1 keeps them.
        """
        batch, words, width = features.shape
        flat = features.view(-1, width)
        hidden = self.features(flat).view(batch, words, -1)
        hidden = hidden + mask * self.states(self.dropout(states))
        sequences = nn.utils.rnn.pack_padded_sequence(
            self.dropout(hidden.relu()), lengths, batch_first=True, enforce_sorted=False
        )
        outputs, _ = nn.utils.rnn.pad_packed_sequence(
            self.gru(sequences)[0], batch_first=True, total_length=words
        )
        logits: Tensor = self.output(self.dropout(outputs))
        return logits + self.direct(flat).view(batch, words, -1)

    def loss(self, logits: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
        """Return the mean negative log-likelihood of the tags (B, N) of B messages, a scalar."""
        transitions = self.transitions + self.bans
        rows = torch.arange(len(tags))
        log_sums = logits[:, 0] + self.start
        scores = log_sums[rows, tags[:, 0]]
        for place in range(1, logits.shape[1]):
            is_word = place < lengths
            sums = torch.logsumexp(log_sums[:, :, None] + transitions, 1) + logits[:, place]
            log_sums = torch.where(is_word[:, None], sums, log_sums)
            step = (
                logits[rows, place, tags[:, place]]
                + transitions[tags[:, place - 1], tags[:, place]]
            )
            scores = scores + torch.where(is_word, step, torch.zeros_like(step))
        return (torch.logsumexp(log_sums, 1) - scores).mean()

    def weights(self) -> dict[str, Tensor]:
        """Return float16 tensors by name, see `MessageTagger`."""
        tensors = {
            "features": self.features.weight,
            "direct": self.direct.weight,
            "states.weight": self.states.weight,
            "states.bias": self.states.bias,
            "output.weight": self.output.weight,
            "output.bias": self.output.bias,
            "start": self.start,
            "transitions": self.transitions,
        }
        for direction, suffix in (("forward", ""), ("backward", "_reverse")):
            for part, name in (("input", "ih"), ("hidden", "hh")):
                tensors[f"{direction}.{part}"] = getattr(self.gru, f"weight_{name}_l0{suffix}")
                tensors[f"{direction}.{part}_bias"] = getattr(self.gru, f"bias_{name}_l0{suffix}")
        return {name: value.detach().half().contiguous() for name, value in tensors.items()}


def fit(
    messages: Sequence[MarkedMessage], encoder: SentenceEncoder, *, epochs: int = _EPOCHS
) -> dict[str, Tensor]:
    """Train the message tagger.

    The random generators are seeded with 0, so that the result is always the same.

    Args:
        messages: marked messages, at least one, each with a word.
        encoder: sentence encoder.
        epochs: number of passes over all messages.

    Returns:
        float16 tensors by name, see `weights` of `vqa.questions.classifiers.message_tagger.MessageTagger`.
    """
    torch.manual_seed(0)
    rng = random.Random(0)
    examples = [_example(message, encoder) for message in messages]
    network = TaggerNetwork(examples[0].states.shape[1])
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY
    )
    steps = epochs * -(-len(examples) // _BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for _ in range(epochs):
        # Messages of similar lengths share a batch.
        order = sorted(examples, key=lambda one: len(one.tags) + 8 * rng.random())
        batches = [order[first : first + _BATCH] for first in range(0, len(order), _BATCH)]
        rng.shuffle(batches)
        for batch in batches:
            features, states, tags = (
                nn.utils.rnn.pad_sequence([getattr(one, name) for one in batch], batch_first=True)
                for name in ("features", "states", "tags")
            )
            lengths = torch.tensor([len(one.tags) for one in batch])
            mask = (torch.rand(len(batch), 1, 1) > _STATE_DROPOUT).float()
            loss = network.loss(network(features, states, lengths, mask), tags, lengths)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return network.weights()


def _example(message: MarkedMessage, encoder: SentenceEncoder) -> _Example:
    """Return the training data of a message."""
    words = split_words(message.text)
    rows = message_features([message.text[start:end] for start, end in words])
    return _Example(
        features=torch.tensor(rows),
        states=torch.from_numpy(message_states(message.text, words, encoder)),
        tags=torch.tensor(bio_tags(words, message.spans)),
    )


def _fit_messages(
    messages: Sequence[MarkedMessage], encoder: SentenceEncoder
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return `fit` of the messages and of long utterances that are one question; no metadata."""
    questions = [
        MarkedMessage(text=one.text, spans=((0, 0, len(one.text.rstrip(" .?!"))),))
        for one in read_utterances()
        if len(one.text.split()) >= _MIN_QUESTION_WORDS and not _NO_PLAIN_QUESTION.search(one.text)
    ]
    return fit([*(one for one in messages if split_words(one.text)), *questions], encoder), {}


# Utterances with words around the question, or of intents that ask nothing, are left out.
_NO_PLAIN_QUESTION = re.compile(
    r"[,.;:!][^$]|\b(?:tell|know|wonder|curious|say|idea|clue|sure|check|please|pls|thanks|thank|hi|hello|hey|i|i'm|im|my|me|we|you|u|your|no|wrong|ok|yes)\b",
    re.IGNORECASE,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: train the tagger, write its weights in float16, and return 0.

    `argv` None means the arguments of the process; see `run_fitting`.
    """
    return run_fitting(
        argv,
        program="vqa.training.message_fitting",
        noun="message tagger",
        examples=MESSAGES,
        read=read_messages,
        out=message_tagger.FILE,
        fit=_fit_messages,
    )


if __name__ == "__main__":
    raise SystemExit(main())
