from __future__ import annotations

from math import exp, sqrt

import pytest

from vqa.training.cider import caption_words, cider_d

# Two pictures, a reference each. "a" is in both (idf 0); every other n-gram in one (idf ln 2).
REFERENCES = [["A dog runs ."], ["A cat sleeps ."]]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Equal words: cosine 1 for n = 1, 2, 3; there are no 4-grams.
        ("a dog runs", "a cat sleeps", (7.5, 7.5)),
        # {dog, sleeps} against {cat, sleeps}: 1/2 for n = 1, nothing longer shared.
        ("a dog runs", "a dog sleeps", (7.5, 10 * 0.5 / 4)),
        # One word short: cosines 1 and 1/sqrt 2, length penalty exp(-1/72).
        ("dog runs", "", (10 * (1 + 1 / sqrt(2)) / 4 * exp(-1 / 72), 0.0)),
        # Saying dog twice is clipped to once: 1 / (2 sqrt 2).
        ("dog dog", "a", (10 / (2 * sqrt(2)) / 4 * exp(-1 / 72), 0.0)),
    ],
)
def test_hand_computed_values(first: str, second: str, expected: tuple[float, float]) -> None:
    assert cider_d([first, second], REFERENCES) == pytest.approx(expected)


def test_references_are_averaged() -> None:
    references = [["a dog runs", "two men talk"], ["a cat sleeps"]]
    assert cider_d(["a dog runs", "x"], references)[0] == pytest.approx(7.5 / 2)


def test_captions_are_tokenized_without_punctuation() -> None:
    assert caption_words("A man's dog , T-shirt !") == ["a", "man's", "dog", "t", "shirt"]


def test_each_candidate_needs_references() -> None:
    with pytest.raises(ValueError, match="reference"):
        cider_d(["a"], [[]])
    with pytest.raises(ValueError, match="reference"):
        cider_d(["a"], [])
