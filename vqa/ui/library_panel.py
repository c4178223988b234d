"""Content of the library panel: videos to add and remove, indexing, search over all videos."""

from __future__ import annotations

import base64
import html
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from vqa import settings
from vqa.atomic_write import atomic_write
from vqa.errors import SettingError, StorageError, VQAError
from vqa.models.protocol import VideoQAModel
from vqa.questions.messages.scope import valid_text
from vqa.storage.library import SegmentMatch, VideoLibrary, remove_deleted
from vqa.storage.transcripts import TranscriptStore
from vqa.storage.video_files import VIDEO_SUFFIXES, content_hash
from vqa.tasks.indexing import IndexingStep, index_files, open_library, search_library
from vqa.text_words import has_words
from vqa.timecode import format_range, format_time
from vqa.transcripts.pipeline import Transcriber
from vqa.types import ProgressCallback
from vqa.ui.app_context import LibraryAccess, PageOptions
from vqa.ui.i18n import Language, translate
from vqa.ui.panels import save_button
from vqa.ui.progress import cancellable_progress, progress_of
from vqa.ui.session_state import SessionState
from vqa.ui.status import alert_html, hint_html, progress_html, timed_progress_html
from vqa.video.worker_pool import cancellable

_MAX_ROWS = 500
_MAX_ERRORS = 5
_KEEPING = threading.Lock()


def has_library() -> bool:
    """Whether videos are indexed on this machine, or a library server is configured.

    Raises:
        SettingError: VQA_LIBRARY is invalid.
    """
    is_local = (settings.home() / "library" / "library.sqlite").is_file()
    return is_local or settings.library_address() is not None


def library_access(*, is_public: bool, is_allowed: bool) -> LibraryAccess:
    """Return whose videos the library panel searches; see `PageOptions.library`.

    It is `owner` on a private page; on a public one `reader` if the host allows it, else `visitor`.

    Args:
        is_public: whether others can reach the page.
        is_allowed: whether the host lets others search the host's library.
    """
    if not is_public:
        return "owner"
    return "reader" if is_allowed else "visitor"


def library_folder(state: SessionState, options: PageOptions) -> Path | None:
    """Return the folder of the library that a tab uses; None is the library of the host.

    A tab has a library of its own if `options.library` is `visitor`.
    """
    return state.folder / "library" if options.library == "visitor" else None


def videos_folder(state: SessionState, options: PageOptions) -> Path:
    """Return the folder that uploaded videos of the library are kept in; it may not exist yet.

    It is in the tab's folder if `options.library` is `visitor`, else in the host's
    `settings.home()`.
    """
    return state.folder / "films" if options.library == "visitor" else settings.home() / "films"


def search_videos(
    model: VideoQAModel, query: str, language: Language, folder: Path | None
) -> tuple[SegmentMatch, ...]:
    """Return the moments of all indexed videos that match a text query, best first; at most ten.

    Matches in files that no longer exist are left out; empty without a match.

    Args:
        model: the model that computed the library's embeddings.
        query: what to look for, at most 10,000 characters.
        language: language of the message that the query has no letter or digit; the other errors
            are in English.
        folder: folder of the library; None is the library of the host.

    Raises:
        SettingError: the query is no text, has no letter or digit, or is too long.
        VQAError: the library cannot be opened, see `open_library`, or cannot be read.
    """
    query = valid_text(query, "query")
    if not has_words(query):
        raise SettingError(translate("no_query", language), cure="")
    with closing(open_library(model, folder)) as library:
        matches = search_library(library, model, query)
    return tuple(match for match in matches if match.path.is_file())


def list_videos(model: VideoQAModel, folder: Path | None) -> tuple[Path, ...]:
    """Return the indexed files of a library that exist, sorted; empty for an empty library.

    Args:
        model: the model that computed the library's embeddings.
        folder: folder of the library; None is the library of the host.

    Raises:
        VQAError: the library cannot be opened, see `open_library`.
    """
    with closing(open_library(model, folder)) as library:
        return tuple(path for path in library.paths() if path.is_file())


def remove_video(model: VideoQAModel, path: Path, folder: Path | None, copies: Path) -> None:
    """Remove a video from a library; its file is deleted only if it is a copy that the page made.

    Args:
        model: the model that computed the library's embeddings.
        path: the video.
        folder: folder of the library; None is the library of the host.
        copies: folder of the videos that were uploaded.

    Raises:
        VQAError: the library cannot be opened, see `open_library`, or not be changed.
        OSError: the copy cannot be deleted.
    """
    with closing(open_library(model, folder)) as library:
        library.remove([path])
    if path.is_relative_to(copies.resolve()):
        with _KEEPING:
            path.unlink(missing_ok=True)


