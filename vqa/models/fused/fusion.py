"""Fusion encoder: bidirectional Transformer over frames, ImageNet labels, timed text, question.

Source: VideoBERT, arXiv:1904.01766; visual tokens stay continuous here. Shape letters: B batch, T
frames, C grid positions of a frame, F grid feature size, N labels, S tokens of timed text, L tokens
of the question, D hidden size, E MiniLM's hidden size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from vqa.models.fused.attention import Attention, FeedForward
from vqa.models.fused.config import NUM_IMAGENET_CLASSES, NetworkConfig

# Rows of the type embedding, in order.
_TOKEN_TYPES = ("summary", "frame", "label", "text", "question", "frame_embedding")
_NUM_FREQUENCIES = 16
_NUM_QUADRANTS = 4
# Typical norm of MiniLM's token states; frame embeddings have norm 1.
_TOKEN_NORM = 6.0


@dataclass(frozen=True, kw_only=True)
class ClipFeatures:
    """Inputs of the fusion encoder for B clips without their questions; row t of a clip is frame t.

    Args:
        grid_features: (B, T, C, F), from the CNN.
        label_logits: (B, T, 1000), ImageNet class logits of each frame.
        times_s: (B, T), presentation times in seconds.
        duration_s: (B,), durations of the videos in seconds.
        frame_mask: (B, T), True for a visible frame, False for padding or a hidden frame.
        frame_embeddings: (B, T, E), unit vectors from `FusedNetwork.embed_frames`, or None to
            compute them.
        frame_tokens: (B, T, 5, D), from `FusionEncoder.tokenize_frames`, or None to compute them.
        text_states: (B, S, E), MiniLM's token states of the timed text, or None.
        text_times_s: (B, S), time of each token of the timed text in seconds, or None.
        text_mask: (B, S), True for a token, False for padding; or None.
    """

    grid_features: Tensor
    label_logits: Tensor
    times_s: Tensor
    duration_s: Tensor
    frame_mask: Tensor
    frame_embeddings: Tensor | None = None
    frame_tokens: Tensor | None = None
    text_states: Tensor | None = None
    text_times_s: Tensor | None = None
    text_mask: Tensor | None = None

    def select(self, rows: Tensor) -> ClipFeatures:
        """Return the features of the clips in `rows`, which may occur several times."""
        names = [f.name for f in fields(self) if getattr(self, f.name) is not None]
        parts: dict[str, Any] = {name: getattr(self, name)[rows] for name in names}
        return ClipFeatures(**parts)


class TimeEmbedding(nn.Module):
    """Sinusoidal embedding of a time, in seconds and as a fraction of the duration."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.project = nn.Linear(4 * _NUM_FREQUENCIES, config.hidden_size)

    def forward(self, times_s: Tensor, duration_s: Tensor) -> Tensor:
        """Embed (B, N) times of videos with (B,) durations, both in seconds, to (B, N, D)."""
        fraction = times_s / duration_s.clamp(min=1e-3)[:, None]
        periods_s = torch.logspace(0, 3.6, _NUM_FREQUENCIES, device=times_s.device)
        relative_periods = torch.logspace(-1.2, 0.6, _NUM_FREQUENCIES, device=times_s.device)
        angles = torch.cat(
            [times_s[..., None] / periods_s, fraction[..., None] / relative_periods], dim=-1
        ) * (2 * math.pi)
        waves = torch.cat([angles.sin(), angles.cos()], dim=-1)
        return self.project(waves.to(self.project.weight.dtype))


class FusionLayer(nn.Module):
    """Pre-norm Transformer encoder layer."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size)
        self.attention = Attention(config)
        self.mlp_norm = nn.LayerNorm(config.hidden_size)
        self.mlp = FeedForward(config)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Apply self-attention and the MLP: (B, N, D) to (B, N, D).

        `mask` is (B, 1, 1, N), True for a token, False for padding.
        """
        states = states + self.attention(self.attention_norm(states), mask=mask)
        return states + self.mlp(self.mlp_norm(states))


