"""Handlers of the player and the settings, generators of `PageUpdate` without Gradio events."""

from __future__ import annotations

import html
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from vqa.errors import VQAError
from vqa.types import ProgressCallback
from vqa.ui import transcription
from vqa.ui.example_videos import questions_before_reading, suggested_questions
from vqa.ui.frames import preview_html
from vqa.ui.i18n import translate
from vqa.ui.limits import Limits
from vqa.ui.messages import (
    answer_details,
    chat_messages,
    coverage_text,
    is_partial,
    write_json,
    write_markdown,
)
from vqa.ui.model_choice import panel_abilities, remedies
from vqa.ui.model_pool import ModelPool
from vqa.ui.panels import overview_html
from vqa.ui.progress import BackgroundTask, cancellable_progress, check_cancel, progress_of
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.region_drawing import region_html
from vqa.ui.session_state import CaptionRow, Remedy, SessionState
from vqa.ui.status import (
    alert_html,
    error_html,
    hint_html,
    progress_html,
    timed_progress_html,
    unexpected_html,
)
from vqa.ui.updates import PageUpdate
from vqa.ui.video_timeline import timeline_html
from vqa.ui.visitors.telemetry import RequestRecord
from vqa.video.worker_pool import cancellable

_log = logging.getLogger(__name__)


def watch(
    pool: ModelPool,
    state: SessionState,
    path: str | None,
    options: ReadingOptions,
    limits: Limits,
    model: str = "",
) -> Iterator[PageUpdate]:
    """Decode and encode a video with progress, then display the video and its conversation.

    A running answer is stopped, pending questions are dropped, and a video that is still being
    decoded is cancelled; what that displays is left to this call. A failure is displayed, not
    raised.

    Args:
        pool: the loaded models.
        state: the tab's session state.
        path: the video file; None or "" when the player is empty.
        options: the user's sampling and transcription options.
        limits: upper bounds on the size and the length of the video.
        model: name of the model to select; "" keeps the tab's model.
    """
    state.stop.set()
    state.cancel_tasks(keep_path=path)
    state.failed_question = ""
    task = BackgroundTask(Path(path or ""))
    with state.queue_lock:
        state.pending.clear()
        state.cancel_reading.set()
        state.cancel_reading = task.cancel
    with state.reading, state.answering:
        # Only now: the reading that this one cancelled has put the model back that was loaded before it.
        state.model = model or state.model
        if not path:
            state.is_player_empty = True
            yield current_view(state)
            return
        state.reading_file = task.path.resolve()
        try:
            if state.path != state.reading_file:
                yield _view_before_reading(state, task.path.resolve())
            yield from _read(pool, state, task, options, limits)
        finally:
            state.reading_file = None


def _view_before_reading(state: SessionState, path: Path) -> PageUpdate:
    """Return a view without examples and earlier results; a question before the first video stays."""
    return PageUpdate(
        chat=None if state.path is None else [],
        suggestions=questions_before_reading(path, state.language),
        has_no_video=False,
        frames=hint_html("frames_empty", state.language),
        overview="",
        is_describing=False,
        preview="",
        preview_progress="",
        region="",
    )


def _read(
    pool: ModelPool,
    state: SessionState,
    task: BackgroundTask,
    options: ReadingOptions,
    limits: Limits,
) -> Iterator[PageUpdate]:
    """Load the model, wait in the line of videos, then decode, encode and display the video.

    A failure is displayed, not raised.
    """
    path, cancel = str(task.path), task.cancel
    language, line = state.language, state.services.reading
    with state.services.telemetry.request("watch") as record:
        try:
            if pool.peek(state.model) is None:
                yield from _load_model(pool, state, cancel)
            with line.ticket(state.visitor.quota_key) as ticket:
                for num_ahead in line.positions(ticket):
                    check_cancel(cancel, f"waiting to read {path}")
                    key = "reading_ahead" if num_ahead else "reading"
                    label = translate(key, language, count=num_ahead, share=0)
                    yield PageUpdate(status=progress_html(label), remedies=(), is_reading=True)
                yield from _read_now(pool, state, task, options, limits, record)
            record.outcome = "done"
        except InterruptedError:
            message = alert_html(translate("cancelled", language))
            view = after_failed_reading(state, path, message, is_cancelled=True)
            # The next video decides what the page displays: the player must not go back to the last one.
            yield view if cancel is state.cancel_reading else PageUpdate()
        except VQAError as error:
            record.fail(error)
            yield after_failed_reading(state, path, error_html(error), remedies(state, error))
        except Exception as error:  # noqa: BLE001 - the page stays usable; the log has the traceback
            record.fail(error)
            _log.exception("reading a video failed")
            yield after_failed_reading(state, path, unexpected_html(error, language))