def keep_videos(files: Iterable[Path], folder: Path, language: Language) -> list[Path]:
    """Hard-link or copy uploads into a folder, where they outlive the upload; return their paths.

    The paths are in the order of `files`. A video whose content is already in the folder under its
    name is not copied again; for one whose name is taken, a number is added to the name.

    Args:
        files: the uploaded files.
        folder: destination; it is created if missing.
        language: language of the error message.

    Raises:
        SettingError: a file's name extension is not that of a video; then none is copied.
        StorageError: the folder cannot be written.
    """
    files = list(files)
    for file in files:
        if file.suffix.lower() not in VIDEO_SUFFIXES:
            raise SettingError(
                translate("not_a_video", language, name=file.name),
                cure=translate(
                    "not_a_video_cure", language, suffixes=" ".join(sorted(VIDEO_SUFFIXES))
                ),
            )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        copies = [_keep_video(file, folder) for file in files]
    except OSError as error:
        raise StorageError(
            translate("unwritable", language, folder=folder, reason=error.strerror or error),
            cure=translate("unwritable_cure", language),
        ) from error
    return copies


def _keep_video(file: Path, folder: Path) -> Path:
    """Return the path of a file with the content of `file` in a folder, which is made if missing."""
    with _KEEPING:  # visitors may keep files of one name, or equal ones, at the same time
        while (copy := _free_name(file, folder)) and not copy.exists():
            with suppress(FileExistsError):  # of another process
                _link_or_copy(file, copy)
        return copy


def _free_name(file: Path, folder: Path) -> Path:
    """Return a destination for a file: a free path, or that of a file with the same content."""
    content, number, copy = content_hash(file), 1, folder / file.name
    while copy.exists() and content_hash(copy) != content:
        number += 1
        copy = folder / f"{file.stem} ({number}){file.suffix}"
    return copy


def _link_or_copy(file: Path, copy: Path) -> None:
    """Make a hard link of a file at `copy`, or a copy where that is not possible.

    Raises:
        FileExistsError: there is a file at `copy`.
        OSError: neither is possible.
    """
    try:
        os.link(file, copy)
    except FileExistsError:
        raise
    except OSError:  # another file system, or one without links
        with atomic_write(copy) as temporary:
            shutil.copyfile(file, temporary)


@dataclass
class VideoIndexer:
    """Task that indexes the videos of a folder into the library of a tab, with progress.

    Setting `state.library.cancel` ends it. Each indexer is used once.

    Args:
        state: the tab's session state.
        model: returns the model that embeds frames and text; may take seconds to load it.
        library: folder of the library; None is the library of the host.
        check: called with each video before it is indexed; raises a `VQAError` to refuse it.
        sources: sources of text to index too: `speech`, `screen`.
    """

    state: SessionState
    model: Callable[[], VideoQAModel]
    library: Path | None
    check: Callable[[Path], None]
    sources: Sequence[str] = ()
    _steps: list[IndexingStep] = field(default_factory=list)
    _refusals: list[str] = field(default_factory=list)
    _paths: list[Path] = field(default_factory=list)

    def index(self, folder: Path) -> Iterator[str]:
        """Index the new and changed videos of a folder; yield the status line as HTML.

        Videos that were indexed before a cancellation stay in the library. The last line names the
        refused and unreadable videos, at most five. While another call indexes for this tab, the
        only line says so.

        Raises:
            VQAError: the model cannot be loaded or does not embed frames, the folder does not
                exist, or the library cannot be written.
        """
        library_state, language = self.state.library, self.state.language
        if not library_state.indexing.acquire(blocking=False):
            yield alert_html(translate("indexing_busy", language))
            return
        cancel = library_state.cancel
        cancel.clear()
        try:
            yield progress_html(translate("indexing_start", language))
            for progress in progress_of(lambda report: self._work(folder, cancel, report)):
                yield timed_progress_html(self._label(), progress, language)
            yield self._summary()
        except InterruptedError:
            yield alert_html(translate("indexing_cancelled", language, count=self._num_additions))
        finally:
            cancel.set()
            library_state.indexing.release()

    def _work(self, folder: Path, cancel: threading.Event, report: ProgressCallback) -> None:
        """Index the videos of a folder; each waits in the line of videos for its turn.

        Raises:
            InterruptedError: `cancel` was set.
            VQAError: see `index`.
        """
        line, key = self.state.services.reading, self.state.visitor.quota_key
        model = self.model()
        transcriber = (
            Transcriber.create(
                speech="speech" in self.sources, screen="screen" in self.sources,
                warn=self._refusals.append, store=TranscriptStore(),
            )
            if self.sources
            else None
        )  # fmt: skip

        def report_video(share: float) -> None:
            report((len(self._steps) + min(share, 0.99)) / max(1, len(self._paths)))

        on_progress = cancellable_progress(cancel, report_video, "indexing")
        with cancellable(cancel), closing(open_library(model, self.library)) as library:
            self._paths = self._check_videos(_find_unindexed(library, folder, transcriber))
            steps = index_files(
                library, model, self._paths, transcriber=transcriber, on_progress=on_progress
            )
            while len(self._steps) < len(self._paths):
                on_progress(0.0)
                with line.turn(key, cancel):
                    self._steps.append(next(steps))

    def _check_videos(self, paths: Iterable[Path]) -> list[Path]:
        """Return the videos that `check` admits, in order; store the refusals of the other ones."""
        admitted_paths = []
        for path in paths:
            try:
                self.check(path)
                admitted_paths.append(path)
            except VQAError as error:
                self._refusals.append(f"{path.name}: {error}")
        return admitted_paths

    @property
    def _num_additions(self) -> int:
        """Number of videos that were added to the library so far."""
        return sum(not step.error for step in self._steps)

    def _label(self) -> str:
        """Return the label of the progress bar: number and name of the video that is indexed."""
        language, number = self.state.language, len(self._steps)
        if number >= len(self._paths):
            return translate("indexing_start", language)
        name, total = self._paths[number].name, len(self._paths)
        return translate("indexing_video", language, number=number + 1, total=total, name=name)

    def _summary(self) -> str:
        """Return as HTML how many videos were added, and the first five problems."""
        text = hint_html("indexing_done", self.state.language, count=self._num_additions)
        failures = [f"{step.path.name}: {step.error}" for step in self._steps if step.error]
        problems = [*self._refusals, *failures]
        return text + "".join(f"<p>{alert_html(problem)}</p>" for problem in problems[:_MAX_ERRORS])


