"""The message tagger: features, encoded pieces, the recurrent unit, and what the shipped weights find."""

from __future__ import annotations

import numpy as np
import pytest

from vqa.questions.classifiers.intent_classifier import NUM_BUCKETS, SentenceEncoding
from vqa.questions.classifiers.message_tagger import (
    message_features,
    message_states,
    shipped_message_tagger,
)
from vqa.questions.classifiers.tagging import best_tags, split_words


def spans_of(text: str) -> list[tuple[str, str]]:
    return [(span.role, text[span.start : span.end]) for span in shipped_message_tagger().tag(text)]


def test_features_know_the_marks_of_the_sentence() -> None:
    question = message_features("is it a dog ?".split())
    statement = message_features("is it a dog .".split())
    assert all(0 <= column < NUM_BUCKETS for row in question for column in row)
    assert len({len(row) for row in question}) == 1
    assert question[0] != statement[0]
    assert message_features([]) == []


def test_a_long_message_is_encoded_in_pieces_that_end_at_sentences() -> None:
    pieces: list[str] = []

    def encode(text: str) -> SentenceEncoding:
        pieces.append(text)
        spans = np.array(split_words(text))
        return SentenceEncoding(
            vector=np.zeros(2, np.float32),
            token_states=np.ones((len(spans), 2), np.float32),
            token_spans=spans,
        )

    text = f"{'I like my dog very much. ' * 8}Is there a cat?"
    words = split_words(text)
    states = message_states(text, words, encode)
    assert states.shape == (len(words), 2)
    assert (states == 1).all()
    assert len(pieces) == 2
    assert all(piece.endswith((".", "?")) for piece in pieces)


def test_transitions_decide_between_equal_logits() -> None:
    logits = np.zeros((2, 3), np.float32)
    transitions = np.zeros((3, 3), np.float32)
    transitions[1, 2] = 1
    assert best_tags(logits, transitions) == [1, 2]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (
            "I teach maths and my pupils love this. Could you tell me what the juggler drops at the end?",
            [("indirect", "what the juggler drops at the end")],
        ),
        (
            "Lovely, thanks. What color is her scarf, because my aunt has one like that and she lost it?",
            [("question", "What color is her scarf")],
        ),
        (
            "Thank you so much for your patience, I will show this to my husband when he comes home.",
            [],
        ),
        ("", []),
    ],
)
def test_spans_of_the_shipped_weights(text: str, spans: list[tuple[str, str]]) -> None:
    assert spans_of(text) == spans
