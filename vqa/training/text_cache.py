"""MiniLM token states of sentences, cached in RAM; a GPU recomputes instead, which is faster.

Shape letters: N sentences, L tokens, E MiniLM's hidden size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from vqa.models.devices import fastest_dtype
from vqa.models.fused.modeling import FusedVideoQA

_MAX_TOKENS = 24
_CPU_BATCH, _GPU_BATCH = 128, 2048


class CachedTextEncoder:
    """MiniLM encoder of sentences, truncated to 24 tokens, with a cache of their token states.

    On CUDA nothing is cached. Elsewhere the cache grows without limit and is never refreshed, so
    MiniLM's weights must not change while it is used. No gradients reach them.

    Args:
        model: network whose question encoder, MiniLM, is used.
        tokenizer: MiniLM's tokenizer.
    """

    def __init__(self, model: FusedVideoQA, tokenizer: Any) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._cache: dict[str, Tensor] = {}

    @property
    def device(self) -> torch.device:
        """Device of the model."""
        return self._model.device

    def encode(self, sentences: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Encode at least one sentence to token states, each truncated to 24 tokens.

        Returns:
            (N, L, E) float32, MiniLM's last hidden states, zero-padded on the right, and the (N, L)
            mask, True for a token; both in the order of the sentences, on the model's device if
            that is CUDA, else on the CPU.
        """
        if self.device.type == "cuda":
            states, mask = self._encode(sentences)
            return states.float() * mask[..., None], mask.bool()
        new_sentences = sorted({s for s in sentences if s not in self._cache}, key=len)
        for start in range(0, len(new_sentences), _CPU_BATCH):
            self._compute(new_sentences[start : start + _CPU_BATCH])
        rows = [self._cache[s] for s in sentences]
        longest = max(len(row) for row in rows)
        states = torch.zeros(len(rows), longest, rows[0].shape[1])
        mask = torch.zeros(len(rows), longest, dtype=torch.bool)
        for number, row in enumerate(rows):
            states[number, : len(row)] = row
            mask[number, : len(row)] = True
        return states, mask

    def embed(self, sentences: Sequence[str]) -> Tensor:
        """Embed at least one sentence: (N, E) float32 mean-pooled, L2-normalized token states.

        The device is that of `encode`.
        """
        states, mask = self.encode(sentences)
        mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return torch.nn.functional.normalize(mean, dim=-1)

    def embed_uncached(self, sentences: Sequence[str]) -> dict[str, Tensor]:
        """Embed many sentences without caching token states; return (E,) unit vectors by sentence.

        The vectors are on the CPU. Repeated sentences occur once; {} without sentences.
        """
        embeddings: dict[str, Tensor] = {}
        new_sentences = sorted(set(sentences) - self._cache.keys(), key=len)
        batch_size = _GPU_BATCH if self.device.type == "cuda" else _CPU_BATCH
        for start in range(0, len(new_sentences), batch_size):
            batch = new_sentences[start : start + batch_size]
            embeddings |= zip(batch, self.embed(batch).cpu(), strict=True)
            for sentence in batch:
                self._cache.pop(sentence, None)
        return embeddings | {s: self.embed([s])[0] for s in set(sentences) & self._cache.keys()}

    def _compute(self, sentences: Sequence[str]) -> None:
        """Encode sentences and cache their token states in bfloat16, without padding."""
        states, mask = self._encode(sentences)
        lengths = mask.sum(1).tolist()
        for sentence, row, length in zip(
            sentences, states.to("cpu", torch.bfloat16), lengths, strict=True
        ):
            self._cache[sentence] = row[:length].clone()

    def _encode(self, sentences: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Run MiniLM: (N, L, E) token states and (N, L) mask of 0 and 1, on the model's device."""
        tokens = self._tokenizer(
            list(sentences),
            padding=True,
            truncation=True,
            max_length=_MAX_TOKENS,
            return_tensors="pt",
        )
        device = self._model.device
        use_bfloat16 = fastest_dtype(device) is torch.bfloat16
        mask = tokens["attention_mask"].to(device)
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=use_bfloat16):
            return self._model.encode_text(tokens["input_ids"].to(device), mask), mask
