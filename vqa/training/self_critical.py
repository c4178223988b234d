"""Captions sharpened by their own measure, after the steps of cross-entropy.

The model describes each picture a few times by drawing lots; what people would rather have said (CIDEr-D and BLEU-4)
becomes likelier than its siblings. Each step takes an ordinary batch besides, so that answers are not forgotten.

Source: self-critical sequence training, arXiv:1612.00563, against the mean of the other samples, arXiv:2003.09971.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from vqa.atomic_write import atomic_write
from vqa.models.devices import fast_dtype
from vqa.models.fused.modeling import FusedStates, FusedVideoQA
from vqa.training.bleu import SentenceBleu
from vqa.training.checkpoint import put_state, trained_state
from vqa.training.cider import CiderD, caption_words
from vqa.training.data.collate import Batch
from vqa.training.data.prefetch import supply
from vqa.training.data.records import Record
from vqa.training.loop import learning, on_device, shift_right, step_losses
from vqa.training.settings import TrainingSettings
from vqa.training.setup import Workshop

_LEARNING_RATE, _WARMUP_STEPS = 1e-4, 10
_SAMPLES, _LONGEST_CAPTION = 5, 24
_ORDINARY_WEIGHT, _ANSWERABLE_WEIGHT = 0.5, 0.3
_BLEU_WEIGHT = 2.0
_FEWEST_REFERENCES = 2
_KEPT = 0.97
_LOGGED_EVERY = 10
# Counted as a word, so that a caption that breaks off scores less than one that ends.
_END = "."


class _Reward:
    """What a caption of a picture is worth: CIDEr-D, and BLEU-4 beside it."""

    def __init__(self, references: Sequence[Sequence[Sequence[str]]]) -> None:
        self._cider_d = CiderD(references)
        self._bleu = SentenceBleu(references)

    def score(self, words: Sequence[str], picture: int) -> float:
        cider_d = self._cider_d.score(words, picture)
        return cider_d + _BLEU_WEIGHT * self._bleu.score(words, picture)


def sharpen(
    workshop: Workshop, settings: TrainingSettings, average: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Go on from these averaged parameters for `settings.critical_steps`; returns the new average.

    Writes `critical_log.jsonl` and at the end `self_critical.safetensors` into `settings.out`; what is there is taken
    up, not made again. One that is broken off begins anew.
    """
    file = settings.out / "self_critical.safetensors"
    if file.is_file():
        return load_file(file)
    told = [r for r in workshop.records if len(r.captions) >= _FEWEST_REFERENCES]
    if not settings.critical_steps or not told:
        return average
    model = workshop.model
    trained = {n: p for n, p in trained_state(model).items() if p.requires_grad}
    put_state(trained, average)
    average = {name: tensor.clone() for name, tensor in average.items()}
    measure = _Reward([[_as_scored(c) for c in record.captions] for record in told])
    optimizer = torch.optim.AdamW(trained.values(), lr=_LEARNING_RATE, betas=(0.9, 0.98))
    quick = fast_dtype(model.device) is torch.bfloat16
    log = settings.out / "critical_log.jsonl"
    log.unlink(missing_ok=True)
    began, sums = time.monotonic(), [0.0, 0.0]
    ordinaries = supply(workshop.batches, settings.steps, settings.steps + settings.critical_steps)
    for step, (number, batch) in enumerate(ordinaries):
        torch.manual_seed(settings.seed * 1_000_003 + number)
        left = 1 - step / settings.critical_steps
        for group in optimizer.param_groups:
            group["lr"] = _LEARNING_RATE * min(1.0, (step + 1) / _WARMUP_STEPS, 1.5 * left)
        # A cast weight that was kept while nothing was to be learnt would learn nothing afterwards.
        with torch.autocast(model.device.type, torch.bfloat16, enabled=quick, cache_enabled=False):
            praise, reward = _praise(workshop, settings, told, measure, step)
            ordinary = _ordinary_loss(model, batch, settings.label_smoothing)
        optimizer.zero_grad(set_to_none=True)
        (praise + _ORDINARY_WEIGHT * ordinary).backward()
        nn.utils.clip_grad_norm_(trained.values(), 1.0)
        optimizer.step()
        keep = min(_KEPT, (step + 1) / (step + 10))
        with torch.no_grad():
            for name, parameter in trained.items():
                average[name].lerp_(parameter.float(), 1 - keep)
        sums = [sums[0] + reward, sums[1] + ordinary.item()]
        if (step + 1) % _LOGGED_EVERY == 0:
            reward, loss = (round(value / _LOGGED_EVERY, 4) for value in sums)
            line = {"step": step + 1, "reward": reward, "ordinary": loss}
            with log.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(line | {"seconds": round(time.monotonic() - began)}) + "\n")
            sums = [0.0, 0.0]
    with atomic_write(file) as temporary:
        save_file({name: tensor.contiguous() for name, tensor in average.items()}, temporary)
    return average


