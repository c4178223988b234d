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
def test_is_right_needs_an_exact_match_of_words(
    answer: str, accepted: list[str], right: bool
) -> None:
    assert metrics.is_right(answer, accepted) is right


def test_contains_right_accepts_a_sentence_with_the_answer() -> None:
    assert metrics.contains_right("The man is in the park.", ["park"])
    assert not metrics.contains_right("The man is parking.", ["park"])
    assert not metrics.contains_right("I cannot say yes.", ["yes"])
    assert not metrics.contains_right("", ["the"])


def test_vqa_accuracy_needs_three_of_ten_annotators() -> None:
    annotations = {"Red": 1, "red": 1, "blue": 8}
    assert metrics.vqa_accuracy("red", annotations) == pytest.approx(2 / 3)
    assert metrics.vqa_accuracy("the blue", annotations) == 1.0
    assert metrics.vqa_accuracy("green", annotations) == 0.0


def test_score_has_an_interval_around_its_mean() -> None:
    score = metrics.score([1.0] * 60 + [0.0] * 40)
    assert score.accuracy == pytest.approx(0.6)
    assert score.n == 100
    # The normal approximation gives 0.6 ± 0.096.
    assert score.ci95[0] == pytest.approx(0.504, abs=0.03)
    assert score.ci95[1] == pytest.approx(0.696, abs=0.03)
    assert score == metrics.score([1.0] * 60 + [0.0] * 40), "the draws are seeded"


def test_score_without_values_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        metrics.score([])


def test_margin_is_paired() -> None:
    """Equal values give an interval of width zero."""
    assert metrics.margin([1.0, 0.0, 1.0], [1.0, 0.0, 1.0]).ci95 == (0.0, 0.0)
    with pytest.raises(ValueError, match="argument"):
        metrics.margin([1.0], [1.0, 0.0])


def test_auroc_on_hand_computed_values() -> None:
    # Pairs (true, false): .8>.4, .8>.6, .5>.4, .5<.6 -> 3 of 4.
    assert metrics.auroc([0.8, 0.4, 0.5, 0.6], [True, False, True, False]) == pytest.approx(0.75)
    assert metrics.auroc([0.5, 0.5], [True, False]) == pytest.approx(0.5), "a tie counts half"
    assert metrics.auroc([0.5], [True]) is None


def test_calibration_on_hand_computed_values() -> None:
    confidences, correct = [0.95, 0.95, 0.15, 0.15], [1.0, 0.0, 0.0, 0.0]
    # |0.95 - 0.5| * 2/4 + |0.15 - 0| * 2/4
    assert metrics.expected_calibration_error(confidences, correct) == pytest.approx(0.3)
    bins = metrics.reliability(confidences, correct)
    assert [b.confidence for b in bins] == pytest.approx([0.15, 0.95])
    assert [(b.accuracy, b.n) for b in bins] == [(0.0, 2), (0.5, 2)]
    assert metrics.expected_calibration_error([1.0], [1.0]) == 0.0
    assert metrics.expected_calibration_error([], []) is None


def test_calibrated_confidences_of_few_answers_have_an_error_too() -> None:
    # A single answer of confidence 0.5 is 0.5 away from right and from wrong.
    assert metrics.calibrated_calibration_error([0.5]) == pytest.approx(0.5)
    # Two in a bin: half of the draws have one of two right (0), the others both or none (0.5).
    assert metrics.calibrated_calibration_error([0.5, 0.5]) == pytest.approx(0.25, abs=0.02)
    assert metrics.calibrated_calibration_error([0.0, 1.0]) == 0.0
    confidences = [0.05 + 0.1 * (number % 10) for number in range(100)]
    few = metrics.calibrated_calibration_error(confidences)
    many = metrics.calibrated_calibration_error(confidences * 25)
    assert few is not None
    assert many is not None
    assert few == pytest.approx(5 * many, rel=0.05)
    assert metrics.calibrated_calibration_error([]) is None
