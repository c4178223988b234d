"""Where the training pictures lie for a search head that never saw them.

The head knows the pictures it was trained on: it places them much nearer to their captions than any new picture. What
learns to read the head's vectors from those believes them too much. So the pictures are split into folds, a head is
trained without each fold, and its pictures are placed by that head.

Source: stacked generalization, Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1.
"""

from __future__ import annotations

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from vqa.models.fused.model import FusedVideoQA
from vqa.training.prepare import Workshop
from vqa.training.search_head import Gallery, hang, head_parts, teach_head
from vqa.training.settings import TrainingSettings

_ROWS_AT_ONCE = 1000


def place_unseen(workshop: Workshop, settings: TrainingSettings) -> None:
    """Let the batches of training hold vectors by heads that never saw the pictures; see `Batches.meanings`.

    The model's own head, which saw them all, stays as it is. Writes `meanings.safetensors` into `settings.out`; a run
    that goes on takes it up.
    """
    if settings.search_folds < 2:
        return
    file = settings.out / "meanings.safetensors"
    if not file.is_file():
        save_file({"meanings": _placed(workshop, settings)}, file)
    workshop.batches.meanings = load_file(file)["meanings"]


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
        teach_head(workshop, settings, gallery, seen, settings.search_steps * (folds - 1) // folds)
        places = [table.rows[record.path] for record in unseen]
        rows = torch.cat([torch.arange(p.first, p.first + p.count) for p in places])
        meanings[rows] = _place(model, gallery, rows)
    with torch.no_grad():
        for name, parameter in head_parts(model).items():
            parameter.copy_(own[name]).requires_grad_(False)
    return meanings


def _begin_anew(model: FusedVideoQA, seed: int) -> None:
    """A head that has seen nothing."""
    fresh = FusedVideoQA(model.config)
    torch.manual_seed(seed)
    fresh.contrastive_head.apply(fresh._init_weights)
    with torch.no_grad():
        for name, parameter in head_parts(fresh).items():
            head_parts(model)[name].copy_(parameter).requires_grad_(True)


def _place(model: FusedVideoQA, gallery: Gallery, rows: Tensor) -> Tensor:
    """(R, E) half precision: where the head puts these feature rows, without its dropout."""
    widen, bend, _, narrow = model.contrastive_head
    placed = []
    with torch.no_grad():
        for part in rows.split(_ROWS_AT_ONCE):
            learnt = narrow(bend(widen(gallery.pooled[part].float().to(model.device))))
            names = gallery.label_logits[part].to(model.device)
            placed.append(model.with_names(learnt, names).half().cpu())
    return torch.cat(placed)
