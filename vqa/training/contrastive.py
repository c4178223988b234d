"""The contrastive head, trained by itself before the rest: it places frames among sentences, and it reads alone.

Two losses: InfoNCE pulls a picture to a caption, to what a caption says happens, or to a question with its answer; a
binary cross-entropy over complete boxes says of every class whether it is there, so that one threshold of the cosine
means presence. Without much dropout it knows the photographs by heart within a few hundred steps.

Source: CLIP, arXiv:2103.00020; the sentences' side, MiniLM, stands still.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from vqa.atomic_write import atomic_write
from vqa.models.fused.modeling import FusedVideoQA
from vqa.training.data.collate import tidy_answer
from vqa.training.data.records import Record
from vqa.training.qa.boxes import OBJECT_NAMES
from vqa.training.qa.composer import Composer
from vqa.training.settings import TrainingSettings
from vqa.training.setup import Workshop

SEARCH_HEAD = ("contrastive_", "name_scale")
_LEARNING_RATE, _WEIGHT_DECAY = 1e-3, 0.05
_WARMUP_STEPS, _DECAY = 50, 0.6
_INPUT_DROPOUT, _HIDDEN_DROPOUT = 0.5, 0.4
_LABEL_SMOOTHING = 0.1
_PRESENCE_WEIGHT = 5.0
_PRESENCE_PICTURES = 256
_LARGEST_SCALE = 50.0
# Sentences this near say the same; neither is wrong for the other's picture.
_SAME_SENTENCE = 0.97
_QUESTION_SHARE, _EVENT_SHARE = 0.3, 0.25
_ASKED = frozenset({"cocoqa", "vqa", "daquar", "scene15"})
_ROWS_AT_ONCE = 1000
_LOGGED_EVERY = 100


def train_search_head(workshop: Workshop, settings: TrainingSettings) -> None:
    """Train the head and hold it still from here on; a run that goes on takes up the head it had made.

    Writes `search_head.safetensors` and a line of `search_log.jsonl` every hundred steps into `settings.out`.
    """
    model = workshop.model
    parts = {name: p for name, p in model.named_parameters() if name.startswith(SEARCH_HEAD)}
    file = settings.out / "search_head.safetensors"
    if settings.search_steps and not file.is_file():
        _train(workshop, settings, list(parts.values()))
        with atomic_write(file) as temporary:
            save_file({name: p.detach().cpu() for name, p in parts.items()}, temporary)
    with torch.no_grad():
        for name, kept in (load_file(file) if file.is_file() else {}).items():
            parts[name].copy_(kept)
    for parameter in parts.values():
        parameter.requires_grad_(False)


@dataclass(frozen=True, kw_only=True)
class _Gallery:
    """All that the head reads, on its device: what it pools of each feature row, ImageNet scores, sentences' vectors."""

    pooled: Tensor
    label_logits: Tensor
    vectors: dict[str, Tensor]


