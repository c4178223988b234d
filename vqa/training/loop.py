"""Training loop: cross-entropy of answers plus binary cross-entropy of answerability.

The number of a step determines its batch and its random state, so that a resumed run takes the same
steps as an uninterrupted run.
"""

from __future__ import annotations

import json
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import torch
from accelerate import Accelerator
from accelerate.utils import AutocastKwargs
from torch import Tensor
from torch.nn import functional

from vqa.models.devices import fastest_dtype
from vqa.models.fused.fusion import ClipFeatures
from vqa.models.fused.modeling import FusedVideoQA
from vqa.models.fused.network import FusedStates
from vqa.training.checkpoint import (
    assign_parameters,
    load_checkpoint,
    save_checkpoint,
    trained_state,
)
from vqa.training.data.collate import Batch, Batches, Descriptions
from vqa.training.data.prefetch import prefetch
from vqa.training.hyperparameters import TrainingSettings
from vqa.training.muon import Muon
from vqa.training.setup import TrainingSetup
from vqa.training.time_budget import Phase

_ANSWERABLE_WEIGHT = 0.3
_MAX_GRADIENT_NORM = 1.0
_LOG_EVERY = 20
_MAX_SHORT_ANSWER = 6
_VAL_BATCHES = 6
_NO_STEP_LIMIT = 10**8

_B = TypeVar("_B", Batch, Descriptions)