def _praise(
    workshop: Workshop,
    settings: TrainingSettings,
    told: Sequence[Record],
    measure: _Reward,
    step: int,
) -> tuple[Tensor, float]:
    """The loss that makes better descriptions likelier than worse ones of the same picture, and their mean score."""
    model = workshop.model
    dice = random.Random(f"critical:{settings.seed}:{step}")
    chosen = dice.sample(range(len(told)), min(settings.critical_pictures, len(told)))
    batch = on_device(
        workshop.batches.descriptions([told[number] for number in chosen], dice), model.device
    )
    model.eval()
    fused = model.fuse(batch.clip, batch.question_states, batch.question_mask)
    said = _draw(model, fused)
    texts = workshop.pieces.decode(said.tolist())
    scores = torch.tensor(
        [measure.score(_as_scored(text), chosen[row // _SAMPLES]) for row, text in enumerate(texts)]
    ).unflatten(0, (-1, _SAMPLES))
    others = (scores.sum(1, keepdim=True) - scores) / (_SAMPLES - 1)
    advantage = (scores - others).flatten().to(model.device)
    return _weighed_loss(model, fused, said, advantage), float(scores.mean())


def _draw(model: FusedVideoQA, fused: FusedStates) -> Tensor:
    """Samples of the description of each clip, (B · samples, M) pieces without the start, padded after the end."""
    assert fused.last_hidden_state is not None
    assert fused.attention_mask is not None
    mask = fused.attention_mask.repeat_interleave(_SAMPLES, 0)
    several = FusedStates(
        last_hidden_state=fused.last_hidden_state.detach().repeat_interleave(_SAMPLES, 0),
        attention_mask=mask,
    )
    with torch.no_grad():
        written = model.generate(
            encoder_outputs=several,
            attention_mask=mask,
            do_sample=True,
            top_k=0,
            max_new_tokens=_LONGEST_CAPTION,
        )
    return written[:, 1:].clone()


def _weighed_loss(
    model: FusedVideoQA, fused: FusedStates, said: Tensor, advantage: Tensor
) -> Tensor:
    """Minus the log probability of what was said, each saying weighed by its advantage, a mean over pieces."""
    assert fused.last_hidden_state is not None
    assert fused.attention_mask is not None
    ended = (said == model.config.eos_token_id).cumsum(1)
    there = (ended == 0) | ((ended == 1) & (said == model.config.eos_token_id))
    labels = said.masked_fill(~there, -100)
    owners = torch.arange(len(said), device=said.device) // _SAMPLES
    states = model.decoder(
        shift_right(labels, model.config.decoder_start_token_id, model.config.pad_token_id),
        fused.last_hidden_state,
        fused.attention_mask,
        memory_rows=owners,
    )
    chances = model.lm_head(states[there]).float().log_softmax(-1)
    spoken = chances.gather(1, labels[there][:, None])[:, 0]
    weights = advantage[:, None].expand_as(there)[there]
    return -(weights * spoken).mean()


def _ordinary_loss(model: FusedVideoQA, batch: Batch, label_smoothing: float) -> Tensor:
    learning(model)
    losses = step_losses(model, on_device(batch, model.device), label_smoothing)
    return losses["answer"] + _ANSWERABLE_WEIGHT * losses["answerable"]


def _as_scored(caption: str) -> list[str]:
    return [*caption_words(caption), _END]
