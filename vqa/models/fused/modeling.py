"""The embedded network `FusedVideoQA`: CNN frame encoder, MiniLM question encoder, fusion encoder, answer decoder.

Source: VideoBERT (arXiv:1904.01766) for joint encoding of CNN frame features and BERT text features, trained with
cross-entropy through a Transformer decoder; CLIP (arXiv:2103.00020) for the contrastive head, whose target space is
MiniLM's sentence space.
Shape letters: B batch, T frames, C grid positions of a frame, F grid feature size, L tokens, N fused states, D hidden
size, E MiniLM's hidden size.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn import functional
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForImageTextToText,
    AutoProcessor,
    BertModel,
    GenerationMixin,
    PreTrainedModel,
)
from transformers.modeling_outputs import BaseModelOutput, Seq2SeqLMOutput

from vqa.models.fused.config import FusedConfig
from vqa.models.fused.decoder import AnswerDecoder
from vqa.models.fused.fusion import ClipFeatures, FusionEncoder
from vqa.models.fused.processing import FusedProcessor
from vqa.models.fused.vision import FrameFeatures, VisionEncoder

# Initial weight of the label embeddings beside the learnt embedding: the largest that keeps held-out captions' recall.
_LABEL_SCALE = 0.35

# What stored videos and search indexes depend on, by prefixes of state-dict keys: grid features, label logits, frame
# and sentence embeddings. A new fusion encoder, decoder or calibration leaves them valid.
_STATE_PREFIXES = (
    "vision.", "text.", "contrastive_head.", "name_scale", "fusion.feature_", "fusion.label_vectors",
)  # fmt: skip


@dataclass
class FusedStates(BaseModelOutput):
    """Output of `FusedVideoQA.fuse`.

    Attributes:
        last_hidden_state: (B, N, D), fused states, the summary token first.
        attention_mask: (B, N), True for a real state, False for padding.
        answerable_logit: (B,), logit that the clip contains what the question asks about.
    """

    last_hidden_state: Tensor | None = None
    attention_mask: Tensor | None = None
    answerable_logit: Tensor | None = None


class FusedVideoQA(PreTrainedModel, GenerationMixin):
    """Encoder-decoder network that answers questions about clips.

    Usage: `encode_frames` once per video, `encode_text` and `fuse` once per question, then
    `generate`.

    Args:
        config: layer sizes and calibration.
    """

    config_class = FusedConfig
    base_model_prefix = ""
    main_input_name = "pixel_values"
    _tied_weights_keys: ClassVar[dict[str, str]] = {"lm_head.weight": "decoder.embed_tokens.weight"}
    _no_split_modules: ClassVar[list[str]] = [
        "InvertedResidual",
        "FusionLayer",
        "DecoderLayer",
        "BertLayer",
    ]
    _supports_sdpa = True
    _supports_cache_class = True

    def __init__(self, config: FusedConfig) -> None:
        super().__init__(config)
        self.vision = VisionEncoder(config)
        self.text = BertModel(config.question_config, add_pooling_layer=False)
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
        self.post_init()

    def get_encoder(self, modality: str | None = None) -> FusionEncoder:
        """Return the fusion encoder; call it through `fuse`, whose output `generate` takes as `encoder_outputs`."""
        return self.fusion

    def get_decoder(self, modality: str | None = None) -> AnswerDecoder:
        """Return the answer decoder."""
        return self.decoder

    def get_input_embeddings(self) -> nn.Module:
        """Return the decoder's token embedding."""
        return self.decoder.embed_tokens

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Replace the decoder's token embedding."""
        assert isinstance(value, nn.Embedding)
        self.decoder.embed_tokens = value

    def get_output_embeddings(self) -> nn.Module:
        """Return the language-model head."""
        return self.lm_head

    def encode_frames(self, pixel_values: Tensor) -> FrameFeatures:
        """Run the CNN over (N, 3, S, S) frames from -1 to 1: the costliest step, once per video."""
        return self.vision(pixel_values)

    def encode_text(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Run MiniLM over (B, L) token ids and return its last hidden states, (B, L, E)."""
        return self.text(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    def embed_sentences(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Embed (B, L) token ids with MiniLM: mean-pooled, L2-normalized states (B, E)."""
        return self.pool_sentences(self.encode_text(input_ids, attention_mask), attention_mask)

    @staticmethod
    def pool_sentences(states: Tensor, mask: Tensor) -> Tensor:
        """Average (B, L, E) states over the (B, L) mask and L2-normalize: (B, E) float32."""
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
        learnt = down_proj(activation(up_proj(self.pool_grid(grid_features))))
        return self.add_label_embeddings(learnt, label_logits)

    def pool_grid(self, grid_features: Tensor) -> Tensor:
        """Pool (…, C, F) grid features for the contrastive head: mean and maximum, (…, 2F)."""
        standardized = self.fusion.standardize(grid_features)
        return torch.cat([standardized.mean(-2), standardized.amax(-2)], dim=-1)

    def add_label_embeddings(self, head_output: Tensor, label_logits: Tensor) -> Tensor:
        """Add the mean class-name embedding, weighted by probability, to the head's output.

        Args:
            head_output: (…, E), from the contrastive head.
            label_logits: (…, 1000), ImageNet class logits.

        Returns:
            (…, E), unit vectors.
        """
        names = label_logits.float().softmax(-1) @ self.fusion.label_vectors.float()
        learnt = functional.normalize(head_output.float(), dim=-1)
        return functional.normalize(learnt + self.name_scale.float() * names, dim=-1)

    def fuse(
        self, clip: ClipFeatures, question_states: Tensor, question_mask: Tensor
    ) -> FusedStates:
        """Fuse B clips with B questions and predict whether each clip contains what its question asks about.

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

    def generate(self, *args: Any, encoder_outputs: FusedStates, **kwargs: Any) -> Any:
        """Generate answer token ids; see transformers' `GenerationMixin.generate` for the arguments.

        The fused states are copied first: beam search expands them in place.
        """
        return super().generate(*args, encoder_outputs=FusedStates(**encoder_outputs), **kwargs)

    def forward(
        self,
        encoder_outputs: FusedStates | None = None,
        attention_mask: Tensor | None = None,
        decoder_input_ids: Tensor | None = None,
        labels: Tensor | None = None,
        cache: Any = None,
        use_cache: bool | None = None,
        label_smoothing: float = 0.0,
        **_: Any,
    ) -> Seq2SeqLMOutput:
        """Compute next-token logits and, with `labels`, the loss.

        Args:
            encoder_outputs: the output of `fuse`.
            attention_mask: (B, N), True for a real fused state; None takes the mask of `encoder_outputs`.
            decoder_input_ids: (B, L), answer tokens so far; None shifts `labels` to the right.
            labels: (B, L), target tokens, -100 where ignored.
            cache: keys and values of earlier steps, a transformers `EncoderDecoderCache`; updated in place.
            use_cache: whether to return the cache.
            label_smoothing: share of the target probability spread evenly over the vocabulary, 0 to
                1.

        Raises:
            ValueError: `encoder_outputs` is missing, or both `decoder_input_ids` and `labels` are.
        """
        if encoder_outputs is None:
            raise ValueError("encoder_outputs is missing: call fuse() first")
        if decoder_input_ids is None:
            if labels is None:
                raise ValueError("decoder_input_ids or labels must be given")
            decoder_input_ids = self._shift_right(labels)
        memory = encoder_outputs.last_hidden_state
        if attention_mask is None:
            attention_mask = encoder_outputs.attention_mask
        assert memory is not None
        assert attention_mask is not None
        states = self.decoder(decoder_input_ids, memory, attention_mask.bool(), cache)
        logits = self.lm_head(states)
        loss = None
        if labels is not None:
            loss = functional.cross_entropy(
                logits.float().flatten(0, 1), labels.flatten(), label_smoothing=label_smoothing
            )
        return Seq2SeqLMOutput(
            loss=loss,
            logits=logits,
            cache=cache if use_cache else None,
            encoder_last_hidden_state=memory,
        )

    def _shift_right(self, labels: Tensor) -> Tensor:
        """Build decoder inputs for teacher forcing: start token, then labels without the last.

        Ignored labels, -100, become padding.
        """
        shifted = labels.new_full(labels.shape, self.config.decoder_start_token_id)
        shifted[:, 1:] = labels[:, :-1]
        return shifted.masked_fill(shifted == -100, self.config.pad_token_id)

    def _init_weights(self, module: nn.Module) -> None:
        """Initialize a module: normal weights, zero biases, unit scales of layer norms."""
        std = self.config.initializer_range
        if isinstance(module, nn.Linear | nn.Conv2d):
            nn.init.normal_(module.weight, std=std)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=std)
            if module.padding_idx is not None:
                nn.init.zeros_(module.weight[module.padding_idx])
        elif isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)


def register_auto_classes() -> None:
    """Register the model with transformers, so that its Auto classes load folders such as `weights/`."""
    AutoConfig.register(FusedConfig.model_type, FusedConfig, exist_ok=True)
    AutoModel.register(FusedConfig, FusedVideoQA, exist_ok=True)
    AutoModelForImageTextToText.register(FusedConfig, FusedVideoQA, exist_ok=True)
    AutoProcessor.register(FusedConfig, FusedProcessor, exist_ok=True)


def state_version(folder: Path, config: FusedConfig) -> str:
    """Hash the weights and sizes on which stored encodings depend; return 16 hexadecimal digits.

    If `config.state_version_aliases` has an entry for the hash, its value is returned instead: the
    version under which an earlier release stored encodings of the same weights.

    Args:
        folder: folder with the safetensors files.
        config: config of the model in this folder.
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
