"""Overview of a video: questions that the model answers confidently, and a summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vqa.answering.answer import QuestionTurn, parse_for
from vqa.answering.replies import full_sentence
from vqa.errors import VQAError
from vqa.models.protocol import Describes, Judges, Prepares, VideoContext, VideoQAModel
from vqa.tasks.search import shots_or_whole
from vqa.tasks.summary import summarize
from vqa.types import Question, TimeRange
from vqa.ui.example_videos import EXAMPLES, suggested_questions
from vqa.ui.panels import overview_html
from vqa.ui.session_state import SessionState
from vqa.ui.status import error_html, hint_html
from vqa.ui.updates import PageUpdate
from vqa.ui.video_timeline import timeline_html

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


def describe(state: SessionState) -> Iterator[PageUpdate]:
    """Generate suggested questions for the current video, then a summary; yield updates.

    Yields nothing for a model without `can_suggest`, whose summary the user starts in its panel.
    Results are stored in the state and not computed again. A failure is displayed, not raised.
    """
    context, session, path = state.context, state.session, state.path
    if context is None or session is None or path is None or not can_suggest(session.model):
        return
    line, key = state.services.reading, state.visitor.quota_key  # behind the questions of others
    threads = state.services.model_threads
    try:
        if path not in state.suggestions and path not in EXAMPLES.values():
            with line.turn(key):
                state.suggestions[path] = threads.run(
                    lambda: suggest_questions(context, session.model)
                )
            if state.path == path:
                yield PageUpdate(suggestions=suggested_questions(state))
        if path not in state.summaries:
            if state.path == path:
                yield PageUpdate(overview=hint_html("overview_pending", state.language))
            with line.turn(key):
                summary = threads.run(lambda: summarize(context, session.model))
                if not summary.is_confident:
                    state.things[path] = threads.run(lambda: name_things(context, session.model))
                state.summaries[path] = summary
        if state.path == path:
            yield PageUpdate(overview=overview_html(state), frames=timeline_html(state))
    except VQAError as error:
        yield PageUpdate(overview=error_html(error))


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
