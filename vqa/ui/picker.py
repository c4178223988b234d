"""The models to choose from, each with what choosing it would mean."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.models.registry import fits, on_disk, rows
from vqa.ui.wording import Language, say


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
                say("model_here" if on_disk(row) else "model_elsewhere", language),
            ]
        told.append((" · ".join(words), name))
    return told
