"""The models to choose from, each with what choosing it would mean."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.models.registry import fits, on_disk, rows
from vqa.ui.i18n import Language, say


def names(first: str, *, only_here: bool) -> tuple[str, ...]:
    """The names to choose from, `first` before all; `only_here` leaves out what would be downloaded."""
    known = [row.name for row in rows() if not only_here or on_disk(row)]
    return tuple(dict.fromkeys((first, *known)))


def choices(names: Sequence[str], language: Language) -> list[tuple[str, str]]:
    """Each name with its words: size, memory, licence, whether it fits this machine and is on its disk."""
    known = {row.name: row for row in rows()}
    told = []
    for name in names:
        words = [name]
        if row := known.get(name):
            words += [
                say("model_size", language, millions=row.parameters_m),
                say("model_memory", language, gigabytes=row.memory_gb),
                row.licence,
                say("model_fits" if fits(row) else "model_too_big", language),
                say("model_here", language)
                if on_disk(row)
                else say("model_elsewhere", language, gigabytes=row.download_gb),
            ]
        told.append((" · ".join(words), name))
    return told
