"""The embedded model as classes of transformers: config, processor and network with `generate`.

Training, export and transformers' Auto classes use these; inference uses `network`, `processing`
and `decoding`, which do not import transformers.

`strict` needs the annotations as types at run time, so this module does not postpone them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
from huggingface_hub.dataclasses import strict
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForImageTextToText,
    AutoProcessor,
    BatchFeature,
    BertConfig,
    GenerationMixin,
    PreTrainedConfig,
    PreTrainedModel,
    ProcessorMixin,
)
from transformers.modeling_outputs import BaseModelOutput, Seq2SeqLMOutput

from vqa.models.fused.config import NetworkConfig, TextConfig, split_calibration
from vqa.models.fused.decoder import AnswerDecoder
from vqa.models.fused.fusion import FusionEncoder
from vqa.models.fused.network import FusedNetwork, FusedStates
from vqa.models.fused.processing import MAX_QUESTION_TOKENS, prepare_frames

# Fields of earlier versions that no code reads any more.
_RETIRED_FIELDS = frozenset({"max_frames"})


@strict
class FusedConfig(NetworkConfig, PreTrainedConfig):
    """Config of `FusedVideoQA`; `strict` checks the types of the fields.

    Args:
        question_config: configuration of the question encoder; None means all-MiniLM-L6-v2. The
            other fields are those of `NetworkConfig`.
    """

    model_type = "fused_video_qa"
    sub_configs: ClassVar[dict[str, Any]] = {"question_config": BertConfig}
    keys_to_ignore_at_inference: ClassVar[list[str]] = ["cache"]

    question_config: BertConfig | dict[str, Any] | None = None

    is_encoder_decoder: bool = True
    tie_word_embeddings: bool = True
    use_cache: bool = True

    def __post_init__(self, **kwargs: Any) -> None:
        if self.question_config is None:
            self.question_config = BertConfig(**asdict(TextConfig()))
        elif isinstance(self.question_config, dict):
            self.question_config = BertConfig(**self.question_config)
        super().__post_init__(**kwargs)

    @classmethod
    def from_dict(cls, config_dict: Mapping[str, Any], **kwargs: Any) -> Any:
        """Build a config from the fields of a config.json; see `PreTrainedConfig.from_dict`."""
        current = {n: v for n, v in config_dict.items() if n not in _RETIRED_FIELDS}
        return super().from_dict(split_calibration(current), **kwargs)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values; see `PreTrainedConfig.to_dict`."""
        return super().to_dict() | {"calibration": asdict(self.calibration)}


@dataclass
class FusedOutput(BaseModelOutput):
    """`FusedStates` in the form that transformers' `generate` takes as `encoder_outputs`."""

    last_hidden_state: Tensor | None = None
    attention_mask: Tensor | None = None
    answerable_logit: Tensor | None = None


