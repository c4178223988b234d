"""Training of the contrastive head, which maps frames into MiniLM's sentence space.

Two losses: InfoNCE aligns an image with a caption, an event of a caption, or a question with its
answer; binary cross-entropy on exhaustive boxes makes one cosine threshold valid for the presence
of all classes. Without strong dropout, the head memorizes the images within a few hundred steps.

Source: CLIP, arXiv:2103.00020, with a frozen text encoder (MiniLM).
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from vqa.atomic_write import atomic_write
from vqa.models.fused.modeling import FusedVideoQA
from vqa.training.data.records import Record
from vqa.training.hyperparameters import TrainingSettings
from vqa.training.qa.boxes import OBJECT_NAMES
from vqa.training.qa.composer import Composer
from vqa.training.setup import TrainingSetup
from vqa.training.time_budget import Phase, TimeBudget
from vqa.training.vocabulary import normalize_answer

SEARCH_HEAD = ("contrastive_", "name_scale")
_LEARNING_RATE, _WEIGHT_DECAY = 1e-3, 0.05
_WARMUP_STEPS, _DECAY = 50, 0.6
# Share of the time that remains after preparation, in a run with a time limit.
_TIME_SHARE = 0.15
_INPUT_DROPOUT, _HIDDEN_DROPOUT = 0.5, 0.4
_LABEL_SMOOTHING = 0.1
_PRESENCE_WEIGHT = 5.0
_PRESENCE_PICTURES = 256
_MAX_SCALE = 50.0
# Sentences with at least this cosine count as equal, and not as negatives of each other.
_DUPLICATE_COSINE = 0.97
_QUESTION_SHARE, _EVENT_SHARE = 0.3, 0.25
_QUESTION_SOURCES = frozenset({"cocoqa", "vqa", "daquar", "scene15"})
_POOL_BATCH = 1000
_LOG_EVERY = 100


def train_search_head(setup: TrainingSetup, settings: TrainingSettings, budget: TimeBudget) -> None:
    """Train the contrastive head of `setup.model` in place and freeze it.

    Takes `settings.search_steps` steps or, in a run with a time limit, 15 % of the remaining time.
    Writes `search_head.safetensors` and `search_log.jsonl` to `settings.out`. If the former exists,
    or `settings.search_steps` is 0, nothing is trained; an existing file is loaded.
    """
    model = setup.model
    parts = {name: p for name, p in model.named_parameters() if name.startswith(SEARCH_HEAD)}
    file = settings.out / "search_head.safetensors"
    if settings.search_steps and not file.is_file():
        phase = budget.phase("search", _TIME_SHARE, resumable=False)
        _train(setup, settings, list(parts.values()), phase)
        with atomic_write(file) as temporary:
            save_file({name: p.detach().cpu() for name, p in parts.items()}, temporary)
    with torch.no_grad():
        for name, value in (load_file(file) if file.is_file() else {}).items():
            parts[name].copy_(value)
    for parameter in parts.values():
        parameter.requires_grad_(False)


@dataclass(frozen=True, kw_only=True)
class _EmbeddingTable:
    """Precomputed inputs and targets of the head, for R feature rows (views or frames).

    Args:
        pooled_grids: (R, 2F) float16, from `FusedVideoQA.pool_grid`, on the model's device.
        label_logits: (R, 1000) float16, ImageNet class logits, on the model's device.
        embeddings: (E,) unit vector of each sentence, by sentence.
    """

    pooled_grids: Tensor
    label_logits: Tensor
    embeddings: dict[str, Tensor]


def _train(
    setup: TrainingSetup, settings: TrainingSettings, parts: Sequence[nn.Parameter], phase: Phase
) -> None:
    """Train the parameters of the head in place, and append a line per 100 steps to the log.

    Args:
        setup: model and data of the run.
        settings: hyperparameters of the run.
        parts: parameters of the head.
        phase: time span of the training, if the run has a time limit.
    """
    model, composer = setup.model, setup.batches.composer
    texts_by_path = {r.path: s for r in setup.records if any(s := _positive_texts(r, composer))}
    described_records = [record for record in setup.records if record.path in texts_by_path]
    boxed_records = [record for record in setup.records if record.objects is not None]
    table = _build_table(
        setup, [s for kinds in texts_by_path.values() for kind in kinds for s in kind]
    )
    presence_targets = {
        record.path: torch.tensor([n in {o[0] for o in record.objects or ()} for n in OBJECT_NAMES])
        for record in boxed_records
    }
    names = setup.batches.text_encoder.embed(OBJECT_NAMES).to(model.device)
    logit_scale, logit_bias = nn.Parameter(torch.tensor(10.0)), nn.Parameter(torch.tensor(-3.0))
    parameters = [*parts, logit_scale, logit_bias]
    optimizer = torch.optim.AdamW(
        parameters, lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY, betas=(0.9, 0.98)
    )
    rng = random.Random(f"search:{settings.seed}")
    torch.manual_seed(settings.seed)
    start_s, sums = time.monotonic(), [torch.zeros(()), torch.zeros(())]
    for step in count() if phase.budget.is_limited else range(settings.search_steps):
        progress = phase.progress()
        if progress == 1.0:
            break
        decay = (settings.search_steps - step) / (_DECAY * settings.search_steps)
        if progress is not None:
            decay = (1 - progress) / _DECAY
        for group in optimizer.param_groups:
            group["lr"] = _LEARNING_RATE * min(1.0, (step + 1) / _WARMUP_STEPS, decay)
        batch_records = rng.sample(
            described_records, min(settings.search_pictures, len(described_records))
        )
        sentences = torch.stack(
            [table.embeddings[_sample_text(texts_by_path[r.path], rng)] for r in batch_records]
        )
        contrastive = _contrastive_loss(
            model,
            _embed_pictures(model, batch_records, composer, table, rng),
            sentences.to(model.device),
        )
        presence = contrastive.new_zeros(())
        if boxed_records:
            batch_records = rng.sample(boxed_records, min(_PRESENCE_PICTURES, len(boxed_records)))
            targets = torch.stack([presence_targets[record.path] for record in batch_records])
            scores = _embed_pictures(model, batch_records, composer, table, rng) @ names.T
            presence = functional.binary_cross_entropy_with_logits(
                logit_scale.to(scores.device) * scores + logit_bias.to(scores.device),
                targets.to(scores),
            )
        optimizer.zero_grad(set_to_none=True)
        (contrastive + _PRESENCE_WEIGHT * presence).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        sums = [sums[0] + contrastive.detach(), sums[1] + presence.detach()]
        if (step + 1) % _LOG_EVERY == 0:
            line = {"step": step + 1, "seconds": round(time.monotonic() - start_s, 1)} | {
                name: round(float(value) / _LOG_EVERY, 4)
                for name, value in zip(("contrastive", "presence"), sums, strict=True)
            }
            with (settings.out / "search_log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            sums = [torch.zeros(()), torch.zeros(())]


def _build_table(setup: TrainingSetup, sentences: Sequence[str]) -> _EmbeddingTable:
    """Pool the grid features of all rows and embed all sentences, once.

    Pooled features take an eighth of the memory of grid features.
    """
    model, features = setup.model, setup.batches.composer.features
    batches = []
    with torch.inference_mode():
        for start in range(0, len(features.grid_features), _POOL_BATCH):
            rows = torch.arange(start, min(start + _POOL_BATCH, len(features.grid_features)))
            batches.append(model.pool_grid(features.take(rows)[0].to(model.device)).half())
    return _EmbeddingTable(
        pooled_grids=torch.cat(batches).clone(),
        label_logits=torch.from_numpy(np.array(features.label_logits)).to(model.device),
        embeddings=setup.batches.text_encoder.embed_uncached(sentences),
    )


def _embed_pictures(
    model: FusedVideoQA,
    records: Sequence[Record],
    composer: Composer,
    table: _EmbeddingTable,
    rng: random.Random,
) -> Tensor:
    """Embed one random view of each of P images, with dropout: (P, E) unit vectors.

    Args:
        model: network with the contrastive head.
        records: the P images.
        composer: its feature table has the rows of each image.
        table: precomputed inputs of the head.
        rng: random number generator that selects the views.
    """
    feature_rows = [composer.features.rows[record.path] for record in records]
    row_numbers = [item.first + rng.randrange(item.count) for item in feature_rows]
    rows = torch.tensor(row_numbers, device=model.device)
    pooled_grids = table.pooled_grids[rows].float()
    expand, activation, _, project = model.contrastive_head
    hidden_states = functional.dropout(
        activation(expand(functional.dropout(pooled_grids, _INPUT_DROPOUT))), _HIDDEN_DROPOUT
    )
    return model.add_label_embeddings(project(hidden_states), table.label_logits[rows])


def _contrastive_loss(model: FusedVideoQA, frame_embeddings: Tensor, sentences: Tensor) -> Tensor:
    """Compute the symmetric InfoNCE loss of P pairs of (P, E) frame and sentence embeddings.

    Sentences with a cosine above 0.97 are no negatives of each other.
    """
    scores = model.contrastive_scale.exp().clamp(max=_MAX_SCALE) * frame_embeddings @ sentences.T
    diagonal = torch.eye(len(scores), dtype=torch.bool, device=scores.device)
    scores = scores.masked_fill((sentences @ sentences.T > _DUPLICATE_COSINE) & ~diagonal, -1e4)
    pairs = torch.arange(len(scores), device=scores.device)
    return (
        functional.cross_entropy(scores, pairs, label_smoothing=_LABEL_SMOOTHING)
        + functional.cross_entropy(scores.T, pairs, label_smoothing=_LABEL_SMOOTHING)
    ) / 2


_PositiveTexts = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _positive_texts(record: Record, composer: Composer) -> _PositiveTexts:
    """Return the texts that match an image: captions and statements, events, answered questions.

    The three tuples are empty for a clip.
    """
    if record.is_clip:
        return (), (), ()
    events = {
        " ".join(filter(None, ("a", event.subject, event.doing, event.object)))
        for fact in composer.facts.get(record.path, ())
        for event in fact.events
    }
    questions = {
        normalize_answer(f"{question.text.strip(' ?')} {question.answer}")
        for question in record.questions
        if question.src in _QUESTION_SOURCES and question.answer not in ("yes", "no")
    }
    sentences = (
        *record.captions,
        *(fact.text for fact in composer.statement_facts.get(record.path, ())),
    )
    return tuple(map(normalize_answer, sentences)), tuple(sorted(events)), tuple(sorted(questions))


def _sample_text(texts: _PositiveTexts, rng: random.Random) -> str:
    """Sample one text from the result of `_positive_texts`; captions have the largest share."""
    captions, events, questions = texts
    if questions and (not captions or rng.random() < _QUESTION_SHARE):
        return questions[rng.randrange(len(questions))]
    if events and rng.random() < _EVENT_SHARE:
        return events[rng.randrange(len(events))]
    return captions[rng.randrange(len(captions))]
