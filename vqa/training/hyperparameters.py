"""Settings of a training run: hyperparameters and folders, validated by the constructor."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from vqa.errors import SettingError
from vqa.training.data.views import MAX_VIEWS


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """Hyperparameters and folders of a run.

    Args:
        data: data folders, at least one, see data/records.py.
        out: folder of the run: logs, checkpoints, weights.
        begin: folder with exported weights of an earlier training to continue from, with their
            vocabulary; None starts from the pretrained image and text encoder.
        minutes: minutes for the whole run, including the processes before it was resumed; 0 means
            no limit. With a limit, the elapsed time ends each phase and lowers the learning rate;
            `steps`, `search_steps` and `critical_steps` are ignored, except that `search_steps` = 0
            still keeps the existing contrastive head.
        steps: number of optimizer steps, at least 1.
        tokens_per_batch: maximum number of tokens in a batch, at least 17. A clip counts as 6
            tokens per frame plus 40; a batch has at least two clips, even if they exceed the
            maximum.
        learning_rate: peak value; linear warm-up over `warmup_steps`, constant, linear decay to 0.
        warmup_steps: steps of the warm-up, at least 0.
        decay: fraction of the steps, at the end, in which the learning rate decays, 0 to 1.
        weight_decay: decoupled weight decay, at least 0.
        label_smoothing: share of the target probability spread evenly over the vocabulary, from 0
            to below 1.
        ema: decay of the exponential moving average of the weights, from 0 to below 1.
        search_steps: steps of the contrastive head, trained first and alone, at least 0; 0 keeps
            the existing head.
        search_pictures: batch size of the contrastive head, in images, at least 2.
        critical_steps: steps of self-critical training, which follows the training with
            cross-entropy, at least 0; 0 skips it.
        critical_pictures: batch size of self-critical training, in images, at least 1.
        vocab_size: maximum number of tokens in the decoder's vocabulary, at least 16; ignored with
            `begin`.
        hidden_size: width of fusion encoder and decoder, a multiple of 64; ignored with `begin`.
        dropout: dropout probability, from 0 to below 1.
        name_dropout: share of single-shot examples whose ImageNet logits are replaced by noise, 0
            to 1.
        name_shuffle: share of questions for the name of an ImageNet class in which the logits, and
            the answer, are those of another class, 0 to 1.
        num_views: number of augmented views of each image, 1 to `MAX_VIEWS`.
        max_shard_mib: maximum size of a file of exported trained weights in MiB; 0 writes one file.
        save_every: steps between checkpoints, at least 1.
        validate_every: steps between validations, at least 1.
        seed: random seed.

    Raises:
        SettingError: a value is out of range, or not finite.
    """

    data: tuple[Path, ...]
    out: Path
    begin: Path | None = None
    minutes: float = 0.0
    steps: int = 2000
    tokens_per_batch: int = 6000
    learning_rate: float = 2e-3
    warmup_steps: int = 100
    decay: float = 0.45
    weight_decay: float = 0.03
    label_smoothing: float = 0.05
    ema: float = 0.995
    search_steps: int = 1000
    search_pictures: int = 512
    critical_steps: int = 0
    critical_pictures: int = 48
    vocab_size: int = 4000
    hidden_size: int = 384
    dropout: float = 0.2
    name_dropout: float = 0.0
    name_shuffle: float = 0.0
    num_views: int = 8
    max_shard_mib: int = 0
    save_every: int = 200
    validate_every: int = 400
    seed: int = 0

    def __post_init__(self) -> None:
        ranges = {
            "data": len(self.data) >= 1,
            "minutes": 0 <= self.minutes < math.inf,
            "steps": self.steps >= 1,
            "tokens_per_batch": self.tokens_per_batch >= 17,
            "learning_rate": 0 < self.learning_rate < math.inf,
            "warmup_steps": self.warmup_steps >= 0,
            "weight_decay": 0 <= self.weight_decay < math.inf,
            "decay": 0 <= self.decay <= 1,
            "label_smoothing": 0 <= self.label_smoothing < 1,
            "ema": 0 <= self.ema < 1,
            "search_steps": self.search_steps >= 0,
            "search_pictures": self.search_pictures >= 2,
            "critical_steps": self.critical_steps >= 0,
            "critical_pictures": self.critical_pictures >= 1,
            "vocab_size": self.vocab_size >= 16,
            "hidden_size": self.hidden_size >= 64 and self.hidden_size % 64 == 0,
            "dropout": 0 <= self.dropout < 1,
            "name_dropout": 0 <= self.name_dropout <= 1,
            "name_shuffle": 0 <= self.name_shuffle <= 1,
            "num_views": 1 <= self.num_views <= MAX_VIEWS,
            "max_shard_mib": self.max_shard_mib >= 0,
            "save_every": self.save_every >= 1,
            "validate_every": self.validate_every >= 1,
        }
        for name, is_valid in ranges.items():
            if not is_valid:
                raise SettingError(
                    f"{name} is {getattr(self, name)}, which is out of range.",
                    cure="See: python -m vqa train --help",
                )

    def to_json(self) -> str:
        """Serialize the settings as a JSON object with all fields, paths as strings."""
        return json.dumps(asdict(self), indent=1, default=str)

    def rate_at(self, step: int, progress: float | None = None) -> float:
        """Return the learning rate of a step: linear warm-up, constant, linear decay to 0.

        Args:
            step: number of the step, from 0; without `progress`, below `steps`.
            progress: elapsed fraction of the training time, 0 to 1, which determines the decay;
                None lets the step determine it.
        """
        warmup = min(1.0, (step + 1) / max(1, self.warmup_steps))
        if progress is not None:
            return self.learning_rate * min(warmup, (1 - progress) / max(self.decay, 1e-6), 1.0)
        decay_steps = max(1.0, self.steps * self.decay)
        decay = min(1.0, (self.steps - step) / decay_steps)
        return self.learning_rate * min(warmup, decay)