class FusionEncoder(nn.Module):
    """Transformer encoder over the concatenated tokens of clip and question."""

    feature_mean: Tensor
    feature_std: Tensor
    label_vectors: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.num_labels = config.num_labels_kept
        self.register_buffer("feature_mean", torch.zeros(config.feature_size))
        self.register_buffer("feature_std", torch.ones(config.feature_size))
        self.register_buffer("label_vectors", torch.zeros(NUM_IMAGENET_CLASSES, config.text_size))
        self.frame_proj = nn.Linear(config.feature_size, config.hidden_size)
        self.label_proj = nn.Linear(config.text_size + 1, config.hidden_size)
        self.text_proj = nn.Linear(config.text_size, config.hidden_size)
        self.grid_size = config.grid_size
        # Position embeddings: the whole frame, its quadrants, and the grid positions of the one detailed frame.
        # The names `cell_embedding` and `meaning_scale` are keys of the published state dict.
        self.cell_embedding = nn.Embedding(
            1 + _NUM_QUADRANTS + config.num_grid_features, config.hidden_size
        )
        self.type_embedding = nn.Embedding(len(_TOKEN_TYPES), config.hidden_size)
        self.time_embedding = TimeEmbedding(config)
        self.meaning_scale = nn.Parameter(torch.tensor(_TOKEN_NORM))
        self.norm = nn.LayerNorm(config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(FusionLayer(config) for _ in range(config.num_fusion_layers))
        self.final_norm = nn.LayerNorm(config.hidden_size)

    def forward(
        self,
        clip: ClipFeatures,
        frame_embeddings: Tensor,
        question_states: Tensor,
        question_mask: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Encode clips and questions jointly.

        Args:
            clip: features of the clips.
            frame_embeddings: (B, T, E), each frame's unit vector in MiniLM's sentence space.
            question_states: (B, L, E), MiniLM's token states of the question, padded on the right.
            question_mask: (B, L), True for a token, False for padding.

        Returns:
            (B, N, D) fused states, the summary token first, and their (B, N) mask, True for a
            token, False for padding.
        """
        detail_rows = _most_similar_frame(clip, frame_embeddings, question_states, question_mask)
        parts = [
            self.type_embedding.weight[0].expand(len(question_states), 1, -1),
            *self._visual_tokens(clip, detail_rows),
            self._embedding_tokens(clip, frame_embeddings),
            self._add_type(self.text_proj(question_states), "question"),
        ]
        masks = [
            torch.ones_like(question_mask[:, :1]),
            *self._visual_masks(clip),
            clip.frame_mask,
            question_mask,
        ]
        if clip.text_states is not None and clip.text_mask is not None:
            assert clip.text_times_s is not None
            text = self.text_proj(clip.text_states) + self.time_embedding(
                clip.text_times_s, clip.duration_s
            )
            parts.append(self._add_type(text, "text"))
            masks.append(clip.text_mask)
        states = self.dropout(self.norm(torch.cat(parts, dim=1)))
        mask = torch.cat(masks, dim=1)
        for layer in self.layers:
            states = layer(states, mask[:, None, None, :])
        return self.final_norm(states), mask

    def standardize(self, grid_features: Tensor) -> Tensor:
        """Scale (…, F) features to zero mean and unit variance over the training images.

        The result has the dtype of the layers' weights.
        """
        return ((grid_features.float() - self.feature_mean) / self.feature_std).to(
            self.frame_proj.weight.dtype
        )

    def tokenize_frames(self, grid_features: Tensor) -> Tensor:
        """Project grid features to five tokens per frame: the whole frame and its quadrants.

        Args:
            grid_features: (…, C, F), C grid positions with F features each, not standardized.

        Returns:
            (…, 5, D), with position embeddings; time and type embeddings are not added yet.
        """
        standardized_grid = self.standardize(grid_features)
        half = self.grid_size // 2
        quadrants = (
            standardized_grid.unflatten(-2, (2, half, 2, half)).mean(dim=(-4, -2)).flatten(-3, -2)
        )
        frame_means = standardized_grid.mean(dim=-2, keepdim=True)
        position = self.cell_embedding.weight[: 1 + _NUM_QUADRANTS]
        return self.frame_proj(torch.cat([frame_means, quadrants], dim=-2)) + position

    def _add_type(self, states: Tensor, token_type: str) -> Tensor:
        return states + self.type_embedding.weight[_TOKEN_TYPES.index(token_type)]

    def _embedding_tokens(self, clip: ClipFeatures, frame_embeddings: Tensor) -> Tensor:
        """Project (B, T, E) frame embeddings to (B, T, D) tokens, like question tokens.

        Frame embeddings and question tokens are in the same space, MiniLM's.
        """
        scaled_embeddings = (frame_embeddings * self.meaning_scale).to(self.text_proj.weight.dtype)
        tokens = self.text_proj(scaled_embeddings) + self.time_embedding(
            clip.times_s, clip.duration_s
        )
        return self._add_type(tokens, "frame_embedding")

    def _visual_tokens(
        self, clip: ClipFeatures, detail_rows: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Build tokens of all frames, of each grid position of one frame, and of ImageNet labels.

        Only the frame most similar to the question gets a token for each grid position, so that the
        number of tokens grows slowly with the number of frames.

        Args:
            clip: features of the clips.
            detail_rows: (B,), row number of the frame that is most similar to the question.

        Returns:
            (B, T·5, D) frame tokens, (B, C, D) tokens of grid positions and (B, N, D) label tokens.
        """
        tokens = clip.frame_tokens
        if tokens is None:
            tokens = self.tokenize_frames(clip.grid_features)
        time_states = self.time_embedding(clip.times_s, clip.duration_s)
        tokens = (tokens + time_states[:, :, None]).flatten(1, 2)
        rows = torch.arange(len(detail_rows), device=detail_rows.device)
        grid = self.frame_proj(self.standardize(clip.grid_features[rows, detail_rows]))
        grid = grid + self.cell_embedding.weight[1 + _NUM_QUADRANTS :]
        grid = grid + time_states[rows, detail_rows][:, None]
        return (
            self._add_type(tokens, "frame"),
            self._add_type(grid, "frame"),
            self._add_type(self._label_tokens(clip, tokens.dtype), "label"),
        )

    def _label_tokens(self, clip: ClipFeatures, dtype: torch.dtype) -> Tensor:
        """Embed the N ImageNet classes with the highest mean probability in a clip: (B, N, D).

        A class is embedded at the time of the frame in which its probability is highest.
        """
        scores = clip.label_logits.float().softmax(-1) * clip.frame_mask[..., None]
        num_frames = clip.frame_mask.sum(1).clamp(min=1)
        mean_scores = scores.sum(1) / num_frames[:, None]
        top = mean_scores.topk(self.num_labels, dim=-1)
        peaks = scores.gather(2, top.indices[:, None].expand(-1, scores.shape[1], -1)).argmax(1)
        label_times_s = clip.times_s.gather(1, peaks)
        labels = torch.cat([self.label_vectors[top.indices], top.values.sqrt()[..., None]], dim=-1)
        return self.label_proj(labels.to(dtype)) + self.time_embedding(
            label_times_s, clip.duration_s
        )

    def _visual_masks(self, clip: ClipFeatures) -> tuple[Tensor, Tensor, Tensor]:
        """Return the masks of the tokens of `_visual_tokens`: (B, T·5), (B, C) and (B, N)."""
        has_frames = clip.frame_mask.any(1, keepdim=True)
        return (
            clip.frame_mask.repeat_interleave(1 + _NUM_QUADRANTS, dim=1),
            has_frames.expand(-1, self.grid_size**2),
            has_frames.expand(-1, self.num_labels),
        )


def _most_similar_frame(
    clip: ClipFeatures, frame_embeddings: Tensor, question_states: Tensor, question_mask: Tensor
) -> Tensor:
    """Return the (B,) row numbers of the visible frames whose embeddings best match the questions.

    The score is the dot product with the sum of the question's token states.
    """
    sentence = (question_states * question_mask[..., None]).sum(1).float()
    scores = torch.einsum("bte,be->bt", frame_embeddings.float(), sentence)
    return scores.masked_fill(~clip.frame_mask, -torch.inf).argmax(1)
