from __future__ import annotations

import pytest

from vqa.models.protocol import EncodesSentences
from vqa.models.registry import load
from vqa.questions.classifiers.follow_up_classifier import OPERATIONS, classify_follow_up
from vqa.questions.follow_ups.coreference import follow_up_text

# Messages that are no examples of the training file.
MESSAGES = [
    ("verify", "yes", "does he own a boat", "self"),
    ("presence", "no", "and a trampoline?", "noun"),
    ("color", "red", "what about her umbrella", "noun"),
    ("verify", "yes", "using what", "phrase"),
    ("action", "painting", "with which brush", "phrase"),
    ("presence", "yes", "how many tho", "phrase"),
    ("verify", "yes", "the entire day?", "detail"),
    ("verify", "no", "shivering?", "verb"),
    ("verify", "no", "in the last minute?", "time"),
    ("identify", "lamp", "underneath the desk?", "place"),
    ("identify", "cup", "plastic or glass", "options"),
    ("order", "a man sits down", "what comes next", "next"),
    ("count", "3", "i see five of them", "correct"),
]


@pytest.mark.parametrize(("intent", "answer", "text", "operation"), MESSAGES)
def test_messages_of_new_wording_are_classified(
    intent: str, answer: str, text: str, operation: str
) -> None:
    model = load("fused", device="cpu")
    assert isinstance(model, EncodesSentences)
    probabilities = classify_follow_up(follow_up_text(text), intent, answer, model.encode_sentence)
    assert next(iter(probabilities)) == operation
    assert set(probabilities) == set(OPERATIONS)
    assert sum(probabilities.values()) == pytest.approx(1)


def test_the_answer_before_a_message_counts() -> None:
    after_number = classify_follow_up("all girls?", "count", "five", None)
    after_no = classify_follow_up("all girls?", "presence", "no", None)
    assert after_number["verb"] > after_no["verb"]


def test_then_is_kept_in_a_message_without_other_words() -> None:
    assert follow_up_text("and then?") == "and then"
    assert follow_up_text("ok and the cat then?") == "the cat?"
