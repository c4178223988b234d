"""What can be clicked after a failure: fewer frames, a lighter model."""

from __future__ import annotations

from vqa.errors import ModelError, OutOfMemory, VQAError
from vqa.models.registry import fits, on_disk, rows
from vqa.ui.i18n import Language, say
from vqa.ui.session_state import Cure, Visit

_FEWEST_FRAMES = 2


def offered(visit: Visit, error: VQAError) -> tuple[Cure, ...]:
    """The cures of a failure that are one click away, the mildest first."""
    found = []
    session = visit.session
    if isinstance(error, OutOfMemory) and session is not None:
        clip = session.context.clip if session.context is not None else None
        frames = len(clip.times_s) if clip is not None else session.model.sampling.num_frames
        if frames > _FEWEST_FRAMES:
            found.append(Cure(num_frames=max(_FEWEST_FRAMES, frames // 2)))
    if isinstance(error, ModelError) and (lighter := lighter_model(visit.model)) is not None:
        found.append(Cure(model=lighter))
    return tuple(found)


def lighter_model(name: str) -> str | None:
    """The best model on this disk that takes less memory than this one and answers questions, or None."""
    memory = next((row.memory_gb for row in rows() if row.name == name), float("inf"))
    able = [
        row
        for row in rows()
        if row.parameters_m and row.memory_gb < memory and fits(row) and on_disk(row)
    ]
    return max(able, key=lambda row: row.memory_gb).name if able else None


def label(cure: Cure, language: Language) -> str:
    """What stands on the button."""
    if cure.num_frames is not None:
        return say("cure_frames", language, frames=cure.num_frames)
    return say("cure_model", language, model=cure.model)
