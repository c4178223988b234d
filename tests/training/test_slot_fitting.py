"""Fitting the slot tagger to marked utterances."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vqa.questions.classifiers.intent_classifier import SentenceEncoding
from vqa.questions.classifiers.slot_tagger import SlotTagger
from vqa.training.marked_utterances import read_utterances
from vqa.training.slot_fitting import fit

LINES = """\
color\twhat color is the [S:car]
color\twhat color is the [S:red bus] there
color\tthe [S:truck], what color is it
choice\tis it a [O:dog] or a [O:cat]
choice\tis it a [O:big horse] or a [O:cow]
presence\tis there a [T:bike]
duration\thow long is it
"""


def encode(text: str) -> SentenceEncoding:
    """Encode each character as one token without information."""
    spans = np.array([[place, place + 1] for place in range(len(text))])
    return SentenceEncoding(
        vector=np.ones(4, np.float32),
        token_states=np.zeros((len(text), 4), np.float32),
        token_spans=spans,
    )


def test_marks_become_phrases_and_tags(tmp_path: Path) -> None:
    (tmp_path / "lines.tsv").write_text(LINES, encoding="utf-8")
    utterances = read_utterances(tmp_path / "lines.tsv")
    assert utterances[1].text == "what color is the red bus there"
    assert [phrase.text for phrase in utterances[1].phrases] == ["red bus"]
    assert utterances[1].tags() == [0, 0, 0, 0, 1, 2, 0]
    assert utterances[3].tags() == [0, 0, 0, 5, 0, 0, 5]


def test_a_fitted_tagger_finds_the_marked_phrases_again(tmp_path: Path) -> None:
    (tmp_path / "lines.tsv").write_text(LINES, encoding="utf-8")
    utterances = read_utterances(tmp_path / "lines.tsv")
    weights = {
        name: value.float().numpy() for name, value in fit(utterances, encode, epochs=150).items()
    }
    tagger = SlotTagger(weights)
    for utterance in utterances:
        assert tagger.tag(utterance.text, utterance.intent) == utterance.phrases
        assert (
            tagger.tag(utterance.text, utterance.intent, encode(utterance.text))
            == utterance.phrases
        )
