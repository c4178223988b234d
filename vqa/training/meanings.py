"""What frames mean: the contrastive head's own lesson, from large batches, before the fusion reads its vectors.

Source: InfoNCE in both directions, as in CLIP, arXiv:2103.00020; the sentences' side, MiniLM, stands still.
"""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from vqa.models.fused.model import FusedVideoQA
from vqa.training.collate import Batches

_PICTURES_AT_ONCE = 1024
_LEARNING_RATE, _WEIGHT_DECAY = 1e-3, 0.05
_LARGEST_SCALE = 50.0
_LOGGED_EVERY = 20
# Sentences this near say the same; neither is wrong for the other's picture.
_SAME_SENTENCE = 0.97


def contrastive_loss(
    model: FusedVideoQA, cells: Tensor, label_logits: Tensor, sentence_vectors: Tensor
) -> Tensor:
    """How badly each of P pictures finds its sentence among all, and each sentence its picture.

    Args:
        model: whose `embed_frames` learns.
        cells: (P, C, F).
        label_logits: (P, 1000).
        sentence_vectors: (P, E) unit vectors; row p is of picture p.
    """
    seen = model.embed_frames(cells, label_logits)
    scores = model.contrastive_scale.exp().clamp(max=_LARGEST_SCALE) * seen @ sentence_vectors.T
    alike = (sentence_vectors @ sentence_vectors.T) > _SAME_SENTENCE
    own = torch.eye(len(scores), dtype=torch.bool, device=scores.device)
    scores = scores.masked_fill(alike & ~own, -1e4)
    pairs = torch.arange(len(scores), device=scores.device)
    return (functional.cross_entropy(scores, pairs) + functional.cross_entropy(scores.T, pairs)) / 2


def learn_meanings(
    model: FusedVideoQA, batches: Batches, steps: int, seed: int, file: Path, log: Path
) -> None:
    """Train the contrastive head alone, or take up what an earlier call left in `file`.

    Args:
        model: its contrastive head is changed in place.
        batches: gives pictures with sentences.
        steps: how many; 0 leaves the head as it is.
        seed: what every chance is drawn from.
        file: where the head is kept when it is done.
        log: gets a line every few steps.
    """
    learning = {
        name: parameter
        for name, parameter in model.named_parameters()
        if name.startswith(("contrastive_", "name_scale"))
    }
    if file.is_file():
        kept = load_file(file)
        with torch.no_grad():
            for name, parameter in learning.items():
                parameter.copy_(kept[name])
        return
    if steps == 0:
        return
    groups: list[dict[str, Any]] = [
        {"params": [p for p in learning.values() if p.ndim >= 2]},
        {"params": [p for p in learning.values() if p.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _LEARNING_RATE, total_steps=steps)
    model.contrastive_head.train()
    for step in range(steps):
        torch.manual_seed(seed * 1_000_003 + step)
        cells, logits, sentences = batches.pictures(
            _PICTURES_AT_ONCE, random.Random(f"{seed}:meanings:{step}")
        )
        place = model.device
        vectors = batches.memo.vectors(sentences).to(place)
        loss = contrastive_loss(model, cells.to(place), logits.to(place), vectors)
        if not math.isfinite(loss.item()):
            raise FloatingPointError(f"the contrastive loss is {loss.item()} at step {step}")
        loss.backward()
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        if (step + 1) % _LOGGED_EVERY == 0 or step + 1 == steps:
            line = {"meaning_step": step + 1, "meaning": round(loss.item(), 4)}
            with log.open("a", encoding="utf-8") as out:
                out.write(json.dumps(line) + "\n")
    save_file({name: p.detach().cpu().contiguous() for name, p in learning.items()}, file)
