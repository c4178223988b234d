"""Search panel over all indexed videos."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL import Image

from vqa import settings
from vqa.errors import SettingError
from vqa.models.protocol import VideoQAModel
from vqa.storage.library import SegmentMatch
from vqa.tasks.indexing import open_library, search_library
from vqa.timecode import format_time
from vqa.ui.i18n import Language, translate

GalleryItem = tuple[Image.Image, str]


def has_library() -> bool:
    """Return whether videos are indexed on this machine, or a library server is configured."""
    is_local = (settings.home() / "library" / "library.sqlite").is_file()
    return is_local or settings.library_address() is not None


def search_indexed_videos(
    model: VideoQAModel, query: str, language: Language
) -> tuple[SegmentMatch, ...]:
    """Return the moments of all indexed videos that match a text query, best first.

    Matches in files that no longer exist are left out.

    Raises:
        SettingError: the query is empty, or the library was indexed with another model.
        Unsupported: the model does not embed text and frames.
    """
    if not query.strip():
        raise SettingError(translate("no_query", language), cure="")
    library = open_library(model)
    try:
        hits = search_library(library, model, query)
    finally:
        library.close()
    return tuple(hit for hit in hits if hit.path.is_file())


def gallery_items(hits: Iterable[SegmentMatch]) -> list[GalleryItem]:
    """Return (thumbnail, label) of each match for a Gradio gallery.

    A label holds the video's file name, start and end time, and the matching line of text if there
    is one.
    """
    return [
        (
            Image.open(io.BytesIO(hit.thumbnail)),
            f"{hit.path.name}, {format_time(hit.start_s)} – {format_time(hit.end_s)} {hit.text}".strip(),
        )
        for hit in hits
    ]
