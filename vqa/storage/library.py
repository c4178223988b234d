"""Library of indexed videos: its interface, what is put in, and what a search returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from vqa import settings
from vqa.errors import SettingError

VIDEO_SUFFIXES = frozenset(
    ".mp4 .mov .m4v .mkv .webm .avi .gif .ts .mpg .mpeg .flv .wmv .3gp .ogv".split()
)


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Part of a video with its embedding, to be indexed.

    Args:
        start_s: start in seconds.
        end_s: end in seconds.
        thumbnail_s: time of `frame`.
        vector: (D,) unit vector: of the picture, or of the meaning of `text`.
        frame: (H, W, 3) uint8 RGB.
        text: line of speech or on-screen text; empty for a picture.
        source: what the vector embeds.
    """

    start_s: float
    end_s: float
    thumbnail_s: float
    vector: NDArray[np.float32]
    frame: NDArray[np.uint8]
    text: str = ""
    source: Literal["picture", "speech", "screen"] = "picture"


@dataclass(frozen=True, kw_only=True)
class SegmentMatch:
    """Search result: a segment of an indexed video.

    Args:
        path: a file with this content.
        start_s: start in seconds.
        end_s: end in seconds.
        thumbnail_s: time of the thumbnail.
        score: cosine similarity, or 1 for a line that contains all words of the query.
        text: the line that matched; empty for a picture.
        thumbnail: JPEG.
    """

    path: Path
    start_s: float
    end_s: float
    thumbnail_s: float
    score: float
    text: str
    thumbnail: bytes


class VideoLibrary(Protocol):
    """Interface of a library of indexed videos; `LocalLibrary` documents each method."""

    def __len__(self) -> int: ...

    def close(self) -> None:
        """Save pending changes and release the storage."""
        ...

    def find_unindexed(self, folder: Path, *, text_sources: Collection[str] = ()) -> list[Path]:
        """List the video files of a folder that are not indexed or have changed since."""
        ...

    def add(
        self, path: Path, segments: Sequence[Segment], *, text_sources: Collection[str] = ()
    ) -> None:
        """Index a video, replacing what was indexed of it."""
        ...

    def remove_deleted(self, folder: Path) -> int:
        """Remove the videos of a folder whose files no longer exist; returns their number."""
        ...

    def search(
        self, vector: NDArray[np.float32], *, limit: int = 10, threshold: float = -1.0
    ) -> list[SegmentMatch]:
        """Find the segments whose pictures are nearest to a vector."""
        ...

    def search_lines(
        self,
        vector: NDArray[np.float32],
        words: Sequence[str],
        *,
        limit: int = 10,
        threshold: float = -1.0,
    ) -> list[SegmentMatch]:
        """Find the lines that contain all words or are near to a vector."""
        ...


def video_files(folder: Path) -> Iterator[Path]:
    """Iterate over the video files of a folder and below, by their suffixes, in order.

    Raises:
        SettingError: there is no such folder.
    """
    if not folder.is_dir():
        raise SettingError(f"There is no folder {folder}.", cure="Check the path.")
    for path in sorted(folder.resolve().rglob("*")):
        if path.suffix.lower() in VIDEO_SUFFIXES and path.is_file():
            yield path


def check_library(folder: Path | None = None) -> list[str]:
    """Run SQLite's integrity check on the library on this machine, and return the problems."""
    file = (folder or settings.home() / "library") / "library.sqlite"
    if not file.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            rows = [str(row[0]) for row in database.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if rows == ["ok"] else rows


def file_state(path: Path) -> tuple[int, float, float]:
    """Size, modification time and change time of a file, to detect that it was replaced.

    A replaced file of the same size and modification time still has another change time.
    """
    stat = path.stat()
    return stat.st_size, stat.st_mtime, stat.st_ctime