def _read_now(
    pool: ModelPool,
    state: SessionState,
    task: BackgroundTask,
    options: ReadingOptions,
    limits: Limits,
    record: RequestRecord,
) -> Iterator[PageUpdate]:
    """Decode and encode the video with the loaded model, and display it.

    Raises:
        InterruptedError: `task.cancel` was set.
        VQAError: the model cannot be loaded, or the video cannot be decoded or encoded.
    """
    language = state.language
    session = pool.session(state)
    record.model = session.model.name
    state.loaded_model = state.model
    plan = options.plan(session.model.sampling, language)
    stage = "transcribing" if options.transcripts else "reading"
    first_status = progress_html(translate(stage, language, share=0), 0)
    yield PageUpdate(
        status=first_status, remedies=(), is_reading=True, refining="", refining_action="none"
    )

    path, cancel, file = task.path, task.cancel, task.path.resolve()
    if state.path != file:
        state.region = None

    def work(report: ProgressCallback) -> None:
        nonlocal stage
        check_cancel(cancel, f"reading {path}")
        on_progress = cancellable_progress(cancel, report, f"reading {path}")
        with cancellable(cancel):
            limits.check_video(path, language)
            text = transcription.transcribe(state, path, options.transcripts, on_progress)
            stage = "reading"
            on_progress(0.0)
            session.watch(path, plan=plan, text=text, progress=on_progress)

    try:
        for progress in progress_of(work):
            is_decoded = stage == "reading" and progress.share >= 1
            key = "encoding" if is_decoded else stage
            label = translate(key, language, share=progress.share)
            yield PageUpdate(status=timed_progress_html(label, progress, language))
    finally:
        cancel.set()
    state.is_player_empty = False
    state.options[file] = options
    if file in state.records and not session.history:  # the page was restarted
        session.restore(state.records[file].history)
    state.on_change(state)
    view = current_view(state)
    warnings = html.escape(" ".join(state.transcript_warnings))
    yield replace(view, status=f"{view.status} {warnings}".strip())


def _load_model(
    pool: ModelPool, state: SessionState, cancel: threading.Event
) -> Iterator[PageUpdate]:
    """Load the tab's model and yield the progress of its download.

    Raises:
        InterruptedError: `cancel` was set.
        ModelError: the model cannot be loaded.
    """
    language, model = state.language, state.model
    status = progress_html(translate("loading", language, model=model))
    yield PageUpdate(status=status, remedies=(), is_reading=True)

    activity = f"the download of {model}"

    def work(on_progress: ProgressCallback) -> None:
        pool.get(model, progress=cancellable_progress(cancel, on_progress, activity))

    for progress in progress_of(work):
        check_cancel(cancel, activity)
        label = translate("downloading", language, model=model, share=progress.share)
        yield PageUpdate(status=timed_progress_html(label, progress, language))


