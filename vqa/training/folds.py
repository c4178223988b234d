"""Where the training pictures lie for a search head that never saw them.

The head knows the pictures it was trained on: it places them much nearer to their captions than any new picture. What
learns to read the head's vectors from those believes them too much. So the pictures are split into folds, a head is
trained without each fold, and its pictures are placed by that head.

Source: stacked generalization, Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from vqa.models.fused.model import FusedVideoQA
from vqa.training.prepare import Workshop
from vqa.training.search_head import Gallery, hang, head_parts, teach_head
from vqa.training.settings import TrainingSettings

_ROWS_AT_ONCE = 1000


def place_unseen(workshop: Workshop, settings: TrainingSettings) -> Workshop:
    """A workshop whose training pictures are placed by heads that never saw them; see `Batches`.

    The model's own head, which saw them all, stays as it is. Writes `meanings.safetensors` into `settings.out`; a run
    that goes on takes it up.
    """
    if settings.search_folds < 2 or not settings.search_steps:
        return workshop
    file = settings.out / "meanings.safetensors"
    made_by = {
        name: str(getattr(settings, name))
        for name in ("data", "num_views", "search_steps", "search_pictures", "search_folds", "seed")
    }
    meanings = None
    if file.is_file():
        with safe_open(file, framework="pt") as kept:
            meanings = kept.get_tensor("meanings") if kept.metadata() == made_by else None
    if meanings is None:
        meanings = _placed(workshop, settings)
        fresh = file.with_suffix(".new")
        save_file({"meanings": meanings}, fresh, metadata=made_by)
        fresh.replace(file)
    return replace(workshop, batches=workshop.batches.placed(meanings))


def _placed(workshop: Workshop, settings: TrainingSettings) -> Tensor:
    """(rows, E) half precision."""
    model, table = workshop.model, workshop.batches.composer.features
    own = {name: p.detach().clone() for name, p in head_parts(model).items()}
    gallery, folds = hang(workshop), settings.search_folds
    meanings = torch.zeros(len(table.cells), model.config.text_size, dtype=torch.float16)
    for fold in range(folds):
        seen = [record for place, record in enumerate(workshop.records) if place % folds != fold]
        unseen = workshop.records[fold::folds]
        _begin_anew(model, settings.seed)
        steps = settings.search_steps * (folds - 1) // folds
        teach_head(workshop, settings, gallery, seen, steps, fold=fold)
        places = [table.rows[record.path] for record in unseen]
        rows = torch.cat([torch.arange(p.first, p.first + p.count) for p in places])
        meanings[rows] = _by_head(model, gallery, rows)
    with torch.no_grad():
        for name, parameter in head_parts(model).items():
            parameter.copy_(own[name]).requires_grad_(False)
    return meanings


def _begin_anew(model: FusedVideoQA, seed: int) -> None:
    """A head that has seen nothing; how much its two scales count is learnt from where it was."""
    torch.manual_seed(seed)
    model.contrastive_head.apply(model._init_weights)
    for parameter in head_parts(model).values():
        parameter.requires_grad_(True)


def _by_head(model: FusedVideoQA, gallery: Gallery, rows: Tensor) -> Tensor:
    """(R, E) half precision: where the head puts these feature rows."""
    with torch.no_grad():
        placed = [
            model.place(
                gallery.pooled[part].float().to(model.device),
                gallery.label_logits[part].to(model.device),
            )
            for part in rows.split(_ROWS_AT_ONCE)
        ]
    return torch.cat(placed).half().cpu()
