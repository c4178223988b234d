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
from vqa.types import ProgressCallback, Question, TimeRange
from vqa.ui.example_videos import EXAMPLES, suggested_questions
from vqa.ui.i18n import translate
from vqa.ui.panels import overview_html
from vqa.ui.progress import BackgroundTask, Progress, cancellable_progress, progress_of
from vqa.ui.session_state import SessionState
from vqa.ui.status import error_html, note_html, progress_html, timed_progress_html
from vqa.ui.updates import PageUpdate
from vqa.ui.video_timeline import timeline_html

_TASK = "overview"
# Share of the work that is done after the suggested questions, and after the captions.
_QUESTIONS_SHARE, _CAPTIONS_SHARE = 0.6, 0.9
_NUM_QUESTIONS = 3
_MIN_CONFIDENCE = 0.75
_MAX_NAMED_SHOTS = 4
_MAX_NAME_WORDS = 2
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
    "Is it indoors or outdoors?",
)
# A search finds the best moment even of what is not there: this must be answered confidently, too.
_CONDITIONS = {"When do you see a person?": "Is there a person?"}
# Tried about the animal or vehicle that the answer to a candidate names; an animal's action first.
_ABOUT_THING = ("Where is the {}?", "What color is the {}?")
_ABOUT_ANIMAL = "What is the {} doing?"
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

    Yields nothing for a model without `can_suggest`, whose summary the user starts in its panel,
    and while another call describes the same video. Results are stored in the state and not
    computed again. A `VQAError` and a cancellation are displayed, not raised.
    """
    session, path = state.session, state.path
    if session is None or path is None or not can_suggest(session.model):
        return
    if state.overview_tasks.is_running(_TASK, path):
        return
    task = state.overview_tasks.start(_TASK, path)
    try:
        yield from _describe_now(state, task)
        view = PageUpdate(
            overview=overview_html(state), frames=timeline_html(state), is_describing=False
        )
    except InterruptedError:
        view = PageUpdate(overview=note_html("cancelled", state.language), is_describing=False)
    except VQAError as error:
        view = PageUpdate(overview=error_html(error), is_describing=False)
    finally:
        task.cancel.set()  # also when the visitor has left
    if state.path == path:
        yield view


def _describe_now(state: SessionState, task: BackgroundTask) -> Iterator[PageUpdate]:
    """Generate the questions and the summary of the current video, and store them; yield progress.

    Raises:
        InterruptedError: `task.cancel` was set.
        VQAError: the model fails, or the page is being stopped.
    """
    context, session, path = state.context, state.session, task.path
    assert context is not None
    assert session is not None
    model = session.model
    needs_questions = path not in state.suggestions and path not in EXAMPLES.values()
    needs_summary = path not in state.summaries
    line, key = state.services.reading, state.visitor.quota_key  # behind the questions of others
    threads = state.services.model_threads

    def work(report: ProgressCallback) -> None:
        on_progress = cancellable_progress(task.cancel, report, "the overview")

        def stage(start: float, end: float) -> ProgressCallback:
            return lambda share: on_progress(start + share * (end - start))

        if needs_questions:
            with line.turn(key, task.cancel):
                state.suggestions[path] = threads.run(
                    lambda: suggest_questions(context, model, stage(0.0, _QUESTIONS_SHARE))
                )
        if needs_summary:
            on_caption = stage(_QUESTIONS_SHARE, _CAPTIONS_SHARE)
            with line.turn(key, task.cancel):
                summary = threads.run(lambda: summarize(context, model, on_progress=on_caption))
                if not summary.is_confident:
                    state.things[path] = threads.run(
                        lambda: name_things(context, model, stage(_CAPTIONS_SHARE, 1.0))
                    )
                state.summaries[path] = summary

    if needs_summary:
        yield PageUpdate(overview=_progress_bar(state, Progress(0.0), False), is_describing=True)
    awaits_questions = needs_questions
    for progress in progress_of(work) if needs_questions or needs_summary else ():
        view = PageUpdate()  # for a page that displays another video
        if state.path == path:
            is_cancelled = task.cancel.is_set()
            bar = _progress_bar(state, progress, is_cancelled) if needs_summary else None
            view = PageUpdate(overview=bar, is_describing=needs_summary)
            if awaits_questions and path in state.suggestions:
                awaits_questions = False
                view = replace(view, suggestions=suggested_questions(state))
        yield view
    if awaits_questions and state.path == path:
        yield PageUpdate(suggestions=suggested_questions(state))


def _progress_bar(state: SessionState, progress: Progress, is_cancelled: bool) -> str:
    """Return the progress of making the overview, or of cancelling that, as HTML."""
    if is_cancelled:
        return progress_html(translate("cancelling", state.language), is_announced=False)
    text = translate("overview_pending", state.language, share=progress.share)
    return timed_progress_html(text, progress, state.language, is_announced=False)


def suggest_questions(
    context: VideoContext, model: VideoQAModel, on_progress: ProgressCallback | None = None
) -> tuple[str, ...]:
    """Return three questions to suggest about a video, in English.

    First those that the model answers with a confidence of at least 0.75 and not with "no"; an animal
    or a vehicle that it names is asked about further: "Where is the dog?". Then questions about
    facts of the file, such as its length, as far as they are needed.

    Args:
        context: the encoded video.
        model: the model that encoded it; `can_suggest` must be true for it.
        on_progress: called with the completed share before each question to the model; an exception
            from it ends the work.
    """
    questions: list[str] = []
    for number, text in enumerate(_CANDIDATES):
        if len(questions) >= _NUM_QUESTIONS:
            break
        if on_progress:
            on_progress(number / len(_CANDIDATES))
        condition = _CONDITIONS.get(text)
        if condition and not _confident_answer(context, model, condition):
            continue
        answer = _confident_answer(context, model, text)
        if answer:
            questions.append(text)
            questions += [
                further
                for further in _further_questions(text, answer)
                if _confident_answer(context, model, further)
            ]
    return tuple([*questions, *_FACTS][:_NUM_QUESTIONS])


def _further_questions(text: str, answer: str) -> list[str]:
    """Return questions about the thing of one or two words that a naming question's answer names."""
    noun = answer.lower().strip(" .")
    is_name = noun.replace(" ", "").isalpha() and len(noun.split()) <= _MAX_NAME_WORDS
    if text not in _NAMING_QUESTIONS or not is_name:
        return []
    questions = [question.format(noun) for question in _ABOUT_THING]
    is_animal = text == _NAMING_QUESTIONS[0]
    return [_ABOUT_ANIMAL.format(noun), *questions] if is_animal else questions


def name_things(
    context: VideoContext, model: VideoQAModel, on_progress: ProgressCallback | None = None
) -> tuple[str, ...]:
    """Return what the model names with a confidence of at least 0.75, such as "a cat".

    The model is asked for the animal, the vehicle and the main object of each shot, in the order of
    time; with more than four shots, of the four longest. Each thing occurs once.

    Args:
        context: the encoded video.
        model: the model that encoded it; `can_suggest` must be true for it.
        on_progress: called with the completed share before each shot; an exception from it ends the
            work.
    """
    shots = sorted(shots_or_whole(context.clip), key=lambda shot: shot.start_s - shot.end_s)
    things: list[str] = []
    longest_shots = sorted(shots[:_MAX_NAMED_SHOTS], key=lambda shot: shot.start_s)
    for number, shot in enumerate(longest_shots):
        if on_progress:
            on_progress(number / len(longest_shots))
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
