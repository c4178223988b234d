"""The shape of the embedded model, checked when it is built.

`strict` reads the annotations as types, so they are not postponed here.
"""

from typing import Any, ClassVar

from huggingface_hub.dataclasses import strict
from transformers import BertConfig, PreTrainedConfig

NUM_IMAGENET_CLASSES = 1000


@strict
class FusedConfig(PreTrainedConfig):  # type: ignore[misc]
    """Sizes and calibrations of `FusedVideoQA`; an unknown or ill-typed field is an error.

    Vision fields: `image_size` pixels a side, `grid_size` cells a side that each frame is pooled to, `vision_*` one
    entry a stage of the EfficientNet-Lite. `num_labels_kept` ImageNet names a clip enter the fused stream.
    `answer_temperature` and `answer_bias` calibrate the confidence, `yes_temperature` and `yes_bias` that of yes and no,
    `choice_margin` and `choice_cosine` what the lead of one of two offered answers and that of its name's cosine say,
    `choice_threshold` below which cosine none of the offered things is there,
    `presence_*` what that margin, the cosine of a thing's name and the number of shots it was looked for in say together
    of its presence, `subject_*` the same with the answerability head for what any other question names, `answerable_threshold`
    and `subject_threshold` the doubt, `search_threshold` the moment search and `search_temperature` and `search_bias` its
    confidence; training sets them from the val split.
    """

    model_type = "fused_video_qa"
    sub_configs: ClassVar[dict[str, Any]] = {"question_config": BertConfig}
    keys_to_ignore_at_inference: ClassVar[list[str]] = ["cache"]

    question_config: BertConfig | dict[str, Any] | None = None

    image_size: int = 256
    grid_size: int = 4
    vision_stem: int = 32
    vision_widths: list[int] | tuple[int, ...] = (16, 24, 48, 88, 120, 208, 352)
    vision_depths: list[int] | tuple[int, ...] = (1, 3, 3, 4, 4, 5, 1)
    vision_head: int = 1280

    hidden_size: int = 384
    intermediate_size: int = 1536
    num_attention_heads: int = 6
    num_fusion_layers: int = 4
    num_hidden_layers: int = 3
    max_position_embeddings: int = 64
    max_frames: int = 64
    num_labels_kept: int = 8
    dropout: float = 0.1
    initializer_range: float = 0.02
    vocab_size: int = 4000

    answer_temperature: float = 1.0
    answer_bias: float = 0.0
    yes_temperature: float = 1.0
    yes_bias: float = 0.0
    presence_margin: float = 1.0
    presence_cosine: float = 0.0
    presence_shots: float = 0.0
    presence_bias: float = 0.0
    choice_margin: float = 1.0
    choice_cosine: float = 0.0
    choice_threshold: float = -1.0
    answerable_threshold: float = 0.5
    subject_logit: float = 1.0
    subject_cosine: float = 0.0
    subject_shots: float = 0.0
    subject_bias: float = 0.0
    subject_threshold: float = 0.5
    search_threshold: float = 0.0
    search_temperature: float = 1.0
    search_bias: float = 0.0

    is_encoder_decoder: bool = True
    tie_word_embeddings: bool = True
    use_cache: bool = True
    pad_token_id: int | None = 0
    bos_token_id: int | None = 1
    eos_token_id: int | None = 2
    decoder_start_token_id: int | None = 1

    def __post_init__(self, **kwargs: Any) -> None:
        if self.question_config is None:
            self.question_config = minilm_config()
        elif isinstance(self.question_config, dict):
            self.question_config = BertConfig(**self.question_config)
        super().__post_init__(**kwargs)

    @property
    def feature_size(self) -> int:
        """Numbers that describe one cell of a frame: CNN maps of four depths, then mean and spread of its colours."""
        return (
            self.vision_head
            + self.vision_widths[4]
            + self.vision_widths[2]
            + self.vision_widths[1]
            + 6
        )

    @property
    def num_grid_features(self) -> int:
        """Number of grid positions a frame is pooled to."""
        return self.grid_size**2

    @property
    def text_size(self) -> int:
        """Width of the question features, and of the space moments are searched in."""
        assert isinstance(self.question_config, BertConfig)
        return int(self.question_config.hidden_size)

    def validate_stages(self) -> None:
        """Seven stages, as every EfficientNet-Lite has."""
        if not len(self.vision_widths) == len(self.vision_depths) == 7:
            raise ValueError("vision_widths and vision_depths have seven entries each")

    def validate_heads(self) -> None:
        """The width divides evenly among the heads."""
        if self.hidden_size % self.num_attention_heads:
            raise ValueError(
                f"hidden_size {self.hidden_size} is no multiple of num_attention_heads {self.num_attention_heads}"
            )


def minilm_config() -> BertConfig:
    """The shape of all-MiniLM-L6-v2."""
    return BertConfig(
        vocab_size=30522,
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=512,
    )
