from __future__ import annotations

import pytest
from sacrebleu.metrics import BLEU

from vqa.training.bleu import SentenceBleu

_SAID = ["a dog runs on the wet beach", "the brown dog is running along a beach"]


@pytest.mark.parametrize(
    "caption",
    [
        "a dog runs on the beach",
        "a dog",
        "a a a a a a dog",
        "the brown dog is running along a beach",
    ],
)
def test_it_is_the_known_measure(caption: str) -> None:
    known = BLEU(smooth_method="add-k", smooth_value=1, tokenize="none")
    expected = known.sentence_score(caption, _SAID).score / 100
    ours = SentenceBleu([[s.split() for s in _SAID]]).score(caption.split(), 0)
    assert ours == pytest.approx(expected, rel=1e-6)


def test_what_nobody_said_is_worth_nothing() -> None:
    measure = SentenceBleu([[s.split() for s in _SAID], [["two", "cats"]]])
    assert measure.score(["purple", "elephants"], 0) == measure.score([], 0) == 0
    assert measure.score(["two", "cats"], 1) > measure.score(["two", "cats"], 0)
