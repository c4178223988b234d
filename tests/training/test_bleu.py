from __future__ import annotations

import pytest
from sacrebleu.metrics import BLEU

from vqa.training.bleu import SentenceBleu

_REFERENCES = ["a dog runs on the wet beach", "the brown dog is running along a beach"]


@pytest.mark.parametrize(
    "caption",
    [
        "a dog runs on the beach",
        "a dog",
        "a a a a a a dog",
        "the brown dog is running along a beach",
    ],
)
def test_scores_equal_those_of_sacrebleu(caption: str) -> None:
    sacrebleu = BLEU(smooth_method="add-k", smooth_value=1, tokenize="none")
    expected = sacrebleu.sentence_score(caption, _REFERENCES).score / 100
    ours = SentenceBleu([[s.split() for s in _REFERENCES]]).score(caption.split(), 0)
    assert ours == pytest.approx(expected, rel=1e-6)


def test_a_caption_without_common_words_scores_zero() -> None:
    measure = SentenceBleu([[s.split() for s in _REFERENCES], [["two", "cats"]]])
    assert measure.score(["purple", "elephants"], 0) == measure.score([], 0) == 0
    assert measure.score(["two", "cats"], 1) > measure.score(["two", "cats"], 0)