class FusedVideoQA(FusedNetwork, PreTrainedModel, GenerationMixin):
    """The embedded network as a transformers model: `from_pretrained`, `generate`, Auto classes.

    Args:
        config: layer sizes and calibration.
    """

    config: FusedConfig
    config_class = FusedConfig
    base_model_prefix = ""
    main_input_name = "pixel_values"
    _tied_weights_keys: ClassVar[dict[str, str]] = {"lm_head.weight": "decoder.embed_tokens.weight"}
    _no_split_modules: ClassVar[list[str]] = [
        "InvertedResidual",
        "FusionLayer",
        "DecoderLayer",
        "TextLayer",
    ]
    _supports_sdpa = True
    _supports_cache_class = True

    def __init__(self, config: FusedConfig) -> None:
        PreTrainedModel.__init__(self, config)
        self.add_layers(config)
        PreTrainedModel.post_init(self)

    def get_encoder(self, modality: str | None = None) -> FusionEncoder:
        """Return the fusion encoder; call it through `fuse`, not directly.

        `generate` takes the output of `fuse` as `encoder_outputs`.
        """
        return self.fusion

    def get_decoder(self, modality: str | None = None) -> AnswerDecoder:
        """Return the answer decoder."""
        return self.decoder

    def get_input_embeddings(self) -> nn.Module:
        """Return the decoder's token embedding."""
        return self.decoder.embed_tokens

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Replace the decoder's token embedding, in place, by another `nn.Embedding`."""
        assert isinstance(value, nn.Embedding)
        self.decoder.embed_tokens = value

    def get_output_embeddings(self) -> nn.Module:
        """Return the language-model head."""
        return self.lm_head

    def generate(self, *args: Any, encoder_outputs: Any, **kwargs: Any) -> Any:
        """Generate answer token ids; see transformers' `GenerationMixin.generate` for arguments.

        `encoder_outputs` is the output of `fuse`. It is copied: beam search expands it in place.
        """
        outputs = FusedOutput(**vars(encoder_outputs))
        return GenerationMixin.generate(self, *args, encoder_outputs=outputs, **kwargs)

    def forward(
        self,
        encoder_outputs: FusedStates | FusedOutput | None = None,
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
            attention_mask: (B, N), True for a real fused state; None takes the mask of
                `encoder_outputs`.
            decoder_input_ids: (B, L), answer tokens so far; None shifts `labels` to the right.
            labels: (B, L), target tokens, -100 where ignored.
            cache: keys and values of earlier steps, a transformers `EncoderDecoderCache`; updated
                in place.
            use_cache: whether to return the cache.
            label_smoothing: share of the target probability spread evenly over the vocabulary, 0 to
                1.

        Returns:
            `loss`, the mean cross-entropy, or None without labels; `logits` (B, L, V); `cache`; and
            `encoder_last_hidden_state` (B, N, D).

        Raises:
            ValueError: `encoder_outputs` is None, or `decoder_input_ids` and `labels` both are.
        """
        if encoder_outputs is None:
            raise ValueError("encoder_outputs is missing: call fuse() first")
        if decoder_input_ids is None:
            if labels is None:
                raise ValueError("decoder_input_ids or labels must be given")
            decoder_input_ids = self.shift_right(labels)
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

    def _init_weights(self, module: nn.Module) -> None:
        """Initialize a linear, Conv2d, embedding or layer-norm module; leave others unchanged.

        Weights are normal with standard deviation `initializer_range`, scales of layer norms 1,
        biases and the padding row of an embedding 0. Submodules are not visited.
        """
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


class FusedProcessor(ProcessorMixin):
    """Preprocessing of `FusedVideoQA`, loadable with `AutoProcessor`.

    Args:
        tokenizer: SentencePiece tokenizer of the answers.
        question_tokenizer: MiniLM's WordPiece tokenizer, for questions and other input text.
        image_size: side of the CNN's square input in pixels.
    """

    def __init__(
        self,
        tokenizer: Any = None,
        question_tokenizer: Any = None,
        image_size: int = 256,
        **kwargs: Any,
    ) -> None:
        super().__init__(tokenizer, question_tokenizer, **kwargs)
        self.image_size = image_size

    def __call__(
        self, videos: NDArray[np.uint8] | None = None, text: Sequence[str] | None = None, **_: Any
    ) -> BatchFeature:
        """Convert frames, texts, or both to model inputs.

        Args:
            videos: (T, H, W, 3) uint8 RGB frames; gives `pixel_values`, see `prepare_frames`.
            text: N sentences; gives `input_ids` and `attention_mask`, int64 (N, L), each truncated
                to 64 tokens.

        Returns:
            The tensors by name; empty without frames and texts.
        """
        data: dict[str, Tensor] = {}
        if videos is not None:
            data["pixel_values"] = prepare_frames(videos, self.image_size)
        if text is not None:
            tokens = self.question_tokenizer(
                list(text),
                padding=True,
                truncation=True,
                max_length=MAX_QUESTION_TOKENS,
                return_tensors="pt",
            )
            data |= {name: tokens[name] for name in ("input_ids", "attention_mask")}
        return BatchFeature(data)


def register_auto_classes() -> None:
    """Register the model with transformers' Auto classes, so that they load such folders.

    Calling it again is allowed.
    """
    AutoConfig.register(FusedConfig.model_type, FusedConfig, exist_ok=True)
    AutoModel.register(FusedConfig, FusedVideoQA, exist_ok=True)
    AutoModelForImageTextToText.register(FusedConfig, FusedVideoQA, exist_ok=True)
    AutoProcessor.register(FusedConfig, FusedProcessor, exist_ok=True)