def _find_unindexed(
    library: VideoLibrary, folder: Path, transcriber: Transcriber | None
) -> list[Path]:
    """Return the new and changed videos of a folder; remove its deleted ones from the library."""
    sources = transcriber.sources if transcriber else frozenset[str]()
    paths = library.find_unindexed(folder, text_sources=sources)
    remove_deleted(library, folder)
    return paths


def matches_html(matches: Sequence[SegmentMatch], language: Language) -> str:
    """Return search results as an HTML list with two buttons each: open the video there, and Save.

    The buttons have the index of their match as `data-item`; see `scripts.PICK_ITEM`. "" without
    results.
    """
    items = [_match_html(number, match, language) for number, match in enumerate(matches)]
    return f'<ol class="vqa-moments">{"".join(items)}</ol>' if items else ""


def _match_html(number: int, match: SegmentMatch, language: Language) -> str:
    """Return a search result as an HTML list item; see `matches_html`."""
    picture = f"data:image/jpeg;base64,{base64.b64encode(match.thumbnail).decode()}"
    span = format_range(match.start_s, match.end_s)
    name, line = html.escape(match.path.name), html.escape(match.text)
    alt = html.escape(translate("frame_alt", language, time=format_time(match.thumbnail_s)))
    return (
        f'<li><button type="button" class="vqa-match" data-action="open" data-item="{number}">'
        f'<img src="{picture}" alt="{alt}"><bdi class="vqa-video_name">{name}</bdi><span>{span}</span>'
        f"{f'<q dir=auto>{line}</q>' if line else ''}</button>"
        f"{save_button(match.start_s, match.end_s, language, item=number)}</li>"
    )


def videos_html(videos: Sequence[Path], options: PageOptions, language: Language) -> str:
    """Return the videos of the library as an HTML list with buttons to open and to remove each.

    At most 500 are listed; without any, a hint is returned. The folder is displayed to the owner of
    the library alone, and Remove to those who may change it.
    """
    if not videos:
        return hint_html(f"library_empty_{options.library}", language)
    rows = [_video_html(number, video, options, language) for number, video in enumerate(videos)]
    heading = html.escape(translate("library_videos", language, count=len(videos)))
    return (
        f'<h3 class="vqa-library_videos-heading">{heading}</h3>'
        f'<ul class="vqa-library_videos" tabindex="0" aria-label="{heading}">{"".join(rows[:_MAX_ROWS])}</ul>'
    )


def _video_html(number: int, video: Path, options: PageOptions, language: Language) -> str:
    """Return a video of the library as an HTML list item; see `videos_html`."""
    name = html.escape(video.name)
    place = f"<small><bdi>{html.escape(str(video.parent))}</bdi></small>"
    label = html.escape(translate("remove_video", language, name=video.name))
    question = html.escape(translate("remove_question", language, name=video.name))
    remove = (
        f'<button type="button" class="vqa-save" data-action="remove" data-item="{number}" '
        f'data-question="{question}" title="{label}" aria-label="{label}">'
        f"{html.escape(translate('remove', language))}</button>"
    )
    return (
        f'<li><button type="button" class="vqa-match" data-action="open" data-item="{number}">'
        f'<bdi class="vqa-video_name">{name}</bdi>{place if options.library == "owner" else ""}</button>'
        f"{remove if options.library != 'reader' else ''}</li>"
    )
