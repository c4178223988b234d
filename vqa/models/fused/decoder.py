"""The decoder: writes the answer, a piece at a time, looking back at the fused states.

Shape letters: B batch, L pieces written, N fused states, D width.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from vqa.models.fused.attention import Attention, FeedForward
from vqa.models.fused.config import FusedConfig


class DecoderLayer(nn.Module):
    """Look back at the answer so far, look at the fused states, think."""

    def __init__(self, config: FusedConfig, layer_idx: int) -> None:
        super().__init__()
        self.layer_idx = layer_idx
        self.self_norm = nn.LayerNorm(config.hidden_size)
        self.self_attention = Attention(config, layer_idx)
        self.cross_norm = nn.LayerNorm(config.hidden_size)
        self.cross_attention = Attention(config, layer_idx)
        self.mlp_norm = nn.LayerNorm(config.hidden_size)
        self.mlp = FeedForward(config)

    def forward(
        self,
        states: Tensor,
        mask: Tensor,
        memory: Tensor,
        memory_mask: Tensor,
        cache: Any,
        memory_rows: Tensor | None,
    ) -> Tensor:
        """(B, L, D) to (B, L, D)."""
        own, across, seen = None, None, False
        if cache is not None:
            own, across = cache.self_attention_cache, cache.cross_attention_cache
            seen = bool(cache.is_updated.get(self.layer_idx))
        states = states + self.self_attention(self.self_norm(states), mask=mask, cache=own)
        states = states + self.cross_attention(
            self.cross_norm(states),
            memory=memory,
            mask=memory_mask[:, None, None, :],
            cache=across,
            memory_is_cached=seen,
            memory_rows=memory_rows,
        )
        if cache is not None:
            cache.is_updated[self.layer_idx] = True
        return states + self.mlp(self.mlp_norm(states))  # type: ignore[no-any-return]


class AnswerDecoder(nn.Module):
    """A causal Transformer with cross-attention."""

    def __init__(self, config: FusedConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size, config.pad_token_id)
        self.position_embedding = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(
            DecoderLayer(config, index) for index in range(config.num_hidden_layers)
        )
        self.final_norm = nn.LayerNorm(config.hidden_size)

    def forward(
        self,
        input_ids: Tensor,
        memory: Tensor,
        memory_mask: Tensor,
        cache: Any = None,
        memory_rows: Tensor | None = None,
    ) -> Tensor:
        """The state that predicts the next piece, at every place.

        Args:
            input_ids: (B, L) pieces; with a cache, only those it does not hold yet.
            memory: (B, N, D) fused states.
            memory_mask: (B, N) which of them are real.
            cache: a transformers `EncoderDecoderCache`, or None.
            memory_rows: (B,) which row of `memory` and `memory_mask` each answer looks at, where several answers share
                one clip; None pairs them in order.

        Returns:
            (B, L, D).
        """
        past = 0 if cache is None else int(cache.get_seq_length())
        length = input_ids.shape[1]
        places = torch.arange(past, past + length, device=input_ids.device)
        states = self.embed_tokens(input_ids) + self.position_embedding(places)
        states = self.dropout(self.norm(states))
        columns = torch.arange(past + length, device=input_ids.device)
        mask = columns[None, :] <= places[:, None]
        if memory_rows is not None:
            memory_mask = memory_mask[memory_rows]
        for layer in self.layers:
            states = layer(states, mask[None, None], memory, memory_mask, cache, memory_rows)
        return self.final_norm(states)  # type: ignore[no-any-return]
