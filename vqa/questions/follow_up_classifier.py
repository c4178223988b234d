"""Follow-up classifier: what a message does to the latest question, such as naming another thing.

`python -m vqa.training.follow_up_fitting` fits the weights in `weights/intents/` to the examples of
`vqa/questions/follow_ups.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from vqa import settings
from vqa.english import COLOURS, NUMBERS
from vqa.questions.intent_classifier import IntentClassifier, SentenceEncoder

FILE = settings.bundled_weights() / "intents" / "follow_up_classifier.safetensors"
# What a message does; `self` leaves it as it is but for its pronouns.
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
    """Return the probability that a message does each of `OPERATIONS` to the question before it.

    The most probable operation comes first; the values sum to 1.

    Args:
        text: the normalized message, see `vqa.questions.coreference.follow_up_text`.
        intent: intent of the latest question.
        answer: bare answer to it; may be empty.
        encode: sentence encoder; with None, only hashed features are used, which costs accuracy.
    """
    encoding = encode(text) if encode is not None else None
    return _shipped_classifier().classify(features_of(text, intent, answer), encoding)


def features_of(text: str, intent: str, answer: str) -> str:
    """Return a message preceded by the intent and the kind of the answer before it, as two words.

    "where?" after "yes" to a question about presence is "prevpresence ansyes where?". The hashed
    n-grams of this text are the features of the classifier.
    """
    return f"prev{intent.replace('_', '')} ans{_answer_kind(answer)} {text}"


def _answer_kind(answer: str) -> str:
    """Return the kind of a bare answer, such as "yes", "no", "time", "number" or "color".

    "refusal" for one that begins with "I", "doing" for a verb in -ing, "none" for an empty one; for
    any other "word" up to two words, else "words".
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
    if words[0] == "i":
        return "refusal"
    if words[0].endswith("ing"):
        return "doing"
    return "words" if len(words) > 2 else "word"


@cache
def _shipped_classifier() -> IntentClassifier:
    """Return the classifier in `weights/intents/`, loaded once."""
    return IntentClassifier.load(FILE)
