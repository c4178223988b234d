"""Question encoder: the BERT encoder of all-MiniLM-L6-v2, in plain torch.

The names of the parameters and the arithmetic are those of transformers' `BertModel` without
pooler, so that its weights load unchanged and its states are equal.

Source: BERT, arXiv:1810.04805; MiniLM, arXiv:2002.10957.
Shape letters: B batch, L tokens, E hidden size, H heads.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from vqa.models.fused.config import TextConfig


class TextEmbeddings(nn.Module):
    """Sum of word, position and token-type embeddings, normalized."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.word_embeddings = nn.Embedding(config.vocab_size, size, padding_idx=0)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, size)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, size)
        self.LayerNorm = nn.LayerNorm(size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, input_ids: Tensor) -> Tensor:
        """Embed (B, L) token ids, all of token type 0, to (B, L, E)."""
        states = self.word_embeddings(input_ids) + self.token_type_embeddings.weight[0]
        states = states + self.position_embeddings.weight[: input_ids.shape[1]]
        return self.dropout(self.LayerNorm(states))


class TextLayer(nn.Module):
    """Post-norm Transformer encoder layer; its module names are the keys of BERT's state dict."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        size, inner_size = config.hidden_size, config.intermediate_size
        self.num_heads = config.num_attention_heads
        self.attention_dropout = config.attention_probs_dropout_prob
        self.attention = nn.ModuleDict(
            {
                "self": nn.ModuleDict(
                    {name: nn.Linear(size, size) for name in ("query", "key", "value")}
                ),
                "output": _output_block(size, config),
            }
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(size, inner_size)})
        self.output = _output_block(inner_size, config)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        """Apply self-attention and the feed-forward network; return (B, L, E) token states.

        Args:
            states: (B, L, E), token states of B sentences, L tokens and hidden size E.
            mask: (B, 1, 1, L), True for a token, False for padding; None without padding.
        """
        projections, output = self.attention["self"], self.attention["output"]
        assert isinstance(projections, nn.ModuleDict)
        assert isinstance(output, nn.ModuleDict)
        query, key, value = (
            projections[name](states).unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        attention = functional.scaled_dot_product_attention(
            query, key, value, mask, self.attention_dropout if self.training else 0.0
        )
        attention = attention.transpose(1, 2).flatten(2)
        states = self._add(output, attention, states)
        inner = functional.gelu(self.intermediate["dense"](states))
        return self._add(self.output, inner, states)

    def _add(self, block: nn.ModuleDict, update: Tensor, states: Tensor) -> Tensor:
        """Project an update, add it to the (B, L, E) states and normalize the sum."""
        return block["LayerNorm"](self.dropout(block["dense"](update)) + states)


class TextEncoder(nn.Module):
    """BERT encoder that returns the last hidden states."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.embeddings = TextEmbeddings(config)
        layers = nn.ModuleList(TextLayer(config) for _ in range(config.num_hidden_layers))
        self.encoder = nn.ModuleDict({"layer": layers})

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Encode (B, L) token ids to (B, L, E); the mask is 1 for a token, 0 for padding."""
        states = self.embeddings(input_ids)
        mask = None if bool(attention_mask.all()) else attention_mask.bool()[:, None, None, :]
        layers = self.encoder["layer"]
        assert isinstance(layers, nn.ModuleList)
        for layer in layers:
            states = layer(states, mask)
        return states


def _output_block(width_in: int, config: TextConfig) -> nn.ModuleDict:
    """Return the projection and normalization that end an attention or feed-forward block."""
    return nn.ModuleDict(
        {
            "dense": nn.Linear(width_in, config.hidden_size),
            "LayerNorm": nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps),
        }
    )
