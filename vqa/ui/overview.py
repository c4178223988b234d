"""Overview of a video: questions that the model answers confidently, and a summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vqa.errors import VQAError
from vqa.models.protocol import Describes, Judges, Prepares, VideoContext, VideoQAModel
from vqa.tasks.summary import summarize
from vqa.types import ProgressCallback
from vqa.ui.example_videos import EXAMPLES, suggested_questions
from vqa.ui.i18n import translate
from vqa.ui.panels import overview_html
from vqa.ui.progress import BackgroundTask, Progress, cancellable_progress, progress_of
from vqa.ui.question_suggestions import name_things, suggest_questions
from vqa.ui.session_state import SessionState
from vqa.ui.status import error_html, note_html, progress_html, timed_progress_html
from vqa.ui.updates import PageUpdate
from vqa.ui.video_timeline import timeline_html

_TASK = "overview"
# Share of the work that is done after the things are named, after the suggested questions, and after the captions.
_THINGS_SHARE, _QUESTIONS_SHARE, _CAPTIONS_SHARE = 0.3, 0.6, 0.9


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

    def work(report: ProgressCallback) -> None:
        on_progress = cancellable_progress(task.cancel, report, "the overview")
        if needs_questions:
            _make_questions(state, context, model, task, on_progress)
        if needs_summary:
            _make_summary(state, context, model, task, on_progress)

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


def _make_questions(
    state: SessionState,
    context: VideoContext,
    model: VideoQAModel,
    task: BackgroundTask,
    on_progress: ProgressCallback,
) -> None:
    """Name the things of a video, find the questions to suggest, and store both in the state.

    Raises:
        InterruptedError: `task.cancel` was set.
        VQAError: the model fails, or the page is being stopped.
    """
    path, threads = task.path, state.services.model_threads
    on_thing = _share_of(on_progress, 0.0, _THINGS_SHARE)
    on_question = _share_of(on_progress, _THINGS_SHARE, _QUESTIONS_SHARE)
    with state.services.reading.turn(
        state.visitor.quota_key, task.cancel
    ):  # after others' questions
        things = threads.run(lambda: name_things(context, model, on_thing))
        state.things[path] = things
        state.suggestions[path] = threads.run(
            lambda: suggest_questions(context, model, things, on_question)
        )


def _make_summary(
    state: SessionState,
    context: VideoContext,
    model: VideoQAModel,
    task: BackgroundTask,
    on_progress: ProgressCallback,
) -> None:
    """Summarize a video and store the summary in the state; if it is not confident, name the things.

    Raises:
        InterruptedError: `task.cancel` was set.
        VQAError: the model fails, or the page is being stopped.
    """
    path, threads = task.path, state.services.model_threads
    on_caption = _share_of(on_progress, _QUESTIONS_SHARE, _CAPTIONS_SHARE)
    on_thing = _share_of(on_progress, _CAPTIONS_SHARE, 1.0)
    with state.services.reading.turn(
        state.visitor.quota_key, task.cancel
    ):  # after others' questions
        summary = threads.run(lambda: summarize(context, model, on_progress=on_caption))
        if not summary.is_confident and path not in state.things:
            state.things[path] = threads.run(lambda: name_things(context, model, on_thing))
        state.summaries[path] = summary


def _share_of(on_progress: ProgressCallback, start: float, end: float) -> ProgressCallback:
    """Return the progress callback of a part of the work, from share `start` to `end` of it."""
    return lambda share: on_progress(start + share * (end - start))


def _progress_bar(state: SessionState, progress: Progress, is_cancelled: bool) -> str:
    """Return the progress of making the overview, or of cancelling that, as HTML."""
    if is_cancelled:
        return progress_html(translate("cancelling", state.language), is_announced=False)
    text = translate("overview_pending", state.language, share=progress.share)
    return timed_progress_html(text, progress, state.language, is_announced=False)
