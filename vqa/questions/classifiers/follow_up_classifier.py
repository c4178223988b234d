"""Follow-up classifier: the operation of a message on the latest question, such as `noun`.

`python -m vqa.training.follow_up_fitting` fits the weights in `weights/intents/` to the examples of
`vqa/questions/classifiers/follow_ups.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from vqa import settings
from vqa.english import COLOURS, NUMBERS
from vqa.questions.classifiers.intent_classifier import IntentClassifier, SentenceEncoder
from vqa.text_words import is_first_person

FILE = settings.bundled_weights() / "intents" / "follow_up_classifier.safetensors"
# What a message does to the latest question, by the name of the operation, with an example.
OPERATIONS = {
    "self": "complete but for its pronouns, or about the conversation",
    "noun": "the same question for another thing: and the cat?",
    "phrase": "a question phrase without a verb: with whom?",
    "detail": "an addition to a yes/no question: the whole time?",
    "verb": "another verb or property: running?",
    "time": "the same question for another time: and later?",
    "place": "the same question for another place: behind it?",
    "options": "alternatives: red or blue?",
    "next": "what comes next or before: and then?",
    "correct": "contradicts the answer: i count four",
}
_CLOCK = re.compile(r"\d+:\d\d")


def classify_follow_up(
    text: str, intent: str, answer: str, encode: SentenceEncoder | None
) -> Mapping[str, float]:
    """Return the probability, 0 to 1, of each of `OPERATIONS` for a message after a question.

    In descending order; the values sum to 1. "and the toy?" has "noun" first.

    Args:
        text: the normalized message, see `vqa.questions.follow_ups.coreference.follow_up_text`.
        intent: intent of the latest question.
        answer: text of the answer to it; may be empty.
        encode: sentence encoder; None classifies by n-grams alone, which costs accuracy.
    """
    encoding = encode(text) if encode is not None else None
    return _shipped_classifier().classify(classifier_text(text, intent, answer), encoding)


def classifier_text(text: str, intent: str, answer: str) -> str:
    """Return the text whose n-grams are classified: two words for the turn before, the message.

    The two words stand for the intent and the class of the answer: "where?" after "is there a
    dog?", "yes" -> "prevpresence ansyes where?".

    Args:
        text: the normalized message.
        intent: intent of the latest question.
        answer: text of the answer to it; may be empty.
    """
    return f"prev{intent.replace('_', '')} ans{_answer_class(answer)} {text}"


def _answer_class(answer: str) -> str:
    """Return the class of an answer: "yes", "no", "time", "number", "color", "refusal" and so on.

    "refusal" begins with "I", "doing" with a verb in -ing, "none" is an empty answer, "word" any
    other answer of one or two words, "words" a longer one.
    """
    words = answer.lower().strip(" .").split()
    if not words:
        return "none"
    if words[0].rstrip(",") in ("yes", "no"):
        return words[0].rstrip(",")
    if _CLOCK.match(words[0]):
        return "time"
    if words[0].isdigit() or words[0] in NUMBERS:
        return "number"
    if words[-1] in COLOURS:
        return "color"
    if is_first_person(words[0]):
        return "refusal"
    if words[0].endswith("ing"):
        return "doing"
    return "words" if len(words) > 2 else "word"


@cache
def _shipped_classifier() -> IntentClassifier:
    """Return the follow-up classifier of the package, from `FILE`; loaded at the first call."""
    return IntentClassifier.load(FILE)
