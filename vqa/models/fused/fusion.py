"""The joint stream: frames, labels, timed text and question in one encoder, every token seeing every other.

Source: VideoBERT, arXiv:1904.01766; ours keeps visual tokens continuous. Shape letters: B batch, T frames, C cells a
frame, F cell features, N labels, S words of timed text, L words of the question, D width, E width of MiniLM.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vqa.models.fused.attention import Attention, FeedForward
from vqa.models.fused.config import NUM_IMAGENET_CLASSES, FusedConfig

_TYPES = ("summary", "frame", "label", "text", "question", "meaning")
_NUM_WAVES = 16
_NUM_QUARTERS = 4
# How long MiniLM's word states are, roughly; meanings have unit length.
_WORD_LENGTH = 6.0


@dataclass(frozen=True, kw_only=True)
class ClipFeatures:
    """What is known of B clips before a question is asked; row t of a clip is its frame t.

    Args:
        cells: (B, T, C, F) CNN features.
        label_logits: (B, T, 1000) ImageNet scores of each frame.
        times_s: (B, T) presentation times.
        duration_s: (B,) lengths of the videos.
        frame_mask: (B, T) True for a frame, False for padding or a hidden frame.
        meanings: (B, T, E) each frame's vector in MiniLM's sentence space where it is known already, or None.
        frame_tokens: (B, T, 5, D) what `FusionEncoder.look_at` makes of the cells where it is known already, or None.
        text_states: (B, S, E) MiniLM's words of the timed text, or None.
        text_times_s: (B, S) when each of these words is said or seen.
        text_mask: (B, S) True for a word.
    """

    cells: Tensor
    label_logits: Tensor
    times_s: Tensor
    duration_s: Tensor
    frame_mask: Tensor
    meanings: Tensor | None = None
    frame_tokens: Tensor | None = None
    text_states: Tensor | None = None
    text_times_s: Tensor | None = None
    text_mask: Tensor | None = None


class TimeEmbedding(nn.Module):
    """A vector for a moment: its seconds from the start, and its place between start (0) and end (1)."""

    def __init__(self, config: FusedConfig) -> None:
        super().__init__()
        self.project = nn.Linear(4 * _NUM_WAVES, config.hidden_size)

    def forward(self, times_s: Tensor, duration_s: Tensor) -> Tensor:
        """(B, N) seconds and (B,) lengths to (B, N, D)."""
        place = times_s / duration_s.clamp(min=1e-3)[:, None]
        periods = torch.logspace(0, 3.6, _NUM_WAVES, device=times_s.device)
        fractions = torch.logspace(-1.2, 0.6, _NUM_WAVES, device=times_s.device)
        angles = torch.cat([times_s[..., None] / periods, place[..., None] / fractions], dim=-1) * (
            2 * math.pi
        )
        waves = torch.cat([angles.sin(), angles.cos()], dim=-1)
        return self.project(waves.to(self.project.weight.dtype))  # type: ignore[no-any-return]


class FusionLayer(nn.Module):
    """Every token looks at every token, then thinks for itself."""

    def __init__(self, config: FusedConfig) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size)
        self.attention = Attention(config)
        self.mlp_norm = nn.LayerNorm(config.hidden_size)
        self.mlp = FeedForward(config)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """(B, N, D) to (B, N, D); mask (B, 1, 1, N)."""
        states = states + self.attention(self.attention_norm(states), mask=mask)
        return states + self.mlp(self.mlp_norm(states))  # type: ignore[no-any-return]


class FusionEncoder(nn.Module):
    """Lay the streams side by side and let them see each other."""

    feature_mean: Tensor
    feature_std: Tensor
    label_vectors: Tensor

    def __init__(self, config: FusedConfig) -> None:
        super().__init__()
        self.num_labels_kept = config.num_labels_kept
        self.register_buffer("feature_mean", torch.zeros(config.feature_size))
        self.register_buffer("feature_std", torch.ones(config.feature_size))
        self.register_buffer("label_vectors", torch.zeros(NUM_IMAGENET_CLASSES, config.text_size))
        self.frame_proj = nn.Linear(config.feature_size, config.hidden_size)
        self.label_proj = nn.Linear(config.text_size + 1, config.hidden_size)
        self.text_proj = nn.Linear(config.text_size, config.hidden_size)
        self.grid_size = config.grid_size
        # The frame as a whole, its quarters, and (for the one frame that is seen in detail) its cells.
        self.cell_embedding = nn.Embedding(1 + _NUM_QUARTERS + config.num_cells, config.hidden_size)
        self.type_embedding = nn.Embedding(len(_TYPES), config.hidden_size)
        self.time_embedding = TimeEmbedding(config)
        self.meaning_scale = nn.Parameter(torch.tensor(_WORD_LENGTH))
        self.norm = nn.LayerNorm(config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(FusionLayer(config) for _ in range(config.num_fusion_layers))
        self.final_norm = nn.LayerNorm(config.hidden_size)

    def forward(
        self,
        clip: ClipFeatures,
        meanings: Tensor,
        question_states: Tensor,
        question_mask: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Let every word see every frame, and every frame every word.

        Args:
            clip: what is known of the clips.
            meanings: (B, T, E) each frame's vector in MiniLM's sentence space, where words can meet it.
            question_states: (B, L, E) MiniLM's words of the question, padded on the right.
            question_mask: (B, L) True for a word.

        Returns:
            (B, N, D) fused states, the summary token first, and (B, N) which of them are real.
        """
        parts = [
            self.type_embedding.weight[0].expand(len(question_states), 1, -1),
            *self._visual(clip, _best_fitting(clip, meanings, question_states, question_mask)),
            self._meaning(clip, meanings),
            self._typed(self.text_proj(question_states), "question"),
        ]
        masks = [
            torch.ones_like(question_mask[:, :1]),
            *self._visual_masks(clip),
            clip.frame_mask,
            question_mask,
        ]
        if clip.text_states is not None and clip.text_mask is not None:
            assert clip.text_times_s is not None
            said = self.text_proj(clip.text_states) + self.time_embedding(
                clip.text_times_s, clip.duration_s
            )
            parts.append(self._typed(said, "text"))
            masks.append(clip.text_mask)
        states = self.dropout(self.norm(torch.cat(parts, dim=1)))
        mask = torch.cat(masks, dim=1)
        for layer in self.layers:
            states = layer(states, mask[:, None, None, :])
        return self.final_norm(states), mask

    def standardise(self, cells: Tensor) -> Tensor:
        """Cell features with the mean and spread of the training pictures taken out."""
        return ((cells.float() - self.feature_mean) / self.feature_std).to(
            self.frame_proj.weight.dtype
        )

    def look_at(self, cells: Tensor) -> Tensor:
        """A token for the whole of each frame and one for each quarter: (…, C, F) to (…, 5, D)."""
        cells = self.standardise(cells)
        half = self.grid_size // 2
        quarters = cells.unflatten(-2, (2, half, 2, half)).mean(dim=(-4, -2)).flatten(-3, -2)
        whole = cells.mean(dim=-2, keepdim=True)
        place = self.cell_embedding.weight[: 1 + _NUM_QUARTERS]
        return self.frame_proj(torch.cat([whole, quarters], dim=-2)) + place  # type: ignore[no-any-return]

    def _typed(self, states: Tensor, kind: str) -> Tensor:
        return states + self.type_embedding.weight[_TYPES.index(kind)]

    def _meaning(self, clip: ClipFeatures, meanings: Tensor) -> Tensor:
        """(B, T, D): each frame's meaning, seen through the same projection as the question's words."""
        scaled = (meanings * self.meaning_scale).to(self.text_proj.weight.dtype)
        tokens = self.text_proj(scaled) + self.time_embedding(clip.times_s, clip.duration_s)
        return self._typed(tokens, "meaning")

    def _visual(self, clip: ClipFeatures, closest: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Tokens of all frames (B, T·5, D), of the `closest` (B,) one (B, C, D), and of the labels (B, N, D).

        Every frame has a token for its whole and one for each quarter; the one that fits the question best has its
        cells besides. So many frames stay cheap, and the one that matters is seen closely.
        """
        tokens = clip.frame_tokens
        if tokens is None:
            tokens = self.look_at(clip.cells)
        moments = self.time_embedding(clip.times_s, clip.duration_s)
        tokens = (tokens + moments[:, :, None]).flatten(1, 2)
        rows = torch.arange(len(closest), device=closest.device)
        detail = self.frame_proj(self.standardise(clip.cells[rows, closest]))
        detail = detail + self.cell_embedding.weight[1 + _NUM_QUARTERS :]
        detail = detail + moments[rows, closest][:, None]
        scores = clip.label_logits.float().softmax(-1) * clip.frame_mask[..., None]
        num_frames = clip.frame_mask.sum(1).clamp(min=1)
        mean_scores = scores.sum(1) / num_frames[:, None]
        top = mean_scores.topk(self.num_labels_kept, dim=-1)
        peaks = scores.gather(2, top.indices[:, None].expand(-1, scores.shape[1], -1)).argmax(1)
        label_times = clip.times_s.gather(1, peaks)
        names = torch.cat([self.label_vectors[top.indices], top.values.sqrt()[..., None]], dim=-1)
        labels = self.label_proj(names.to(tokens.dtype)) + self.time_embedding(
            label_times, clip.duration_s
        )
        return (
            self._typed(tokens, "frame"),
            self._typed(detail, "frame"),
            self._typed(labels, "label"),
        )

    def _visual_masks(self, clip: ClipFeatures) -> tuple[Tensor, Tensor, Tensor]:
        shown = clip.frame_mask.any(1, keepdim=True)
        return (
            clip.frame_mask.repeat_interleave(1 + _NUM_QUARTERS, dim=1),
            shown.expand(-1, self.grid_size**2),
            shown.expand(-1, self.num_labels_kept),
        )


def _best_fitting(
    clip: ClipFeatures, meanings: Tensor, question_states: Tensor, question_mask: Tensor
) -> Tensor:
    """(B,) which of the frames shown lies nearest to the question in MiniLM's sentence space."""
    sentence = (question_states * question_mask[..., None]).sum(1).float()
    scores = torch.einsum("bte,be->bt", meanings.float(), sentence)
    return scores.masked_fill(~clip.frame_mask, -torch.inf).argmax(1)
