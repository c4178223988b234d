"""The library of indexed videos, as its panel searches it."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL import Image

from vqa import settings
from vqa.errors import SettingError
from vqa.models.protocol import VideoQAModel
from vqa.storage.library import Found
from vqa.tasks.indexing import open_library, search_library
from vqa.ui.frames import stamp
from vqa.ui.i18n import Language, say

Picture = tuple[Image.Image, str]


def there() -> bool:
    """Whether videos have been indexed, on this machine or on a server for libraries."""
    kept_here = (settings.home() / "library" / "library.sqlite").is_file()
    return kept_here or settings.library_address() is not None


def places(model: VideoQAModel, words: str, language: Language) -> tuple[Found, ...]:
    """The stretches of all indexed videos that fit the words and whose files are there, best first.

    Raises:
        SettingError: no words, or the library belongs to another model.
        Unsupported: the model cannot search.
    """
    if not words.strip():
        raise SettingError(say("no_words", language), cure="")
    library = open_library(model)
    try:
        found = search_library(library, model, words)
    finally:
        library.close()
    return tuple(place for place in found if place.path.is_file())


def pictures(found: Iterable[Found]) -> list[Picture]:
    """A picture for each place, with the video's name and the times."""
    return [
        (
            Image.open(io.BytesIO(place.thumbnail)),
            f"{place.path.name}, {stamp(place.start_s, 0)} – {stamp(place.end_s, 0)} {place.text}".strip(),
        )
        for place in found
    ]
