"""Download of a video whose URL a visitor has entered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

from vqa.errors import VQAError
from vqa.storage.remote_video import DownloadLimits, download_video
from vqa.types import ProgressCallback
from vqa.ui.i18n import translate
from vqa.ui.limits import Limits
from vqa.ui.progress import cancellable_progress, progress_of
from vqa.ui.session_state import SessionState
from vqa.ui.status import error_html, timed_progress_html
from vqa.ui.updates import PageUpdate

_DOWNLOAD_S = 300.0


def download(state: SessionState, url: str, limits: Limits) -> Iterator[PageUpdate]:
    """Download the video at a URL with progress and load the file into the player.

    The player's change event then decodes the file. A `VQAError`, as for an address that is not
    public, is displayed, not raised.

    Args:
        state: the tab's session state; the file is written to its folder.
        url: the URL of a video file, or of a page that yt-dlp supports.
        limits: bounds the size of the download; the time limit is 300 s.
    """
    language = state.language
    bounds = DownloadLimits(
        num_bytes=limits.upload_bytes or DownloadLimits.num_bytes, seconds=_DOWNLOAD_S
    )
    paths: list[Path] = []
    is_abandoned = threading.Event()

    def work(on_progress: ProgressCallback) -> None:
        report = cancellable_progress(is_abandoned, on_progress, "the download")
        folder = Path(mkdtemp(dir=state.folder))
        paths.append(download_video(url, folder, limits=bounds, on_progress=report))

    try:
        for progress in progress_of(work):
            label = translate("fetching_url", language, share=progress.share)
            yield PageUpdate(status=timed_progress_html(label, progress, language))
        yield PageUpdate(status="", player=paths[0])
    except VQAError as error:
        yield PageUpdate(status=error_html(error))
    finally:
        is_abandoned.set()
