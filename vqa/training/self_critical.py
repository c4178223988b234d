"""Self-critical sequence training: policy-gradient training of captions for CIDEr-D and BLEU-4.

It follows the cross-entropy training. The model samples several captions per image and raises the
probability of those with a higher reward than the other samples. Each step also trains on a
supervised batch of `loop`, so that the model does not forget question answering.

Source: SCST, arXiv:1612.00563, with the mean of the other samples as baseline, arXiv:2003.09971.
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
from vqa.models.devices import fastest_dtype
from vqa.models.fused.modeling import FusedVideoQA
from vqa.models.fused.network import FusedStates
from vqa.training.bleu import SentenceBleu
from vqa.training.checkpoint import assign_parameters, trained_state
from vqa.training.cider import CiderD, caption_words
from vqa.training.data.collate import Batch
from vqa.training.data.prefetch import prefetch
from vqa.training.data.records import Record
from vqa.training.hyperparameters import TrainingSettings
from vqa.training.loop import set_training_mode, step_losses, to_device
from vqa.training.setup import TrainingSetup
from vqa.training.time_budget import TimeBudget

_LEARNING_RATE, _WARMUP_STEPS = 1e-4, 10
_NUM_SAMPLES, _MAX_CAPTION_TOKENS = 5, 24
_SUPERVISED_WEIGHT, _ANSWERABLE_WEIGHT = 0.5, 0.3
_BLEU_WEIGHT = 2.0
_MIN_REFERENCES = 2
_EMA = 0.97
_LOG_EVERY = 10
_NO_STEP_LIMIT = 10**8
# Share of the time that remains after cross-entropy training; export and calibration take the rest.
_TIME_SHARE = 0.65
# The full stop counts as a word, so that a truncated caption scores less.
_END = "."


class _CaptionReward:
    """Reward of captions, 0 to 12: CIDEr-D plus twice BLEU-4.

    Args:
        references: tokenized reference captions of N images.
    """

    def __init__(self, references: Sequence[Sequence[Sequence[str]]]) -> None:
        self._cider_d = CiderD(references)
        self._bleu = SentenceBleu(references)

    def score(self, words: Sequence[str], picture: int) -> float:
        """Return the reward of a tokenized caption of image number `picture`, from 0."""
        cider_d = self._cider_d.score(words, picture)
        return cider_d + _BLEU_WEIGHT * self._bleu.score(words, picture)


def train_self_critical(
    setup: TrainingSetup,
    settings: TrainingSettings,
    average: dict[str, Tensor],
    budget: TimeBudget,
) -> dict[str, Tensor]:
    """Continue to train `setup.model`, from averaged parameters, with the self-critical loss.

    It takes `settings.critical_steps` steps or, in a run with a time limit, 65 % of the remaining
    time. Writes `critical_log.jsonl` and, at the end, `self_critical.safetensors` to
    `settings.out`; if the latter exists, it is loaded instead of training. An interrupted training
    restarts from its first step.

    Args:
        setup: model and data of the run.
        settings: hyperparameters of the run.
        average: averaged parameters by name, from `loop.train`.
        budget: time limit of the run.

    Returns:
        The new exponential moving average of the parameters by name, float32, on the CPU if it is
        loaded; `average` if no step is taken. `average` is not changed.
    """
    file = settings.out / "self_critical.safetensors"
    if file.is_file():
        return load_file(file)
    captioned_records = [r for r in setup.records if len(r.captions) >= _MIN_REFERENCES]
    phase = budget.phase("self_critical", _TIME_SHARE, resumable=False)
    num_steps = _NO_STEP_LIMIT if budget.is_limited else settings.critical_steps
    if not num_steps or not captioned_records or phase.is_over:
        return average
    model = setup.model
    parameters = {n: p for n, p in trained_state(model).items() if p.requires_grad}
    assign_parameters(parameters, average)
    average = {name: tensor.clone() for name, tensor in average.items()}
    caption_reward = _CaptionReward(
        [[_reward_tokens(c) for c in record.captions] for record in captioned_records]
    )
    optimizer = torch.optim.AdamW(parameters.values(), lr=_LEARNING_RATE, betas=(0.9, 0.98))
    use_bfloat16 = fastest_dtype(model.device) is torch.bfloat16
    log = settings.out / "critical_log.jsonl"
    log.unlink(missing_ok=True)
    start_s, sums = time.monotonic(), [0.0, 0.0]
    supervised_batches = prefetch(
        setup.batches, _first_batch(settings), _first_batch(settings) + num_steps
    )
    for step, (number, batch) in enumerate(supervised_batches):
        torch.manual_seed(settings.seed * 1_000_003 + number)
        progress = phase.progress()
        share = 1 - step / num_steps if progress is None else 1 - progress
        for group in optimizer.param_groups:
            group["lr"] = _LEARNING_RATE * min(1.0, (step + 1) / _WARMUP_STEPS, 1.5 * share)
        # Without the autocast cache: weights cast under no_grad (sampling) would be reused without gradients.
        with torch.autocast(
            model.device.type, torch.bfloat16, enabled=use_bfloat16, cache_enabled=False
        ):
            policy_loss, reward = _policy_gradient_loss(
                setup, settings, captioned_records, caption_reward, step
            )
            supervised_loss = _supervised_loss(model, batch, settings.label_smoothing)
        optimizer.zero_grad(set_to_none=True)
        (policy_loss + _SUPERVISED_WEIGHT * supervised_loss).backward()
        nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        optimizer.step()
        ema = min(_EMA, (step + 1) / (step + 10))
        with torch.no_grad():
            for name, parameter in parameters.items():
                average[name].lerp_(parameter.float(), 1 - ema)
        sums = [sums[0] + reward, sums[1] + supervised_loss.item()]
        if (step + 1) % _LOG_EVERY == 0:
            reward, loss = (round(value / _LOG_EVERY, 4) for value in sums)
            line = {"step": step + 1, "reward": reward, "ordinary": loss}
            with log.open("a", encoding="utf-8") as lines:
                lines.write(
                    json.dumps(line | {"seconds": round(time.monotonic() - start_s)}) + "\n"
                )
            sums = [0.0, 0.0]
        if phase.is_over:
            break
    with atomic_write(file) as temporary:
        save_file({name: tensor.contiguous() for name, tensor in average.items()}, temporary)
    return average


def _first_batch(settings: TrainingSettings) -> int:
    """Return the number of the first supervised batch: the first that `loop.train` never uses."""
    return _NO_STEP_LIMIT if settings.minutes else settings.steps


def _policy_gradient_loss(
    setup: TrainingSetup,
    settings: TrainingSettings,
    captioned_records: Sequence[Record],
    caption_reward: _CaptionReward,
    step: int,
) -> tuple[Tensor, float]:
    """Sample captions of random images; return the policy-gradient loss and the mean reward.

    The baseline of a caption's reward is the mean reward of the other samples of the same image.

    Args:
        setup: model and data of the run.
        settings: hyperparameters of the run.
        captioned_records: images with reference captions.
        caption_reward: reward function whose image numbers are indices in `captioned_records`.
        step: number of the step; with the seed, it determines the images.
    """
    model = setup.model
    rng = random.Random(f"critical:{settings.seed}:{step}")
    indices = rng.sample(
        range(len(captioned_records)), min(settings.critical_pictures, len(captioned_records))
    )
    batch = to_device(
        setup.batches.descriptions([captioned_records[number] for number in indices], rng),
        model.device,
    )
    model.eval()
    fused_states = model.fuse(batch.clip, batch.question_states, batch.question_mask)
    sampled_ids = _sample_captions(model, fused_states)
    texts = setup.answer_tokenizer.decode(sampled_ids.tolist())
    scores = torch.tensor(
        [
            caption_reward.score(_reward_tokens(text), indices[row // _NUM_SAMPLES])
            for row, text in enumerate(texts)
        ]
    ).unflatten(0, (-1, _NUM_SAMPLES))
    baseline = (scores.sum(1, keepdim=True) - scores) / (_NUM_SAMPLES - 1)
    advantage = (scores - baseline).flatten().to(model.device)
    return _reinforce_loss(model, fused_states, sampled_ids, advantage), float(scores.mean())


def _sample_captions(model: FusedVideoQA, fused_states: FusedStates) -> Tensor:
    """Sample five captions of each of B clips: (5·B, M) token ids, rows of a clip adjacent.

    The start token is removed; rows are padded after the end-of-sequence token.
    """
    assert fused_states.last_hidden_state is not None
    assert fused_states.attention_mask is not None
    mask = fused_states.attention_mask.repeat_interleave(_NUM_SAMPLES, 0)
    repeated_states = FusedStates(
        last_hidden_state=fused_states.last_hidden_state.detach().repeat_interleave(
            _NUM_SAMPLES, 0
        ),
        attention_mask=mask,
    )
    with torch.no_grad():
        token_ids = model.generate(
            encoder_outputs=repeated_states,
            attention_mask=mask,
            do_sample=True,
            top_k=0,
            max_new_tokens=_MAX_CAPTION_TOKENS,
        )
    return token_ids[:, 1:].clone()


def _reinforce_loss(
    model: FusedVideoQA, fused_states: FusedStates, sampled_ids: Tensor, advantage: Tensor
) -> Tensor:
    """Compute the REINFORCE loss: mean over sampled tokens of advantage times -log-probability.

    Args:
        model: the network.
        fused_states: the B clips, fused with a request for a description.
        sampled_ids: (5·B, M), from `_sample_captions`.
        advantage: (5·B,), reward minus baseline of each caption.
    """
    assert fused_states.last_hidden_state is not None
    assert fused_states.attention_mask is not None
    num_ends = (sampled_ids == model.config.eos_token_id).cumsum(1)
    is_token = (num_ends == 0) | ((num_ends == 1) & (sampled_ids == model.config.eos_token_id))
    labels = sampled_ids.masked_fill(~is_token, -100)
    clip_rows = torch.arange(len(sampled_ids), device=sampled_ids.device) // _NUM_SAMPLES
    states = model.decoder(
        model.shift_right(labels),
        fused_states.last_hidden_state,
        fused_states.attention_mask,
        memory_rows=clip_rows,
    )
    log_probs = model.lm_head(states[is_token]).float().log_softmax(-1)
    sampled_log_probs = log_probs.gather(1, labels[is_token][:, None])[:, 0]
    weights = advantage[:, None].expand_as(is_token)[is_token]
    return -(weights * sampled_log_probs).mean()


def _supervised_loss(model: FusedVideoQA, batch: Batch, label_smoothing: float) -> Tensor:
    """Return the weighted sum of `step_losses`; the model is put into training mode."""
    set_training_mode(model)
    losses = step_losses(model, to_device(batch, model.device), label_smoothing)
    return losses["answer"] + _ANSWERABLE_WEIGHT * losses["answerable"]


def _reward_tokens(caption: str) -> list[str]:
    """Return the words of a caption and a full stop, which counts as a word."""
    return [*caption_words(caption), _END]
