"""One attention and one feed-forward block, shared by the fusion encoder and the decoder (pre-norm).

Shape letters: B batch, Q queries, K keys, D width, H heads.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from vqa.models.fused.config import FusedConfig


class Attention(nn.Module):
    """Multi-head attention over its own states, or over others'.

    Args:
        config: widths and heads.
        layer_idx: which entry of a key/value cache is this layer's.
    """

    def __init__(self, config: FusedConfig, layer_idx: int | None = None) -> None:
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
        memory_is_cached: bool = False,
        memory_rows: Tensor | None = None,
    ) -> Tensor:
        """(B, Q, D) to (B, Q, D).

        Args:
            states: (B, Q, D) what asks.
            memory: (B, K, D) what is looked at; None looks at `states`.
            mask: broadcast to (B, H, Q, K), True where looking is allowed.
            cache: a transformers cache that keys and values are kept in.
            memory_is_cached: the cache already holds the keys and values of `memory`.
            memory_rows: (B,) which row of `memory` each row of `states` looks at; None pairs them in order.
        """
        query = self._split(self.q_proj(states))
        if memory_is_cached:
            layer = cache.layers[self.layer_idx]
            key, value = layer.keys, layer.values
        else:
            source = states if memory is None else memory
            key, value = self._split(self.k_proj(source)), self._split(self.v_proj(source))
            if memory_rows is not None:
                key = key.index_select(0, memory_rows)
                value = value.index_select(0, memory_rows)
            if cache is not None:
                key, value = cache.update(key, value, self.layer_idx)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.out_proj(mixed.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]

    def _split(self, x: Tensor) -> Tensor:
        """(B, N, D) to (B, H, N, D / H)."""
        return x.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)


class FeedForward(nn.Module):
    """Widen, GELU, narrow."""

    def __init__(self, config: FusedConfig) -> None:
        super().__init__()
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, states: Tensor) -> Tensor:
        """(…, D) to (…, D)."""
        return self.dropout(self.down_proj(functional.gelu(self.up_proj(states))))  # type: ignore[no-any-return]
