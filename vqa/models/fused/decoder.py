"""Causal Transformer decoder with cross-attention to the fused states.

Shape letters: B batch, L answer tokens, N fused states, D hidden size.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from vqa.models.fused.attention import Attention, FeedForward
from vqa.models.fused.config import NetworkConfig


class DecoderLayer(nn.Module):
    """Pre-norm decoder layer: causal self-attention, cross-attention, feed-forward."""

    def __init__(self, config: NetworkConfig, layer_idx: int) -> None:
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
        """Apply self-attention, cross-attention and the MLP: (B, L, D) to (B, L, D).

        `mask` is the causal mask, broadcastable to (B, H, L, keys); for the other arguments see
        `AnswerDecoder.forward`.
        """
        self_cache, cross_cache, has_cached_memory = None, None, False
        if cache is not None:
            self_cache, cross_cache = cache.self_attention_cache, cache.cross_attention_cache
            has_cached_memory = bool(cache.is_updated.get(self.layer_idx))
        states = states + self.self_attention(self.self_norm(states), mask=mask, cache=self_cache)
        states = states + self.cross_attention(
            self.cross_norm(states),
            memory=memory,
            mask=memory_mask[:, None, None, :],
            cache=cross_cache,
            has_cached_memory=has_cached_memory,
            memory_rows=memory_rows,
        )
        if cache is not None:
            cache.is_updated[self.layer_idx] = True
        return states + self.mlp(self.mlp_norm(states))


class AnswerDecoder(nn.Module):
    """Autoregressive decoder of answer tokens, conditioned on the fused states."""

    def __init__(self, config: NetworkConfig) -> None:
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
        """Compute the hidden states from which the language-model head predicts the next tokens.

        Args:
            input_ids: (B, L), answer tokens; with a cache, only the tokens that are not cached yet.
                With the cached ones, at most `max_position_embeddings`.
            memory: (B, N, D), fused states.
            memory_mask: (B, N), True for a real state, False for padding.
            cache: a transformers `EncoderDecoderCache` or a `KeyValueCache`, which is updated in
                place; or None.
            memory_rows: (B,), row of `memory` and `memory_mask` for each answer, where several
                answers share a clip; None means that answer b uses row b.

        Returns:
            (B, L, D) hidden states.
        """
        past_length = 0 if cache is None else int(cache.get_seq_length())
        length = input_ids.shape[1]
        positions = torch.arange(past_length, past_length + length, device=input_ids.device)
        states = self.embed_tokens(input_ids) + self.position_embedding(positions)
        states = self.dropout(self.norm(states))
        key_positions = torch.arange(past_length + length, device=input_ids.device)
        mask = key_positions[None, :] <= positions[:, None]
        if memory_rows is not None:
            memory_mask = memory_mask[memory_rows]
        for layer in self.layers:
            states = layer(states, mask[None, None], memory, memory_mask, cache, memory_rows)
        return self.final_norm(states)
