"""The parts and the questions of a message, for the tests."""

from __future__ import annotations

from functools import cache

from vqa.models.protocol import EncodesSentences
from vqa.models.registry import load
from vqa.questions.classifiers.intent_classifier import SentenceEncoder
from vqa.questions.messages.message_parts import split_message
from vqa.questions.messages.sentence_parts import MessagePart


def parts_of(text: str) -> list[MessagePart]:
    """Return all topics, remarks and questions of a message, in order."""
    return [
        part
        for question in split_message(text, sentence_encoder())
        for part in (*question.before, MessagePart(kind="question", text=question.text))
    ]


def wordings_of(text: str) -> tuple[str, ...]:
    """Return each question of a message after its topics and remarks."""
    return tuple(question.wording for question in split_message(text, sentence_encoder()))


@cache
def sentence_encoder() -> SentenceEncoder:
    """Return the sentence encoder of the embedded model."""
    model = load("fused", device="cpu")
    assert isinstance(model, EncodesSentences)
    return model.encode_sentence
