"""Preview of a video that browsers cannot play: a small copy, encoded in the background."""

from __future__ import annotations

import errno
import logging
import shutil
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp

from vqa.errors import VQAError
from vqa.types import Clip, ProgressCallback
from vqa.ui.frames import is_browser_playable
from vqa.ui.i18n import translate
from vqa.ui.progress import BackgroundTask, progress_of
from vqa.ui.session_state import SessionState
from vqa.ui.status import note_html, timed_progress_html
from vqa.ui.updates import PageUpdate
from vqa.video.film_parts import FilmPart
from vqa.video.film_render import render_film
from vqa.video.muxing import FileChunk, preview_suffix, write_chunks
from vqa.video.worker_pool import cancellable, in_background

_SHORT_SIDE_PX = 360
_MAX_BYTES = 300_000_000
_log = logging.getLogger(__name__)


def make_preview(state: SessionState, folder: Path) -> Iterator[PageUpdate]:
    """Encode a copy of the current video that browsers play, and load it into the player.

    The copy has a short side of at most 360 pixels, the times of the original, and at most 300 MB.
    It is made once per video. Yields the progress; nothing for a video that browsers play. If the
    copy cannot be made, the frames stay displayed instead of the player.

    Args:
        state: the tab's session state; keeps the path of the copy, which is deleted with it.
        folder: folder whose files the server gives to browsers.
    """
    context, path = state.context, state.path
    if context is None or path is None or is_browser_playable(context.clip.info):
        return
    if state.playable_file != path:
        if (
            state.player_file != state.playable_file
        ):  # else the change of the player would go on forever
            yield _ready(state)
        return
    with state.queue_lock:
        current_task = state.preview_task
        if (
            current_task is not None
            and current_task.path == path
            and not current_task.cancel.is_set()
        ):
            return
        task = state.preview_task = BackgroundTask(path)
    try:
        yield from _encode(state, context.clip, task, folder)
    except InterruptedError:
        pass  # another video has been opened
    except (VQAError, OSError) as error:
        _log.info("no preview of %s: %s", path.name, error)
        if state.path == path:
            yield PageUpdate(preview_progress=note_html("preview_failed", state.language))
    finally:
        task.cancel.set()  # also when the visitor has left
        with state.queue_lock:
            if state.preview_task is task:
                state.preview_task = None


def file_after_change(state: SessionState, path: str | None) -> Path | None:
    """Return the file to load into a player that has changed to `path`, and remember this change.

    None or "" is an empty player, into which no file is loaded.

    Only the page loads a preview. If it comes late, when another video is the current one, that
    video's file goes back into the player.

    Returns:
        The file; `path` itself if it belongs to the current video; None if it is a video to open,
        such as the current one while another is decoded.
    """
    source = state.source_of(path)
    if not path or not source:
        state.player_file = None
        return None
    state.player_file = Path(path).resolve()
    if state.path == Path(source).resolve():
        # While another video is decoded, the person has gone back to this one.
        is_back = source == path and state.reading_file not in (None, state.path)
        return None if is_back else Path(path)
    return state.playable_file if source != path else None


def _encode(
    state: SessionState, clip: Clip, task: BackgroundTask, folder: Path
) -> Iterator[PageUpdate]:
    """Encode the copy; yield the progress, then the update that displays the player.

    Raises:
        VQAError: the video cannot be decoded.
        OSError: the copy cannot be written, or is too large.
        InterruptedError: the task was cancelled.
    """
    subfolder = Path(mkdtemp(dir=folder))
    weakref.finalize(state, shutil.rmtree, subfolder, ignore_errors=True)
    file = subfolder / f"{task.path.stem}{preview_suffix()}"
    parts = [FilmPart(path=task.path, end_s=max(clip.duration_s, clip.times_s[-1] + 0.1))]

    def work(on_progress: ProgressCallback) -> None:
        with in_background(), cancellable(task.cancel):
            chunks = render_film(
                task.path.name, parts, file.suffix, short_side_px=_SHORT_SIDE_PX, is_preview=True,
                progress=on_progress,
            )  # fmt: skip
            write_chunks(
                file, _limit_size(chunk for chunk in chunks if isinstance(chunk, FileChunk))
            )

    for progress in progress_of(work):
        text = translate("preview_progress", state.language, share=progress.share)
        bar = timed_progress_html(text, progress, state.language, is_announced=False)
        # A late progress must not replace what belongs to another video.
        yield PageUpdate(preview_progress=bar if state.path == task.path else None)
    state.previews[task.path] = file
    if state.path == task.path:
        yield _ready(state)


def _ready(state: SessionState) -> PageUpdate:
    """Return an update that loads the copy into the player and removes the frames."""
    return PageUpdate(player=state.playable_file, preview="", preview_progress="")


def _limit_size(chunks: Iterable[FileChunk]) -> Iterator[FileChunk]:
    """Yield the chunks of a file unchanged.

    Raises:
        OSError: the file exceeds 300 MB.
    """
    for chunk in chunks:
        if chunk.offset + len(chunk.data) > _MAX_BYTES:
            raise OSError(errno.EFBIG, "the preview is too large")
        yield chunk
