"""Training of the slot tagger: `python -m vqa.training.slot_fitting [--out FILE]`.

Cross-entropy over the BIO tags of each word, minimized by AdamW with linear learning-rate decay. In
each step, the encoder states of a random quarter of the words are masked, so that the hashed
features alone suffice, too.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vqa.questions.classifiers import slot_tagger
from vqa.questions.classifiers.intent_classifier import NUM_BUCKETS, SentenceEncoder
from vqa.questions.classifiers.slot_tagger import NUM_TAGS, word_features
from vqa.questions.classifiers.tagging import split_words, word_states
from vqa.training.fitting_command import run_fitting
from vqa.training.marked_utterances import UTTERANCES, MarkedUtterance, read_utterances

_EPOCHS = 25
_LEARNING_RATE = 3e-3
_WEIGHT_DECAY = 0.01
_LABEL_SMOOTHING = 0.02
_STATE_DROPOUT = 0.25
_HIDDEN_DROPOUT = 0.3
_NUM_HIDDEN = 128
_BATCH = 256


class TaggerNetwork(nn.Module):
    """Trainable network of `vqa.questions.classifiers.slot_tagger.SlotTagger`, with dropout.

    Args:
        state_dim: 3 E for an encoder of state size E: the states of a word and its two neighbors.
    """

    def __init__(self, state_dim: int) -> None:
        super().__init__()
        self.features = nn.EmbeddingBag(NUM_BUCKETS, NUM_TAGS, mode="sum")
        nn.init.zeros_(self.features.weight)
        self.hidden = nn.Linear(state_dim, _NUM_HIDDEN)
        self.dropout = nn.Dropout(_HIDDEN_DROPOUT)
        self.output = nn.Linear(_NUM_HIDDEN, NUM_TAGS)

    def forward(self, features: Tensor, states: Tensor, mask: Tensor) -> Tensor:
        """Return the tag logits of N words, (N, NUM_TAGS) float32.

        Args:
            features: (N, F) int64, bucket numbers of the F hashed features of each word.
            states: (N, 3 E) float32, see `vqa.questions.classifiers.tagging.word_states`.
            mask: (N, 1) float32; 0 masks the states of a word, 1 keeps them.
        """
        hidden_states = self.dropout(self.hidden(states).relu())
        logits: Tensor = self.features(features) + mask * self.output(hidden_states)
        return logits


def fit(
    utterances: Sequence[MarkedUtterance], encoder: SentenceEncoder, *, epochs: int = _EPOCHS
) -> dict[str, Tensor]:
    """Train the slot tagger on all words of the utterances.

    torch's global random generator is seeded with 0, so that the result is always the same.

    Args:
        utterances: labeled utterances, at least one, each with a word.
        encoder: sentence encoder.
        epochs: number of passes over all words.

    Returns:
        float16 tensors by name, see `weights` of `vqa.questions.classifiers.slot_tagger.SlotTagger`.
    """
    torch.manual_seed(0)
    features, states, tags = _words_of(utterances, encoder)
    network = TaggerNetwork(states.shape[1])
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY
    )
    steps = epochs * -(-len(tags) // _BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for _ in range(epochs):
        for rows in torch.randperm(len(tags)).split(_BATCH):
            mask = (torch.rand(len(rows), 1) > _STATE_DROPOUT).float()
            logits = network(features[rows], states[rows], mask)
            loss = functional.cross_entropy(logits, tags[rows], label_smoothing=_LABEL_SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    weights = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    return {name.replace("features.weight", "features"): value for name, value in weights.items()}


def _words_of(
    utterances: Sequence[MarkedUtterance], encoder: SentenceEncoder
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the training data of all N words of the utterances.

    Returns:
        Bucket numbers of hashed features (N, F) int64, encoder states (N, 3 E) float32, and BIO
        tags (N,) int64.
    """
    features: list[list[int]] = []
    states: list[Tensor] = []
    tags: list[int] = []
    for utterance in utterances:
        words = split_words(utterance.text)
        features += word_features(
            [utterance.text[start:end] for start, end in words], utterance.intent
        )
        states.append(torch.from_numpy(word_states(words, encoder(utterance.text))))
        tags += utterance.tags()
    return torch.tensor(features), torch.cat(states), torch.tensor(tags)


def _fit_utterances(
    utterances: Sequence[MarkedUtterance], encoder: SentenceEncoder
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return `fit` of the utterances that contain a word, and no metadata."""
    return fit([one for one in utterances if split_words(one.text)], encoder), {}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: train the tagger, write its weights in float16, and return 0.

    `argv` None means the arguments of the process; see `run_fitting`.
    """
    return run_fitting(
        argv,
        program="vqa.training.slot_fitting",
        noun="slot tagger",
        examples=UTTERANCES,
        read=read_utterances,
        out=slot_tagger.FILE,
        fit=_fit_utterances,
    )


if __name__ == "__main__":
    raise SystemExit(main())
