"""What a training run can be told; frozen, checked when built, and written into its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vqa.errors import SettingError
from vqa.training.data.views import MOST_VIEWS


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """The recipe of a run.

    Args:
        data: folder in the format of records.py.
        out: where the log, the checkpoints and at the end the weights go.
        begin: a folder with weights of an earlier training to go on from, vocabulary and all; None begins with the
            pretrained parts alone.
        steps: optimizer steps in all.
        tokens_per_batch: tokens a batch may hold; more frames a clip mean fewer clips a batch.
        learning_rate: the peak; reached after `warmup_steps`, held, then brought to 0 over the last `decay` share.
        decay: share of the steps, 0 to 1.
        label_smoothing: 0 to 1.
        ema: how much of the averaged weights stays at each step, 0 to 1.
        search_steps: steps of the contrastive head, which is trained first and by itself; 0 keeps the one there is.
        search_pictures: pictures in each of its batches.
        critical_steps: self-critical steps after the others.
        critical_pictures: pictures described in each of them.
        hidden_size: the width of the fused stream and the decoder, a multiple of 64; ignored with `begin`.
        dropout: 0 to 1; how much is forgotten at random in each step.
        num_views: pictures made of each picture, from 1 to `MOST_VIEWS`.
        save_every: steps between checkpoints.
        validate_every: steps between validations.
        seed: what every chance is drawn from.

    Raises:
        SettingError: a value is out of its range.
    """

    data: Path
    out: Path
    begin: Path | None = None
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
    num_views: int = 8
    save_every: int = 200
    validate_every: int = 400
    seed: int = 0

    def __post_init__(self) -> None:
        ranges = {
            "steps": self.steps >= 1,
            "tokens_per_batch": self.tokens_per_batch >= 17,
            "learning_rate": self.learning_rate > 0,
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
            "num_views": 1 <= self.num_views <= MOST_VIEWS,
            "save_every": self.save_every >= 1,
            "validate_every": self.validate_every >= 1,
        }
        for name, fine in ranges.items():
            if not fine:
                raise SettingError(
                    f"{name} is {getattr(self, name)}, out of its range.",
                    cure="See: python -m vqa train --help",
                )

    def to_json(self) -> str:
        """The settings as JSON, paths as text."""
        fields: dict[str, Any] = {
            name: str(value) if isinstance(value, Path) else value
            for name, value in asdict(self).items()
        }
        return json.dumps(fields, indent=1)

    def rate_at(self, step: int) -> float:
        """The learning rate of a step counted from 0: up, level, down to 0."""
        rise = min(1.0, (step + 1) / max(1, self.warmup_steps))
        falling = max(1.0, self.steps * self.decay)
        fall = min(1.0, (self.steps - step) / falling)
        return self.learning_rate * min(rise, fall)