def after_failed_reading(
    state: SessionState,
    path: str,
    message: str,
    offered_remedies: tuple[Remedy, ...] = (),
    *,
    is_cancelled: bool = False,
) -> PageUpdate:
    """Return the view after a video was refused, or could not be decoded or encoded.

    The current video and its conversation are displayed again if the session's model has encoded
    it. Otherwise the player counts as empty; the file stays in it if it may be read after a remedy,
    or was only cancelled. The model menu is reset.

    Args:
        state: the tab's session state; keeps the remedies.
        path: the video file that failed.
        message: the failure as HTML.
        offered_remedies: the remedies to display as buttons.
        is_cancelled: whether the user cancelled the reading.
    """
    file = Path(path).resolve()
    state.reading_file = None  # what the view puts into the player is not chosen by the person
    state.num_failed_readings += 1
    state.remedies = tuple(replace(remedy, file=file) for remedy in offered_remedies)
    if state.loaded_model:
        state.model = state.loaded_model  # the menu names the model that answers
    context, session = state.context, state.session
    is_same_file = context is not None and context.clip.info.path == file
    if context is not None and session is not None and context.model == session.model.name:
        if is_same_file:
            return PageUpdate(
                status=message, remedies=state.remedies, model=state.model, is_reading=False
            )
        player: Path | Literal[""] | None = state.playable_file
    else:
        state.is_player_empty = True
        player = None if is_same_file or is_cancelled or offered_remedies else ""
    view = current_view(state)
    return replace(view, status=message, remedies=state.remedies, model=state.model, player=player)


def current_view(state: SessionState) -> PageUpdate:
    """Return the update that displays the current video and conversation, or a page without one.

    It covers all components that depend on the video; the panels are reset only if the video has
    changed since the last call. The conversation's export files are written.
    """
    session, context, language = state.session, state.context, state.language
    captions = None
    if state.path != state.panel_video:
        state.panel_video = state.path
        captions = current_captions(state)
    if session is None or context is None:
        return PageUpdate(
            chat=[],
            suggestions=suggested_questions(state),
            status="",
            frames=timeline_html(state),
            overview="",
            is_describing=False,
            preview="",
            region="",
            preview_progress="",
            details=translate("details_empty", language),
            videos=None if session is None else (_video_choices(state), ""),
            is_partial=False,
            refining="",
            refining_action="none",
            has_no_video=True,
            captions=captions,
            remedies=(),
            is_reading=False,
        )
    clip = context.clip
    return PageUpdate(
        chat=chat_messages(state),
        suggestions=suggested_questions(state),
        status=coverage_text(clip, language),
        question_alert="",
        frames=timeline_html(state),
        overview=overview_html(state),
        is_describing=False,
        preview=preview_html(clip, language) if state.playable_file == state.path else "",
        region=region_html(state),
        refining="",  # work in the background writes its progress again
        refining_action="none",
        preview_progress="",
        details=answer_details(state),
        videos=(_video_choices(state), str(clip.info.path)),
        is_partial=is_partial(clip),
        abilities=panel_abilities(session.model),
        export=write_markdown(state, state.folder),
        export_json=write_json(state, state.folder),
        has_no_video=False,
        captions=captions,
        remedies=(),
        is_reading=False,
    )


def _video_choices(state: SessionState) -> tuple[tuple[str, str], ...]:
    """Return (name, path) of each video of the tab."""
    return tuple((video.name, str(video)) for video in state.videos)


def current_captions(state: SessionState) -> tuple[CaptionRow, ...]:
    """Return the stored rows of the caption table of the current video; empty without captions."""
    return tuple(state.captions.get(state.path, ())) if state.path is not None else ()


def prepare_model(pool: ModelPool, state: SessionState, model: str = "") -> Iterator[PageUpdate]:
    """Load a model before any video is opened; yield the progress of its download.

    A `VQAError` and a cancellation are displayed, not raised; the earlier model is then selected.

    Args:
        pool: the loaded models.
        state: the tab's session state.
        model: name of the model to select; "" keeps the tab's model.
    """
    state.cancel_reading.clear()
    state.model = model or state.model
    try:
        if pool.peek(state.model) is None:
            yield from _load_model(pool, state, state.cancel_reading)
        abilities = panel_abilities(pool.get(state.model))
        state.loaded_model = state.model
        yield PageUpdate(status="", abilities=abilities, remedies=(), is_reading=False)
    except InterruptedError:
        yield _after_failed_loading(state, alert_html(translate("cancelled", state.language)))
    except VQAError as error:
        state.remedies = remedies(state, error)
        update = _after_failed_loading(state, error_html(error))
        yield replace(update, remedies=state.remedies)


def _after_failed_loading(state: SessionState, message: str) -> PageUpdate:
    """Return an update that displays a failure and selects the previously loaded model again."""
    state.model = state.loaded_model or state.model
    return PageUpdate(status=message, model=state.model, is_reading=False)