def train(
    setup: TrainingSetup,
    settings: TrainingSettings,
    phase: Phase,
    *,
    until: int | None = None,
) -> dict[str, Tensor]:
    """Train `setup.model` in place, from the last checkpoint or the start, to the end of the phase.

    Without a time limit, the last step is `settings.steps` - 1; with one, training stops when the
    phase's time is over. Writes `log.jsonl` and `checkpoint/` to `settings.out`.

    Args:
        setup: model and data of the run.
        settings: hyperparameters of the run.
        phase: time span of the training, if the run has a time limit.
        until: step before which training stops if it has not ended by then; None or 0 adds no such
            limit.

    Returns:
        The exponential moving average of the trained parameters by name, float32.
    """
    # The autocast cache is shared by the process: the prefetching thread would clear it during a step, and gradient sums
    # would differ from run to run.
    model = setup.model
    accelerator = Accelerator(
        mixed_precision="bf16" if fastest_dtype(model.device) is torch.bfloat16 else "no",
        kwargs_handlers=[AutocastKwargs(cache_enabled=False)],
    )
    # cuDNN attention takes 20 ms to plan each new shape, and the shape changes with every batch.
    torch.backends.cuda.enable_cudnn_sdp(False)
    parameters = trained_state(model)
    model, *optimizers = accelerator.prepare(model, *build_optimizers(model, settings))
    average = {name: p.detach().clone().float() for name, p in parameters.items()}
    first = load_checkpoint(settings.out / "checkpoint", model, optimizers, average)
    num_steps = _NO_STEP_LIMIT if phase.budget.is_limited else settings.steps
    last = min(num_steps, until or num_steps)
    if phase.is_over:
        return average
    set_training_mode(model)
    start_s = time.monotonic()
    log = settings.out / "log.jsonl"
    sums: dict[str, Tensor] = {}
    count = 0
    for step, batch in prefetch(setup.batches, first, last):
        torch.manual_seed(settings.seed * 1_000_003 + step)
        rate = settings.rate_at(step, phase.progress())
        for group in (g for optimizer in optimizers for g in optimizer.param_groups):
            group["lr"] = rate
        with accelerator.autocast():
            losses = step_losses(
                model, to_device(batch, accelerator.device), settings.label_smoothing
            )
        total = losses["answer"] + _ANSWERABLE_WEIGHT * losses["answerable"]
        accelerator.backward(total)
        accelerator.clip_grad_norm_(list(parameters.values()), _MAX_GRADIENT_NORM)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        ema = min(settings.ema, (step + 1) / (step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(
                [average[name] for name in parameters], list(parameters.values()), 1 - ema
            )
        for name, loss in losses.items():
            sums[name] = sums.get(name, 0.0) + loss.detach()
        next_step, count = step + 1, count + 1
        is_last = next_step == last or phase.is_over
        if next_step % _LOG_EVERY == 0 or is_last:
            line: dict[str, Any] = {
                name: round(value.item() / count, 4) for name, value in sums.items()
            }
            line |= {
                "step": next_step,
                "rate": rate,
                "seconds": round(time.monotonic() - start_s, 1),
            }
            _log(log, line)
            sums, count = {}, 0
        if next_step % settings.validate_every == 0 or is_last:
            _log(
                log, {"step": next_step, **_validate(model, parameters, average, setup.val_batches)}
            )
        if next_step % settings.save_every == 0 or is_last:
            save_checkpoint(settings.out / "checkpoint", next_step, model, optimizers, average)
        if is_last:
            break
    return average


def _log(log: Path, line: dict[str, Any]) -> None:
    """Append a line to a log in JSON lines."""
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _validate(
    model: FusedVideoQA,
    parameters: dict[str, Tensor],
    average: dict[str, Tensor],
    batches: Batches | None,
) -> dict[str, float]:
    """Compute the losses of the averaged parameters on six fixed validation batches.

    Returns:
        `val_answer` and `val_answerable`, rounded to four decimals; empty without a val split.
    """
    if batches is None:
        return {}
    original = {name: p.detach().clone() for name, p in parameters.items()}
    assign_parameters(parameters, average)
    model.eval()
    sums: dict[str, float] = {}
    use_bfloat16 = fastest_dtype(model.device) is torch.bfloat16
    with torch.no_grad(), torch.autocast(model.device.type, torch.bfloat16, enabled=use_bfloat16):
        for number in range(_VAL_BATCHES):
            batch = to_device(batches[number], model.device)
            for name, loss in step_losses(model, batch, 0.0).items():
                sums[f"val_{name}"] = sums.get(f"val_{name}", 0.0) + loss.item() / _VAL_BATCHES
    assign_parameters(parameters, original)
    set_training_mode(model)
    return {name: round(value, 4) for name, value in sums.items()}


def set_training_mode(model: FusedVideoQA) -> None:
    """Enable dropout in the trained modules, in place; the frozen encoders stay in eval mode.

    The prefetching thread uses the frozen ones meanwhile.
    """
    model.training = True
    for name, part in model.named_children():
        part.train(name not in ("text", "vision"))


def build_optimizers(
    model: FusedVideoQA, settings: TrainingSettings
) -> tuple[torch.optim.Optimizer, ...]:
    """Build Muon for the Transformer layers' weight matrices and AdamW for all other parameters.

    Return (Muon, AdamW). Vectors and scalars have no weight decay.
    """
    parameters = trained_state(model)
    inner_matrices = [p for name, p in parameters.items() if ".layers." in name and p.ndim == 2]
    inner_ids = {id(p) for p in inner_matrices}
    outer_parameters = [p for p in parameters.values() if id(p) not in inner_ids]
    return (
        Muon(inner_matrices, lr=settings.learning_rate, weight_decay=settings.weight_decay),
        torch.optim.AdamW(
            [
                {
                    "params": [p for p in outer_parameters if p.ndim >= 2],
                    "weight_decay": settings.weight_decay,
                },
                {"params": [p for p in outer_parameters if p.ndim < 2], "weight_decay": 0.0},
            ],
            lr=settings.learning_rate,
            betas=(0.9, 0.98),
        ),
    )


def step_losses(model: FusedVideoQA, batch: Batch, label_smoothing: float) -> dict[str, Tensor]:
    """Compute the scalar losses `answer` and `answerable` of a batch, before they are weighted.

    They have gradients, unless these are disabled.

    Args:
        model: the network, on the device of the batch.
        batch: clips, questions and answers.
        label_smoothing: as in `TrainingSettings`; 0 for validation.
    """
    fused_states = model.fuse(batch.clip, batch.question_states, batch.question_mask)
    assert fused_states.answerable_logit is not None
    answer = _answer_loss(model, fused_states, batch, label_smoothing)
    return {
        "answer": answer,
        "answerable": functional.binary_cross_entropy_with_logits(
            fused_states.answerable_logit.float(), batch.answerable
        ),
    }


def _answer_loss(
    model: FusedVideoQA, fused_states: FusedStates, batch: Batch, label_smoothing: float
) -> Tensor:
    """Compute the cross-entropy of the answers.

    Short and long answers are decoded separately, which saves padding. A token weighs 1 /
    sqrt(length of its answer).
    """
    assert fused_states.last_hidden_state is not None
    assert fused_states.attention_mask is not None
    lengths = (batch.labels != -100).sum(1)
    total, weight = torch.zeros((), device=lengths.device), torch.zeros((), device=lengths.device)
    for group in (lengths <= _MAX_SHORT_ANSWER, lengths > _MAX_SHORT_ANSWER):
        if not group.any():
            continue
        labels = batch.labels[group][:, : int(lengths[group].max())]
        clip_rows = batch.clip_of[group]
        states = model.decoder(
            model.shift_right(labels),
            fused_states.last_hidden_state,
            fused_states.attention_mask,
            memory_rows=clip_rows,
        )
        is_token = labels != -100
        token_losses = functional.cross_entropy(
            model.lm_head(states[is_token]).float(),
            labels[is_token],
            label_smoothing=label_smoothing,
            reduction="none",
        )
        # Weight by 1 / sqrt(length): between equal weight of tokens and equal weight of answers.
        weights = (is_token / is_token.sum(1, keepdim=True).sqrt())[is_token]
        total, weight = total + (token_losses * weights).sum(), weight + weights.sum()
    return total / weight


def to_device(batch: _B, device: torch.device) -> _B:
    """Return a copy of a batch whose tensors, those of its clip features too, are on a device.

    Tensors that are there already are shared with `batch`, which is not changed.
    """

    def move(value: Any) -> Any:
        if isinstance(value, Tensor):
            return value.to(device, non_blocking=True)
        if isinstance(value, ClipFeatures):
            return replace(value, **{f.name: move(getattr(value, f.name)) for f in fields(value)})
        return value

    return replace(batch, **{f.name: move(getattr(batch, f.name)) for f in fields(batch)})
