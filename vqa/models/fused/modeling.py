"""The fused Transformer: frames and question in, answer out.

Source: the line of VideoBERT (arXiv:1904.01766): CNN frame features and BERT text features in one encoder, trained
with cross-entropy through a Transformer decoder; the contrastive head follows CLIP (arXiv:2103.00020) into MiniLM's
sentence space.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel, GenerationMixin, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput, Seq2SeqLMOutput

from vqa.models.fused.config import FusedConfig
from vqa.models.fused.decoder import AnswerDecoder
from vqa.models.fused.fusion import ClipFeatures, FusionEncoder
from vqa.models.fused.vision import FrameFeatures, VisionEncoder

# What the names weigh at first beside what is learnt: the most that costs nothing on held-out captions.
_NAME_SCALE = 0.35


@dataclass
class FusedStates(BaseModelOutput):  # type: ignore[misc]
    """Fused states (B, N, D), which of them are real (B, N), and the logit that the clip holds the answer (B,)."""

    last_hidden_state: Tensor | None = None
    attention_mask: Tensor | None = None
    answerable_logit: Tensor | None = None


class FusedVideoQA(PreTrainedModel, GenerationMixin):  # type: ignore[misc]
    """Answers questions about clips; see `encode_frames`, `read_words` and `fuse` for the steps, `generate` for text.

    Args:
        config: its shape.
    """

    config_class = FusedConfig
    base_model_prefix = ""
    main_input_name = "pixel_values"
    _tied_weights_keys: ClassVar[dict[str, str]] = {"lm_head.weight": "decoder.embed_tokens.weight"}
    _no_split_modules: ClassVar[list[str]] = [
        "MobileBlock",
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
        self.name_scale = nn.Parameter(torch.tensor(_NAME_SCALE))
        self.post_init()

    def get_encoder(self, modality: str | None = None) -> FusionEncoder:
        """The part whose output `generate` reuses; it is called through `fuse`."""
        return self.fusion

    def get_decoder(self, modality: str | None = None) -> AnswerDecoder:
        """The part that writes."""
        return self.decoder

    def get_input_embeddings(self) -> nn.Module:
        """The decoder's pieces."""
        return self.decoder.embed_tokens

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Put other pieces in their place."""
        assert isinstance(value, nn.Embedding)
        self.decoder.embed_tokens = value

    def get_output_embeddings(self) -> nn.Module:
        """The head that scores pieces."""
        return self.lm_head

    def encode_frames(self, pixel_values: Tensor) -> FrameFeatures:
        """Look at (N, 3, S, S) frames; the costly step, done once a video."""
        return self.vision(pixel_values)  # type: ignore[no-any-return]

    def read_words(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """MiniLM's state (B, L, E) of each word of (B, L) token ids."""
        return self.text(  # type: ignore[no-any-return]
            input_ids=input_ids, attention_mask=attention_mask
        ).last_hidden_state

    def embed_sentences(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """MiniLM's unit vector (B, E) of each sentence: the mean over its words."""
        return self.meant(self.read_words(input_ids, attention_mask), attention_mask)

    @staticmethod
    def meant(states: Tensor, mask: Tensor) -> Tensor:
        """The unit vector (B, E) of sentences that were read: of (B, L, E) words, those that (B, L) says are real."""
        weights = mask[..., None].float()
        return functional.normalize((states.float() * weights).sum(1) / weights.sum(1), dim=-1)

    def embed_frames(self, cells: Tensor, label_logits: Tensor) -> Tensor:
        """The unit vector in MiniLM's sentence space of each frame.

        It is what was learnt of pictures with sentences, and the names of all that the CNN was taught to tell apart,
        which no sentence need ever have named.

        Args:
            cells: (…, C, F) CNN features.
            label_logits: (…, 1000) ImageNet scores.

        Returns:
            (…, E).

        Source: the names' share is ConSE, arXiv:1312.5650.
        """
        # Without its dropout, which is for search_head.py alone: whoever reads the head reads it as it is.
        widen, bend, _, narrow = self.contrastive_head
        return self.with_names(narrow(bend(widen(self.pool(cells)))), label_logits)

    def pool(self, cells: Tensor) -> Tensor:
        """What the contrastive head reads of (…, C, F) CNN features: their mean and their peaks, (…, 2F)."""
        cells = self.fusion.standardise(cells)
        return torch.cat([cells.mean(-2), cells.amax(-2)], dim=-1)

    def with_names(self, learnt: Tensor, label_logits: Tensor) -> Tensor:
        """What the contrastive head makes of frames (…, E), joined by the CNN's names: unit vectors (…, E)."""
        names = label_logits.float().softmax(-1) @ self.fusion.label_vectors.float()
        learnt = functional.normalize(learnt.float(), dim=-1)
        return functional.normalize(learnt + self.name_scale.float() * names, dim=-1)

    def fuse(
        self, clip: ClipFeatures, question_states: Tensor, question_mask: Tensor
    ) -> FusedStates:
        """The joint stream of clip and question, and whether the one holds the answer to the other."""
        # The contrastive head is taught by itself, see vqa/training/contrastive.py; here it is read.
        meanings = clip.meanings
        if meanings is None:
            with torch.no_grad():
                meanings = self.embed_frames(clip.cells, clip.label_logits)
        states, mask = self.fusion(clip, meanings, question_states, question_mask)
        return FusedStates(
            last_hidden_state=states,
            attention_mask=mask,
            answerable_logit=self.answerable_head(states[:, 0])[:, 0],
        )

    def generate(self, *args: Any, encoder_outputs: FusedStates, **how: Any) -> Any:
        """Write answers; see transformers' `GenerationMixin.generate`.

        The fused states are copied first: for beams, `generate` repeats them in place.
        """
        return super().generate(*args, encoder_outputs=FusedStates(**encoder_outputs), **how)

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
        """Score the next piece of the answer.

        Args:
            encoder_outputs: what `fuse` returned.
            attention_mask: (B, N) which fused states are real; taken from `encoder_outputs` where None.
            decoder_input_ids: (B, L) the answer so far; made of `labels` where None.
            labels: (B, L) the true pieces, -100 where none; then the result has a `loss`.
            cache: keys and values of earlier steps, a transformers `EncoderDecoderCache`; grows in place.
            use_cache: whether to return it.
            label_smoothing: share of the target spread over all pieces, 0 to 1.

        Raises:
            ValueError: neither `decoder_input_ids` nor `labels`, or no `encoder_outputs`, is given.
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
        """The pieces the decoder has seen before it must say each label."""
        shifted = labels.new_full(labels.shape, self.config.decoder_start_token_id)
        shifted[:, 1:] = labels[:, :-1]
        return shifted.masked_fill(shifted == -100, self.config.pad_token_id)

    def _init_weights(self, module: nn.Module) -> None:
        """Normal weights, zero biases, unit norms."""
        spread = self.config.initializer_range
        if isinstance(module, nn.Linear | nn.Conv2d):
            nn.init.normal_(module.weight, std=spread)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=spread)
            if module.padding_idx is not None:
                nn.init.zeros_(module.weight[module.padding_idx])
        elif isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)
