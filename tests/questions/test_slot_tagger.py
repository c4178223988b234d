"""The slot tagger: words, features, the decoding of tags, and the phrases that the shipped weights find."""

from __future__ import annotations

import numpy as np
import pytest

from vqa.questions.classifiers.intent_classifier import NUM_BUCKETS, SentenceEncoding
from vqa.questions.classifiers.slot_tagger import (
    NUM_TAGS,
    SlotTagger,
    shipped_tagger,
    word_features,
)
from vqa.questions.classifiers.tagging import split_words, word_states


def words_of(text: str) -> list[str]:
    return [text[start:end] for start, end in split_words(text)]


def test_words_keep_apostrophes_and_hyphens() -> None:
    assert words_of("What's the T-shirt's color?") == ["What's", "the", "T-shirt's", "color", "?"]


def test_features_depend_on_the_neighbours_and_the_intent() -> None:
    first = word_features(["the", "dog"], "color")
    assert all(0 <= column < NUM_BUCKETS for row in first for column in row)
    assert len({len(row) for row in first}) == 1
    assert first[1] != word_features(["a", "dog"], "color")[1]
    assert first[1] != word_features(["the", "dog"], "count")[1]


def test_states_of_a_word_are_the_mean_of_its_tokens_between_its_neighbours() -> None:
    encoding = SentenceEncoding(
        vector=np.zeros(2, np.float32),
        token_states=np.array([[9, 9], [1, 0], [3, 0], [0, 5]], np.float32),
        token_spans=np.array([[0, 0], [0, 2], [2, 4], [5, 8]]),
    )
    states = word_states([(0, 4), (5, 8)], encoding)
    assert states.tolist() == [[0, 0, 2, 0, 0, 5], [2, 0, 0, 5, 0, 0]]


def test_a_phrase_is_never_continued_before_it_begins() -> None:
    weights = np.zeros((NUM_BUCKETS, NUM_TAGS), np.float32)
    weights[:, 2] = 1  # every word would rather continue a subject
    tagger = SlotTagger({"features": weights})
    (phrase,) = tagger.tag("a red car", "color")
    assert (phrase.role, phrase.text, phrase.start) == ("subject", "a red car", 0)


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("what is the plumber doing under the sink", "action", [("subject", "plumber")]),
        ("could you check whether there is an umbrella", "presence", [("target", "umbrella")]),
        (
            "is it a tractor or a forklift?",
            "choice",
            [("option", "tractor"), ("option", "forklift")],
        ),
        ("how long is the video?", "duration", []),
        ("", "describe", []),
    ],
)
def test_phrases_of_the_shipped_weights(
    text: str, intent: str, expected: list[tuple[str, str]]
) -> None:
    phrases = shipped_tagger().tag(text, intent)
    assert [(phrase.role, phrase.text) for phrase in phrases] == expected
    assert all(text[phrase.start : phrase.end] == phrase.text for phrase in phrases)
