"""MiniLM's reading of each sentence, done once a run; on a GPU, where reading is quicker than keeping, anew each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from vqa.models.devices import fast_dtype
from vqa.models.fused.modeling import FusedVideoQA

_LONGEST_QUESTION = 24
_AT_ONCE, _AT_ONCE_ON_GPU = 128, 2048


class WordMemo:
    """MiniLM's states of each sentence.

    Args:
        model: whose MiniLM is used.
        tokenizer: MiniLM's.
    """

    def __init__(self, model: FusedVideoQA, tokenizer: Any) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._known: dict[str, Tensor] = {}

    @property
    def device(self) -> torch.device:
        """Where the states come out."""
        return self._model.device  # type: ignore[no-any-return]

    def states(self, sentences: Sequence[str]) -> tuple[Tensor, Tensor]:
        """(N, L, E) float32 padded with zeros on the right, and the (N, L) mask."""
        if self.device.type == "cuda":
            states, mask = self._read(sentences)
            return states.float() * mask[..., None], mask.bool()
        missing = sorted({s for s in sentences if s not in self._known}, key=len)
        for start in range(0, len(missing), _AT_ONCE):
            self._compute(missing[start : start + _AT_ONCE])
        rows = [self._known[s] for s in sentences]
        longest = max(len(row) for row in rows)
        states = torch.zeros(len(rows), longest, rows[0].shape[1])
        mask = torch.zeros(len(rows), longest, dtype=torch.bool)
        for number, row in enumerate(rows):
            states[number, : len(row)] = row
            mask[number, : len(row)] = True
        return states, mask

    def vectors(self, sentences: Sequence[str]) -> Tensor:
        """(N, E) unit vectors."""
        states, mask = self.states(sentences)
        mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return torch.nn.functional.normalize(mean, dim=-1)

    def once(self, sentences: Sequence[str]) -> dict[str, Tensor]:
        """The unit vector (E,) of each sentence, for as many sentences that their words would not fit in memory."""
        vectors: dict[str, Tensor] = {}
        ordered = sorted(set(sentences) - self._known.keys(), key=len)
        at_once = _AT_ONCE_ON_GPU if self.device.type == "cuda" else _AT_ONCE
        for start in range(0, len(ordered), at_once):
            part = ordered[start : start + at_once]
            vectors |= zip(part, self.vectors(part).cpu(), strict=True)
            for sentence in part:
                self._known.pop(sentence, None)
        return vectors | {s: self.vectors([s])[0] for s in set(sentences) & self._known.keys()}

    def _compute(self, sentences: Sequence[str]) -> None:
        states, mask = self._read(sentences)
        lengths = mask.sum(1).tolist()
        for sentence, row, length in zip(
            sentences, states.to("cpu", torch.bfloat16), lengths, strict=True
        ):
            self._known[sentence] = row[:length].clone()

    def _read(self, sentences: Sequence[str]) -> tuple[Tensor, Tensor]:
        """(N, L, E) states and the (N, L) mask of 0 and 1, on the model's device."""
        tokens = self._tokenizer(
            list(sentences),
            padding=True,
            truncation=True,
            max_length=_LONGEST_QUESTION,
            return_tensors="pt",
        )
        device = self._model.device
        quick = fast_dtype(device) is torch.bfloat16
        mask = tokens["attention_mask"].to(device)
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=quick):
            return self._model.encode_text(tokens["input_ids"].to(device), mask), mask
