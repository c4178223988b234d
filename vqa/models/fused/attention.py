"""Multi-head attention and feed-forward blocks (pre-norm) of the fusion encoder and the decoder.

Shape letters: B batch, Q queries, K keys, D width, H heads.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from vqa.models.fused.config import NetworkConfig


class Attention(nn.Module):
    """Multi-head self-attention or cross-attention.

    Args:
        config: hidden size and number of heads.
        layer_idx: index of this layer in the key/value cache; None for a layer that is never
            cached.
    """

    def __init__(self, config: NetworkConfig, layer_idx: int | None = None) -> None:
        super().__init__()
        self.num_heads = config.num_attention_heads
        self.layer_idx = layer_idx
        self.q_proj = nn.Linear(config.hidden_size, config.hidden_size)
        self.k_proj = nn.Linear(config.hidden_size, config.hidden_size)
        self.v_proj = nn.Linear(config.hidden_size, config.hidden_size)
        self.out_proj = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(
        self,
        states: Tensor,
        memory: Tensor | None = None,
        mask: Tensor | None = None,
        cache: Any = None,
        has_cached_memory: bool = False,
        memory_rows: Tensor | None = None,
    ) -> Tensor:
        """Attend from `states` to `memory`, or to `states` themselves.

        Args:
            states: (B, Q, D), inputs of the queries.
            memory: (B, K, D), inputs of keys and values; None means self-attention.
            mask: broadcastable to (B, H, Q, K), True where attention is allowed; None allows all.
            cache: transformers cache to which keys and values are appended in place, or None.
            has_cached_memory: whether the cache already holds the keys and values of `memory`.
            memory_rows: (B,), row of `memory` for each row of `states`; None means that row b
                attends to row b.

        Returns:
            (B, Q, D).
        """
        query = self._split_heads(self.q_proj(states))
        if has_cached_memory:
            layer = cache.layers[self.layer_idx]
            key, value = layer.keys, layer.values
        else:
            source = states if memory is None else memory
            key = self._split_heads(self.k_proj(source))
            value = self._split_heads(self.v_proj(source))
            if memory_rows is not None:
                key = key.index_select(0, memory_rows)
                value = value.index_select(0, memory_rows)
            if cache is not None:
                key, value = cache.update(key, value, self.layer_idx)
        values = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.out_proj(values.transpose(1, 2).flatten(2))

    def _split_heads(self, x: Tensor) -> Tensor:
        """Reshape (B, N, D) to (B, H, N, D / H)."""
        return x.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)


class FeedForward(nn.Module):
    """Two-layer MLP with GELU and dropout."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, states: Tensor) -> Tensor:
        """Apply the MLP to the last dimension: (…, D) to (…, D)."""
        return self.dropout(self.down_proj(functional.gelu(self.up_proj(states))))
