"""Interface of a library of indexed videos, its entries and its search results."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vqa.storage.video_files import is_deleted


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Time range of a video with an embedding, to be indexed.

    Args:
        start_s: start in seconds.
        end_s: end in seconds.
        thumbnail_s: time of the thumbnail in seconds.
        vector: (D,) float32 unit vector: embedding of the frames, or sentence embedding of `text`.
        thumbnail: JPEG bytes, see `encode_thumbnail`.
        text: line of speech or on-screen text; empty if the vector embeds frames.
        source: what the vector embeds: frames (`picture`), a line of speech, or on-screen text.
    """

    start_s: float
    end_s: float
    thumbnail_s: float
    vector: NDArray[np.float32]
    thumbnail: bytes
    text: str = ""
    source: Literal["picture", "speech", "screen"] = "picture"


@dataclass(frozen=True, kw_only=True)
class SegmentMatch:
    """Search result: a segment of an indexed video.

    Args:
        path: an existing file with the video's content.
        start_s: start in seconds.
        end_s: end in seconds.
        thumbnail_s: time of the thumbnail in seconds.
        score: cosine similarity, or 1 for a line that contains all words of the query.
        text: the line that matched; empty if the frames matched.
        thumbnail: JPEG bytes.
    """

    path: Path
    start_s: float
    end_s: float
    thumbnail_s: float
    score: float
    text: str
    thumbnail: bytes


class VideoLibrary(Protocol):
    """Interface of a library of indexed videos; `len` is its number of segments.

    Methods raise SettingError or StorageError if the library cannot be reached, read or written.
    """

    def __len__(self) -> int: ...

    def close(self) -> None:
        """Save pending changes and release the storage; the library cannot be used afterwards."""
        ...

    def find_unindexed(self, folder: Path, *, text_sources: Collection[str] = ()) -> list[Path]:
        """Return the sorted video files below a folder that are not or not completely indexed.

        That is the case for a new or changed file, and for one that was indexed without one of
        `text_sources`. A moved or copied file is identified by its content and needs no indexing;
        its path is recorded.

        Args:
            folder: folder to search, at any depth.
            text_sources: required sources of timed text: `speech`, `screen`; empty needs none.

        Raises:
            SettingError: the folder does not exist.
        """
        ...

    def add(
        self, path: Path, segments: Sequence[Segment], *, text_sources: Collection[str] = ()
    ) -> None:
        """Index a video: replace its frame segments and its lines of `text_sources`.

        Lines of other text sources stay. Copies of the file share its segments.

        Args:
            path: video file.
            segments: its frame segments and lines; empty records the video without any.
            text_sources: sources that were transcribed, even without a result: `speech`, `screen`.

        Raises:
            VideoError: the file does not exist or cannot be read.
        """
        ...

    def paths(self) -> list[Path]:
        """Return the absolute paths of all indexed files, sorted.

        Copies are included, and files that have been deleted from the disk since.
        """
        ...

    def remove(self, paths: Collection[Path]) -> int:
        """Remove files from the library, not from the disk; return the number of those it had.

        The segments of a content are deleted with its last file.

        Args:
            paths: paths as `paths` returns them.
        """
        ...

    def search(
        self, vector: NDArray[np.float32], *, limit: int = 10, threshold: float = -1.0
    ) -> list[SegmentMatch]:
        """Return the frame segments with the highest cosine similarity to a vector, best first.

        Segments without an existing file are dropped after the search, so that fewer than `limit`
        may be returned.

        Args:
            vector: (D,) unit vector.
            limit: maximum number of results, at least 1.
            threshold: minimum cosine similarity, inclusive; -1 accepts all.
        """
        ...

    def search_lines(
        self,
        vector: NDArray[np.float32],
        words: Sequence[str],
        *,
        limit: int = 10,
        threshold: float = -1.0,
    ) -> list[SegmentMatch]:
        """Return the lines that contain all words or are similar to a vector, best first.

        Lines that contain all words have the score 1. As in `search`, those without an existing
        file are dropped.

        Args:
            vector: (D,) embedding of the query, a unit vector.
            words: content words of the query; other inflections match, too. Empty matches none.
            limit: maximum number of results, at least 1.
            threshold: minimum cosine similarity of lines that do not contain all words, inclusive.
        """
        ...


def remove_deleted(library: VideoLibrary, folder: Path) -> int:
    """Remove from a library the files below a folder that no longer exist; return their number.

    Copies that still exist keep the segments of their content.
    """
    folder = folder.resolve()
    return library.remove([path for path in library.paths() if is_deleted(path, folder)])


THUMBNAIL_PX = 160


def encode_thumbnail(frame: NDArray[np.uint8]) -> bytes:
    """Encode a frame, (H, W, 3) uint8 RGB, as JPEG bytes of at most 160 × 160 pixels.

    The aspect ratio is kept; a smaller frame is not enlarged. H and W are at least 1.
    """
    image = Image.fromarray(frame)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def needs_indexing(
    available_sources: Collection[str] | None, text_sources: Collection[str]
) -> bool:
    """Whether a video is not indexed, or was indexed without a required source of timed text.

    Args:
        available_sources: sources that were transcribed; None if the video is not indexed.
        text_sources: required sources: `speech`, `screen`.
    """
    return available_sources is None or not set(text_sources) <= set(available_sources)


def version_hash(version: str) -> str:
    """Return 12 hexadecimal digits that stand for a model version in a database schema's name."""
    return hashlib.sha256(version.encode()).hexdigest()[:12]
