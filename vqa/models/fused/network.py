"""The embedded network in plain torch: frame and question encoders, fusion encoder, decoder.

A CNN encodes frames, MiniLM questions.

Source: VideoBERT (arXiv:1904.01766) for joint encoding of CNN frame features and BERT text
features, trained with cross-entropy through a Transformer decoder; CLIP (arXiv:2103.00020) for the
contrastive head, whose target space is MiniLM's sentence space.

Shape letters: B batch, T frames, C grid positions of a frame, F grid feature size, L tokens, N
fused states, D hidden size, E MiniLM's hidden size, V vocabulary size.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn import functional

from vqa.models.fused.config import NetworkConfig
from vqa.models.fused.decoder import AnswerDecoder
from vqa.models.fused.fusion import ClipFeatures, FusionEncoder
from vqa.models.fused.text_encoder import TextEncoder
from vqa.models.fused.vision import FrameFeatures, VisionEncoder

# Initial weight of the label embeddings beside the learnt embedding: the largest that keeps held-out captions' recall.
_LABEL_SCALE = 0.35

# What stored videos and search indexes depend on, by prefixes of state-dict keys: grid features, label logits, frame
# and sentence embeddings. A new fusion encoder, decoder or calibration leaves them valid.
_STATE_PREFIXES = (
    "vision.", "text.", "contrastive_head.", "name_scale", "fusion.feature_", "fusion.label_vectors",
)  # fmt: skip


@dataclass
class FusedStates:
    """Output of `FusedNetwork.fuse`.

    Attributes:
        last_hidden_state: (B, N, D), fused states, the summary token first.
        attention_mask: (B, N), True for a real state, False for padding or a hidden frame.
        answerable_logit: (B,), logit that the clip contains what the question asks about; None if
            it was not computed.
    """

    last_hidden_state: Tensor
    attention_mask: Tensor
    answerable_logit: Tensor | None = None


class FusedNetwork(nn.Module):
    """Encoder-decoder network that answers questions about clips.

    Usage: `encode_frames` once per video, `encode_text` and `fuse` once per question, then
    `next_token_logits` per token of the answer.

    Args:
        config: layer sizes and calibration.
    """

    config: NetworkConfig

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.add_layers(config)

    def add_layers(self, config: NetworkConfig) -> None:
        """Create the layers, with random weights, in place.

        Their names are the keys of the published state dict.
        """
        self.vision = VisionEncoder(config)
        self.text = TextEncoder(config.question_config)
        self.fusion = FusionEncoder(config)
        self.decoder = AnswerDecoder(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.answerable_head = nn.Linear(config.hidden_size, 1)
        self.contrastive_head = nn.Sequential(
            nn.Linear(2 * config.feature_size, 2 * config.text_size),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(2 * config.text_size, config.text_size),
        )
        self.contrastive_scale = nn.Parameter(torch.tensor(3.0))
        # Weight of the label embeddings; `name_scale` is its key in the published state dict.
        self.name_scale = nn.Parameter(torch.tensor(_LABEL_SCALE))

    @property
    def device(self) -> torch.device:
        """Device of the network."""
        return self.lm_head.weight.device

    def encode_frames(self, pixel_values: Tensor) -> FrameFeatures:
        """Run the CNN over (N, 3, S, S) frames from -1 to 1: the costliest step, once per video."""
        return self.vision(pixel_values)

    def encode_text(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Run MiniLM over (B, L) token ids and return its last hidden states, (B, L, E).

        `attention_mask` is (B, L), 1 for a token, 0 for padding.
        """
        return self.text(input_ids, attention_mask)

    def embed_sentences(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Embed (B, L) token ids with MiniLM: mean-pooled, L2-normalized states (B, E) float32.

        `attention_mask` is (B, L), 1 for a token, 0 for padding; each row has a token.
        """
        return self.pool_sentences(self.encode_text(input_ids, attention_mask), attention_mask)

    @staticmethod
    def pool_sentences(states: Tensor, mask: Tensor) -> Tensor:
        """Average (B, L, E) states over the (B, L) mask and L2-normalize: (B, E) float32.

        The mask is 1 for a token, 0 for padding; each row has a token.
        """
        weights = mask[..., None].float()
        return functional.normalize((states.float() * weights).sum(1) / weights.sum(1), dim=-1)

    def embed_frames(self, grid_features: Tensor, label_logits: Tensor) -> Tensor:
        """Embed frames in MiniLM's sentence space: contrastive head plus class-name embeddings.

        The class names cover objects that the training captions never mention.

        Args:
            grid_features: (…, C, F), from the CNN.
            label_logits: (…, 1000), ImageNet class logits.

        Returns:
            (…, E), unit vectors.

        Source: ConSE, arXiv:1312.5650, for the class names.
        """
        # Without the head's dropout, which only the training of the head uses.
        up_proj, activation, _, down_proj = self.contrastive_head
        head_output = down_proj(activation(up_proj(self.pool_grid(grid_features))))
        return self.add_label_embeddings(head_output, label_logits)

    def pool_grid(self, grid_features: Tensor) -> Tensor:
        """Pool (…, C, F) grid features for the contrastive head: mean and maximum, (…, 2F)."""
        standardized_grid = self.fusion.standardize(grid_features)
        return torch.cat([standardized_grid.mean(-2), standardized_grid.amax(-2)], dim=-1)

    def add_label_embeddings(self, head_output: Tensor, label_logits: Tensor) -> Tensor:
        """Add the mean class-name embedding, weighted by probability, to the head's output.

        Args:
            head_output: (…, E), from the contrastive head.
            label_logits: (…, 1000), ImageNet class logits.

        Returns:
            (…, E), unit vectors.
        """
        names = label_logits.float().softmax(-1) @ self.fusion.label_vectors.float()
        unit_vectors = functional.normalize(head_output.float(), dim=-1)
        return functional.normalize(unit_vectors + self.name_scale.float() * names, dim=-1)

    def fuse(
        self, clip: ClipFeatures, question_states: Tensor, question_mask: Tensor
    ) -> FusedStates:
        """Fuse B clips with B questions; predict whether each clip contains what is asked about.

        Args:
            clip: features of the clips.
            question_states: (B, L, E), from `encode_text`, padded on the right.
            question_mask: (B, L), True for a token, False for padding.
        """
        frame_embeddings = clip.frame_embeddings
        if frame_embeddings is None:
            # The contrastive head has a training of its own (vqa/training/contrastive.py): no gradient from here.
            with torch.no_grad():
                frame_embeddings = self.embed_frames(clip.grid_features, clip.label_logits)
        states, mask = self.fusion(clip, frame_embeddings, question_states, question_mask)
        return FusedStates(
            last_hidden_state=states,
            attention_mask=mask,
            answerable_logit=self.answerable_head(states[:, 0])[:, 0],
        )

    def next_token_logits(
        self,
        fused_states: FusedStates,
        decoder_input_ids: Tensor,
        cache: Any = None,
        memory_rows: Tensor | None = None,
    ) -> Tensor:
        """Compute the (B, L, V) logits of the token that follows each of (B, L) answer tokens.

        Args:
            fused_states: the output of `fuse`.
            decoder_input_ids: (B, L), answer tokens; with a cache, those not yet in the cache.
            cache: keys and values of earlier steps, updated in place; None for none.
            memory_rows: (B,), row of `fused_states` for each answer, where several answers share a
                clip; None means that answer b uses row b.
        """
        memory, mask = fused_states.last_hidden_state, fused_states.attention_mask.bool()
        return self.lm_head(self.decoder(decoder_input_ids, memory, mask, cache, memory_rows))

    def shift_right(self, labels: Tensor) -> Tensor:
        """Build (B, L) decoder inputs for teacher forcing: start token, labels without the last.

        Args:
            labels: (B, L) target tokens; ignored labels, -100, become padding.
        """
        input_ids = labels.new_full(labels.shape, self.config.decoder_start_token_id)
        input_ids[:, 1:] = labels[:, :-1]
        return input_ids.masked_fill(input_ids == -100, self.config.pad_token_id)


def state_version(folder: Path, config: NetworkConfig) -> str:
    """Hash the weights and sizes on which stored encodings depend; return 16 hexadecimal digits.

    If `config.state_version_aliases` has an entry for the hash, its value is returned instead: the
    version under which an earlier release stored encodings of the same weights. The fusion encoder,
    the decoder and the calibration are not part of the hash.

    Args:
        folder: folder with the safetensors files; without any, only the sizes are hashed.
        config: config of the model in this folder.

    Raises:
        SafetensorError: a file is damaged.
    """
    digest = hashlib.sha256(json.dumps([config.image_size, config.grid_size]).encode())
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="pt") as tensors:
            for name in sorted(tensors.keys()):
                if name.startswith(_STATE_PREFIXES):
                    tensor = tensors.get_tensor(name)
                    digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
                    digest.update(tensor.reshape(-1).view(torch.uint8).numpy())
    version = digest.hexdigest()[:16]
    return (config.state_version_aliases or {}).get(version, version)