def _train(workshop: Workshop, settings: TrainingSettings, parts: Sequence[nn.Parameter]) -> None:
    model, composer = workshop.model, workshop.batches.composer
    told = {r.path: s for r in workshop.records if any(s := _sayings(r, composer))}
    worded = [record for record in workshop.records if record.path in told]
    boxed = [record for record in workshop.records if record.objects is not None]
    gallery = _hang(workshop, [s for kinds in told.values() for kind in kinds for s in kind])
    there = {
        record.path: torch.tensor([n in {o[0] for o in record.objects or ()} for n in OBJECT_NAMES])
        for record in boxed
    }
    names = workshop.batches.memo.vectors(OBJECT_NAMES).to(model.device)
    slope, level = nn.Parameter(torch.tensor(10.0)), nn.Parameter(torch.tensor(-3.0))
    learning = [*parts, slope, level]
    optimizer = torch.optim.AdamW(
        learning, lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY, betas=(0.9, 0.98)
    )
    dice = random.Random(f"search:{settings.seed}")
    torch.manual_seed(settings.seed)
    began, sums = time.monotonic(), [torch.zeros(()), torch.zeros(())]
    for step in range(settings.search_steps):
        left = (settings.search_steps - step) / (_DECAY * settings.search_steps)
        for group in optimizer.param_groups:
            group["lr"] = _LEARNING_RATE * min(1.0, (step + 1) / _WARMUP_STEPS, left)
        chosen = dice.sample(worded, min(settings.search_pictures, len(worded)))
        sentences = torch.stack([gallery.vectors[_draw(told[r.path], dice)] for r in chosen])
        contrast = _contrastive_loss(
            model, _place(model, chosen, composer, gallery, dice), sentences.to(model.device)
        )
        presence = contrast.new_zeros(())
        if boxed:
            chosen = dice.sample(boxed, min(_PRESENCE_PICTURES, len(boxed)))
            told_there = torch.stack([there[record.path] for record in chosen])
            scores = _place(model, chosen, composer, gallery, dice) @ names.T
            presence = functional.binary_cross_entropy_with_logits(
                slope.to(scores.device) * scores + level.to(scores.device), told_there.to(scores)
            )
        optimizer.zero_grad(set_to_none=True)
        (contrast + _PRESENCE_WEIGHT * presence).backward()
        nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        sums = [sums[0] + contrast.detach(), sums[1] + presence.detach()]
        if (step + 1) % _LOGGED_EVERY == 0:
            line = {"step": step + 1, "seconds": round(time.monotonic() - began, 1)} | {
                name: round(float(value) / _LOGGED_EVERY, 4)
                for name, value in zip(("contrastive", "presence"), sums, strict=True)
            }
            with (settings.out / "search_log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            sums = [torch.zeros(()), torch.zeros(())]


def _hang(workshop: Workshop, sentences: Sequence[str]) -> _Gallery:
    """Pool every feature row and read every sentence, once: an eighth of the features, held in memory."""
    model, table = workshop.model, workshop.batches.composer.features
    pooled = []
    with torch.inference_mode():
        for start in range(0, len(table.cells), _ROWS_AT_ONCE):
            rows = torch.arange(start, min(start + _ROWS_AT_ONCE, len(table.cells)))
            pooled.append(model.pool_grid(table.take(rows)[0].to(model.device)).half())
    return _Gallery(
        pooled=torch.cat(pooled).clone(),
        label_logits=torch.from_numpy(np.array(table.label_logits)).to(model.device),
        vectors=workshop.batches.memo.once(sentences),
    )


def _place(
    model: FusedVideoQA,
    records: Sequence[Record],
    composer: Composer,
    gallery: _Gallery,
    dice: random.Random,
) -> Tensor:
    """(P, E): where the head puts a view of each picture, with dropout."""
    places = [composer.features.rows[record.path] for record in records]
    drawn = [place.first + dice.randrange(place.count) for place in places]
    rows = torch.tensor(drawn, device=model.device)
    pooled = gallery.pooled[rows].float()
    widen, bend, _, narrow = model.contrastive_head
    hidden = functional.dropout(
        bend(widen(functional.dropout(pooled, _INPUT_DROPOUT))), _HIDDEN_DROPOUT
    )
    return model.add_label_embeddings(narrow(hidden), gallery.label_logits[rows])


def _contrastive_loss(model: FusedVideoQA, seen: Tensor, sentences: Tensor) -> Tensor:
    """How badly each picture finds its sentence among all of the batch, and each sentence its picture."""
    scores = model.contrastive_scale.exp().clamp(max=_LARGEST_SCALE) * seen @ sentences.T
    own = torch.eye(len(scores), dtype=torch.bool, device=scores.device)
    scores = scores.masked_fill((sentences @ sentences.T > _SAME_SENTENCE) & ~own, -1e4)
    pairs = torch.arange(len(scores), device=scores.device)
    return (
        functional.cross_entropy(scores, pairs, label_smoothing=_LABEL_SMOOTHING)
        + functional.cross_entropy(scores.T, pairs, label_smoothing=_LABEL_SMOOTHING)
    ) / 2


_Sayings = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _sayings(record: Record, composer: Composer) -> _Sayings:
    """What is true of a picture: sentences about it, what they say happens, and questions with their answers."""
    if record.is_clip:
        return (), (), ()
    events = {
        " ".join(filter(None, ("a", event.subject, event.doing, event.object)))
        for fact in composer.facts.get(record.path, ())
        for event in fact.events
    }
    asked = {
        tidy_answer(f"{question.text.strip(' ?')} {question.answer}")
        for question in record.questions
        if question.src in _ASKED and question.answer not in ("yes", "no")
    }
    said = (*record.captions, *(fact.text for fact in composer.restated.get(record.path, ())))
    return tuple(map(tidy_answer, said)), tuple(sorted(events)), tuple(sorted(asked))


def _draw(sayings: _Sayings, dice: random.Random) -> str:
    """One of a picture's sayings: more often a caption than what it says happens, or a question."""
    captions, events, asked = sayings
    if asked and (not captions or dice.random() < _QUESTION_SHARE):
        return asked[dice.randrange(len(asked))]
    if events and dice.random() < _EVENT_SHARE:
        return events[dice.randrange(len(events))]
    return captions[dice.randrange(len(captions))]
