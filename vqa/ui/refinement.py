"""Refinement of a long video in the background: more frames, while questions have priority."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from vqa.errors import VQAError
from vqa.types import ProgressCallback
from vqa.ui.i18n import translate
from vqa.ui.messages import coverage_text
from vqa.ui.progress import BackgroundTask, Progress, check_cancel, progress_of
from vqa.ui.session_state import SessionState
from vqa.ui.status import error_html, note_html, timed_progress_html, unexpected_html
from vqa.ui.updates import PageUpdate
from vqa.ui.video_timeline import timeline_html
from vqa.video.worker_pool import cancellable, in_background

_POLL_S = 0.02
_log = logging.getLogger(__name__)


def refine(state: SessionState) -> Iterator[PageUpdate]:
    """Encode the current video with as many frames as it needs; yield the progress.

    Later questions are answered from these frames, each part of the video as soon as it is encoded.
    The encoding pauses while a question is answered or a video is decoded, and decodes at low
    priority; one video of the page is refined at a time. Yields nothing if the video has enough
    frames or is already being refined. If the user has stopped its refinement, only offers to
    resume it. A failure is displayed, not raised.
    """
    session = state.session
    if session is None or state.path is None or not session.is_refinable:
        return
    if state.path in state.coarse_videos:
        yield _resume_view(state)
        return
    refinement = _begin(state, state.path)
    if refinement is None:
        return
    try:
        yield from _refine_now(state, refinement)
    except VQAError as error:
        yield PageUpdate(refining=error_html(error), refining_action="none")
    except Exception as error:  # noqa: BLE001 - the page stays usable; the log has the traceback
        _log.exception("refining a video failed")
        message = unexpected_html(error, state.language)
        yield PageUpdate(refining=message, refining_action="none")
    finally:
        refinement.cancel.set()  # also when the visitor has left
        with state.queue_lock:
            if state.refinement is refinement:
                state.refinement = None


def _refine_now(state: SessionState, refinement: BackgroundTask) -> Iterator[PageUpdate]:
    """Wait until the page is idle and refines no other video, then refine one; yield progress.

    If the user stops it, an offer to resume it is displayed.

    Raises:
        VQAError: the video cannot be decoded or encoded.
    """
    session, cancel, path = state.session, refinement.cancel, refinement.path
    assert session is not None
    line = state.services.refining

    def pause() -> None:
        while state.services.is_busy and not cancel.wait(_POLL_S):
            pass
        check_cancel(cancel, f"the refinement of {path}")

    def work(on_progress: ProgressCallback) -> None:
        turn = line.turn(state.visitor.quota_key, cancel)
        with in_background(), cancellable(cancel), turn:
            pause()
            session.refine(progress=on_progress, pause=pause)

    context = state.context
    try:
        for progress in progress_of(work):
            is_current = state.path == path and not cancel.is_set()
            view = _progress_view(state, progress) if is_current else PageUpdate()
            if is_current and state.context is not None and state.context is not context:
                context = state.context
                status = coverage_text(context.clip, state.language)
                view = replace(view, frames=timeline_html(state), status=status)
            yield view
        if state.path == path and not cancel.is_set():
            assert state.context is not None
            yield PageUpdate(
                frames=timeline_html(state),
                status=coverage_text(state.context.clip, state.language),
                refining="",
                refining_action="none",
            )
    except InterruptedError:
        if path in state.coarse_videos and state.path == path:
            yield _resume_view(state)


def stop_refining(state: SessionState) -> None:
    """Stop the running refinement, if there is one; its video waits for `resume_refining`.

    The frames that it has added so far stay in use.
    """
    if state.refinement is not None:
        state.coarse_videos.add(state.refinement.path)
        state.refinement.cancel.set()


def resume_refining(state: SessionState) -> Iterator[PageUpdate]:
    """Continue the refinement of the current video that the user has stopped; yield progress.

    See `refine`; without a video, it does nothing.
    """
    if state.path is not None:
        state.coarse_videos.discard(state.path)
    yield from refine(state)


def _begin(state: SessionState, path: Path) -> BackgroundTask | None:
    """Register the refinement of a video and cancel that of another video of the tab.

    Returns None if this video is already being refined.
    """
    with state.queue_lock:
        current_task = state.refinement
        if current_task is not None and not current_task.cancel.is_set():
            if current_task.path == path:
                return None
            current_task.cancel.set()
        state.refinement = BackgroundTask(path)
        return state.refinement


def _resume_view(state: SessionState) -> PageUpdate:
    """Return an update that says that the refinement was stopped and offers to resume it."""
    note = note_html("refining_stopped", state.language)
    return PageUpdate(refining=note, refining_action="resume")


def _progress_view(state: SessionState, progress: Progress) -> PageUpdate:
    """Return an update with the progress of the refinement and its Stop button."""
    text = translate("refining", state.language, share=progress.share)
    bar = timed_progress_html(text, progress, state.language, is_announced=False)
    return PageUpdate(refining=bar, refining_action="stop")
