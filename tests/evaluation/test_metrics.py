from __future__ import annotations

import pytest

from vqa.evaluation import metrics


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The two dogs.", ("2", "dogs")),
        ("a man's hat", ("mans", "hat")),
        ("T-shirt", ("t", "shirt")),
        ("", ()),
        ("twenty", ("20",)),
        ("棕色 的 狗", ("棕色", "的", "狗")),
    ],
)
def test_normalized_words(text: str, words: tuple[str, ...]) -> None:
    assert metrics.normalized_words(text) == words


@pytest.mark.parametrize(
    ("answer", "accepted", "right"),
    [
        ("Three.", ["3"], True),
        ("in the park", ["in a park"], True),
        ("park bench", ["park"], False),
        ("Yes, there is a dog.", ["yes"], True),
        ("There is: yes", ["yes"], False),
        ("no", ["yes"], False),
        ("", ["yes"], False),
        ("yes", ["yes", "a dog"], True),
    ],
)
def test_an_answer_is_right_word_for_word(answer: str, accepted: list[str], right: bool) -> None:
    assert metrics.is_right(answer, accepted) is right


def test_a_sentence_may_contain_the_answer() -> None:
    assert metrics.contains_right("The man is in the park.", ["park"])
    assert not metrics.contains_right("The man is parking.", ["park"])
    assert not metrics.contains_right("I cannot say yes.", ["yes"])


def test_human_agreement_needs_three_of_ten() -> None:
    humans = {"Red": 1, "red": 1, "blue": 8}
    assert metrics.human_agreement("red", humans) == pytest.approx(2 / 3)
    assert metrics.human_agreement("the blue", humans) == 1.0
    assert metrics.human_agreement("green", humans) == 0.0


def test_score_has_an_interval_around_its_mean() -> None:
    found = metrics.score([1.0] * 60 + [0.0] * 40)
    assert found.accuracy == pytest.approx(0.6)
    assert found.n == 100
    # The normal approximation gives 0.6 ± 0.096.
    assert found.ci95[0] == pytest.approx(0.504, abs=0.03)
    assert found.ci95[1] == pytest.approx(0.696, abs=0.03)
    assert found == metrics.score([1.0] * 60 + [0.0] * 40), "the same draws every time"


def test_score_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        metrics.score([])


def test_margin_is_paired() -> None:
    """Equal verdicts leave no doubt about the difference, however few they are."""
    assert metrics.margin([1.0, 0.0, 1.0], [1.0, 0.0, 1.0]).ci95 == (0.0, 0.0)
    with pytest.raises(ValueError, match="argument"):
        metrics.margin([1.0], [1.0, 0.0])


def test_auroc_on_hand_computed_values() -> None:
    # Pairs (true, false): .8>.4, .8>.6, .5>.4, .5<.6 -> 3 of 4.
    assert metrics.auroc([0.8, 0.4, 0.5, 0.6], [True, False, True, False]) == pytest.approx(0.75)
    assert metrics.auroc([0.5, 0.5], [True, False]) == pytest.approx(0.5), "a tie counts half"
    assert metrics.auroc([0.5], [True]) is None


def test_calibration_on_hand_computed_values() -> None:
    confidences, right = [0.95, 0.95, 0.15, 0.15], [1.0, 0.0, 0.0, 0.0]
    # |0.95 - 0.5| * 2/4 + |0.15 - 0| * 2/4
    assert metrics.expected_calibration_error(confidences, right) == pytest.approx(0.3)
    bins = metrics.reliability(confidences, right)
    assert [one.confidence for one in bins] == pytest.approx([0.15, 0.95])
    assert [(one.accuracy, one.n) for one in bins] == [(0.0, 2), (0.5, 2)]
    assert metrics.expected_calibration_error([1.0], [1.0]) == 0.0
    assert metrics.expected_calibration_error([], []) is None
