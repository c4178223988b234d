"""Suggested questions that the model answers confidently about a video."""

from __future__ import annotations

from dataclasses import replace

from vqa.answering.answer import QuestionTurn, parse_for
from vqa.answering.replies import full_sentence
from vqa.models.protocol import Describes, Judges, Prepares, VideoContext, VideoQAModel
from vqa.tasks.search import shots_or_whole
from vqa.types import Question, TimeRange

_NUM_QUESTIONS = 3
_MIN_CONFIDENCE = 0.75
_MAX_NAMED_SHOTS = 4
_MARGIN_S = 0.05  # the first frame of the next shot is not in the range
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
# What their confident answers name is certainly seen, also where no sentence about the video is confident.
_NAMING_QUESTIONS = ("What animal is this?", "What vehicle is this?", "What is the main object?")
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
        if _confident_answer(context, model, text):
            questions.append(text)
    return tuple([*questions, *_FACTS][:_NUM_QUESTIONS])


def name_things(context: VideoContext, model: VideoQAModel) -> tuple[str, ...]:
    """Return what the model names with a confidence of at least 0.75, such as "a cat".

    The model is asked for the animal, the vehicle and the main object of each shot, in the order of
    time; with more than four shots, of the four longest. Each thing occurs once.

    Args:
        context: the encoded video.
        model: the model that encoded it; `can_suggest` must be true for it.
    """
    shots = sorted(shots_or_whole(context.clip), key=lambda shot: shot.start_s - shot.end_s)
    things: list[str] = []
    for shot in sorted(shots[:_MAX_NAMED_SHOTS], key=lambda shot: shot.start_s):
        time_range = TimeRange(start=shot.start_s, end=shot.end_s - _MARGIN_S)
        for text in _NAMING_QUESTIONS:
            question = parse_for(model, text)
            about_shot = replace(question, time_range=time_range)
            if answer := _confident_answer(context, model, about_shot):
                thing = full_sentence(question, answer).strip(" .")  # without the time of the shot
                things.append(thing[:1].lower() + thing[1:])
    return tuple(dict.fromkeys(things))


def _confident_answer(context: VideoContext, model: VideoQAModel, question: Question | str) -> str:
    """Return the bare answer to a question; "" below a confidence of 0.75 or for a negative one."""
    turn = QuestionTurn(model, context, question)
    answer = turn.judge("".join(turn.stream()))
    is_positive = answer.answerable is not False and not answer.text.lower().startswith("no")
    is_confident = is_positive and (answer.confidence or 0.0) >= _MIN_CONFIDENCE
    return answer.text if is_confident else ""
