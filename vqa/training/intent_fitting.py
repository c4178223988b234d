"""Training of the intent classifier: `python -m vqa.training.intent_fitting [--out FILE]`.

Multinomial logistic regression on the utterances of `vqa/questions/classifiers/utterances.tsv`. In each step,
the sentence embedding of a random quarter of the utterances is set to zero, so that the n-gram
features alone suffice, too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vqa.questions.classifiers import intent_classifier
from vqa.questions.classifiers.intent_classifier import (
    EMBEDDING_SCALE,
    NUM_BUCKETS,
    SentenceEncoder,
    ngram_features,
)
from vqa.training.fitting_command import run_fitting
from vqa.training.marked_utterances import UTTERANCES, MarkedUtterance, read_utterances

_EPOCHS = 120
_LEARNING_RATE = 0.05
_L2 = 3e-6
_LABEL_SMOOTHING = 0.05
_EMBEDDING_DROPOUT = 0.25


def fit(
    ngrams: Tensor, embeddings: Tensor, labels: Tensor, *, num_intents: int, epochs: int = _EPOCHS
) -> tuple[Tensor, Tensor, Tensor]:
    """Fit a multinomial logistic regression by full-batch Adam with linear learning-rate decay.

    torch's global random generator is seeded with 0, so that the result is always the same.

    Args:
        ngrams: (N, F) sparse float32, the F n-gram features of N sentences.
        embeddings: (N, E) float32, sentence embeddings of size E times `EMBEDDING_SCALE`.
        labels: (N,) int64, index of each sentence's intent, from 0.
        num_intents: number of intents, K.
        epochs: number of optimizer steps, each over all rows.

    Returns:
        float32 weights (F, K) of the n-grams, weights (E, K) of the embeddings, and bias (K,).
    """
    torch.manual_seed(0)
    shapes = [(ngrams.shape[1], num_intents), (embeddings.shape[1], num_intents), (num_intents,)]
    weights, dense, bias = parameters = [torch.zeros(shape, requires_grad=True) for shape in shapes]
    optimizer = torch.optim.Adam(parameters, lr=_LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 - epoch / epochs)
    for _ in range(epochs):
        embedding_mask = (torch.rand(len(labels), 1) > _EMBEDDING_DROPOUT).float()
        logits = torch.sparse.mm(ngrams, weights) + (embeddings * embedding_mask) @ dense + bias
        loss = functional.cross_entropy(logits, labels, label_smoothing=_LABEL_SMOOTHING)
        loss = loss + _L2 * (weights.square().sum() + dense.square().sum())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return weights.detach(), dense.detach(), bias.detach()


def sparse_features(sentences: Sequence[str]) -> Tensor:
    """Return the n-gram features of N sentences, sparse (N, F) float32 with F = 2 * NUM_BUCKETS.

    At least one sentence must have a feature.
    """
    entries = [
        (row, column, value)
        for row, sentence in enumerate(sentences)
        for column, value in ngram_features(sentence).items()
    ]
    places = torch.tensor([[row for row, _, _ in entries], [column for _, column, _ in entries]])
    values = torch.tensor([value for _, _, value in entries])
    size = (len(sentences), 2 * NUM_BUCKETS)
    return torch.sparse_coo_tensor(places, values, size, check_invariants=True).coalesce()


def fit_classifier(
    texts: Sequence[str], embeddings: Tensor, labels: Sequence[str]
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Fit a classifier of texts; return what `IntentClassifier.load` reads.

    Args:
        texts: N texts, from which the n-gram features are made.
        embeddings: (N, E) float32, sentence embeddings of size E.
        labels: N class names.

    Returns:
        float16 weights `ngrams` (K, F), `embedding` (K, E) and `bias` (K,), and as metadata
            `intents`, a JSON list of the K class names in alphabetical order, that of the rows.
    """
    names = sorted(set(labels))
    rows = torch.tensor([names.index(label) for label in labels])
    weights, dense, bias = fit(
        sparse_features(texts), EMBEDDING_SCALE * embeddings, rows, num_intents=len(names)
    )
    tensors = {
        "ngrams": weights.T.half().contiguous(),
        "embedding": dense.T.half().contiguous(),
        "bias": bias.half(),
    }
    return tensors, {"intents": json.dumps(names)}


def _fit_utterances(
    utterances: Sequence[MarkedUtterance], encoder: SentenceEncoder
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return `fit_classifier` of the utterances and their intents."""
    sentences = [utterance.text for utterance in utterances]
    embeddings = torch.from_numpy(np.stack([encoder(sentence).vector for sentence in sentences]))
    return fit_classifier(sentences, embeddings, [utterance.intent for utterance in utterances])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line: fit the classifier, write its weights in float16, and return 0.

    `argv` None means the arguments of the process; see `run_fitting`.
    """
    return run_fitting(
        argv,
        program="vqa.training.intent_fitting",
        noun="intent classifier",
        examples=UTTERANCES,
        read=read_utterances,
        out=intent_classifier.FILE,
        fit=_fit_utterances,
    )


if __name__ == "__main__":
    raise SystemExit(main())
