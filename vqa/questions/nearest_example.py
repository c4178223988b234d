"""Intent of a sentence that no template fits: k-nearest neighbours among the table's examples in an embedding space."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from vqa.questions.intents import intents

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embedder = Callable[[Sequence[str]], NDArray[np.float32]]

_NEIGHBOURS = 5
# Lowest similarity at which an example decides; questions in the form of a question keep their fallback below the second one.
_MIN_SIMILARITY = 0.5
_MIN_SIMILARITY_OF_QUESTION = 0.72
_example_vectors: WeakKeyDictionary[object, NDArray[np.float32]] = WeakKeyDictionary()


def nearest_intent(text: str, embedder: Embedder, *, is_question: bool) -> tuple[str, float]:
    """Name of the intent of the nearest examples and their similarity, 0 to 1; an empty name where none is near enough.

    Args:
        text: the question in plain words.
        embedder: embeds texts as (N, D) unit vectors.
        is_question: whether the text has the form of a question about the video, which is then the default.
    """
    names, texts = _examples()
    owner = getattr(embedder, "__self__", embedder)
    vectors = _example_vectors.get(owner)
    if vectors is None:
        vectors = _example_vectors[owner] = embedder(texts)
    (query,) = embedder([text])
    similarities = vectors @ query
    order = similarities.argsort()[::-1][:_NEIGHBOURS]
    votes: defaultdict[str, float] = defaultdict(float)
    for row in order:
        votes[names[row]] += float(similarities[row]) ** 4
    best = max(votes, key=lambda name: votes[name])
    similarity = max(float(similarities[row]) for row in order if names[row] == best)
    threshold = _MIN_SIMILARITY_OF_QUESTION if is_question else _MIN_SIMILARITY
    return (best, similarity) if similarity >= threshold else ("", similarity)


def _examples() -> tuple[list[str], list[str]]:
    pairs = [(intent.name, text) for intent in intents().values() for text in intent.examples]
    return [name for name, _ in pairs], [text for _, text in pairs]
