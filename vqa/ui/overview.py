"""Suggested questions that the model answers confidently about a video."""

from __future__ import annotations

from vqa.answering.answer import QuestionTurn
from vqa.models.protocol import Describes, Judges, Prepares, VideoContext, VideoQAModel

_NUM_QUESTIONS = 3
_MIN_CONFIDENCE = 0.75
# Tried in this order; a question is suggested only where the model is confident of its own answer.
_CANDIDATES = (
    "What animal is this?",
    "What is happening?",
    "What is the person doing?",
    "Where is this?",
    "How many people are there?",
    "When do you see a person?",
    "What vehicle is this?",
    "Is there a person?",
    "Is it indoors or outdoors?",
)
# These are answered from the file, so that they are always right.
_FACTS = ("How long is the video?", "How many shots are there?", "Does the video have sound?")


def can_suggest(model: VideoQAModel) -> bool:
    """Whether a model describes single frames and estimates its confidence.

    The embedded model does both, and fast enough to try several questions per video.
    """
    return isinstance(model, Describes) and isinstance(model, (Judges, Prepares))


def suggest_questions(context: VideoContext, model: VideoQAModel) -> tuple[str, ...]:
    """Return three questions to suggest about a video, in English.

    First at most two that the model answers with a confidence of at least 0.75 and not with "no",
    then questions about facts of the file, such as its length.

    Args:
        context: the encoded video.
        model: the model that encoded it; `can_suggest` must be true for it.
    """
    questions: list[str] = []
    for text in _CANDIDATES:
        if len(questions) == _NUM_QUESTIONS - 1:
            break
        if _is_answered_confidently(context, model, text):
            questions.append(text)
    return tuple([*questions, *_FACTS][:_NUM_QUESTIONS])


def _is_answered_confidently(context: VideoContext, model: VideoQAModel, text: str) -> bool:
    """Whether the model's answer to a question has a confidence of at least 0.75, and is not no."""
    turn = QuestionTurn(model, context, text)
    answer = turn.judge("".join(turn.stream()))
    is_positive = answer.answerable is not False and not answer.text.lower().startswith("no")
    return is_positive and (answer.confidence or 0.0) >= _MIN_CONFIDENCE
