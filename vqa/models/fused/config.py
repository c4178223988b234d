"""Configuration of the embedded model: sizes of its parts, and its calibration.

`strict` reads the annotations as types, so they are not postponed here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from huggingface_hub.dataclasses import strict
from transformers import BertConfig, PreTrainedConfig

NUM_IMAGENET_CLASSES = 1000


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Calibration parameters, fitted to the val split by `vqa.training.calibration`; the defaults calibrate nothing.

    A probability is the sigmoid of a weighted sum of scores plus a bias. Scores are mean log probabilities of answer
    tokens, cosines of frame embeddings with a name's embedding, and the log of the number of shots searched.

    Args:
        answer_temperature: weight of an answer's score in its confidence.
        answer_bias: bias of an answer's confidence.
        yes_temperature: weight of the score difference of yes and no.
        yes_bias: bias of the probability of yes.
        presence_margin: weight of the calibrated yes logit in the probability that a named object is present.
        presence_cosine: weight of the name's cosine in it.
        presence_shots: weight of the log number of shots in it.
        presence_bias: bias of it.
        choice_margin: weight of an offered answer's score among the options of a choice question.
        choice_cosine: weight of the cosine of its name.
        choice_threshold: cosine below which none of the offered objects is present.
        answerable_threshold: probability of the answerability head below which the model abstains.
        subject_logit: weight of the answerability logit in the presence probability of the subject of a question.
        subject_cosine: weight of the cosine of the subject's name in it; 0 leaves the answerability head alone.
        subject_shots: weight of the log number of shots in it.
        subject_bias: bias of it.
        subject_threshold: presence probability of the subject below which the model abstains.
        search_threshold: cosine from which a moment is a search result.
        search_temperature: weight of the cosine in the confidence of a search result.
        search_bias: bias of that confidence.
    """

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


CALIBRATION_FIELDS = frozenset(field.name for field in fields(Calibration))
# Fields of earlier versions that no code reads any more.
_RETIRED_FIELDS = frozenset({"max_frames"})


@strict
class FusedConfig(PreTrainedConfig):
    """Sizes and calibration of `FusedVideoQA`; an ill-typed field raises.

    Args:
        question_config: configuration of the question encoder; None means all-MiniLM-L6-v2.
        image_size: side of the CNN's square input in pixels.
        grid_size: grid positions per side that each frame is pooled to.
        vision_stem: channels of the CNN's first convolution.
        vision_widths: channels of the CNN's seven stages.
        vision_depths: blocks of the CNN's seven stages.
        vision_head: channels of the CNN's last convolution.
        num_labels_kept: number of top ImageNet labels of a clip that become tokens.
        calibration: confidence, presence and search parameters.
        state_version_aliases: hash of the weights to the version under which an earlier release stored encoded videos.
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
    num_labels_kept: int = 8
    dropout: float = 0.1
    initializer_range: float = 0.02
    vocab_size: int = 4000

    calibration: Calibration = Calibration()
    state_version_aliases: dict[str, str] | None = None

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

    @classmethod
    def from_dict(cls, config_dict: Mapping[str, Any], **kwargs: Any) -> Any:
        """Build a config from the fields of a config.json; see transformers' `PreTrainedConfig.from_dict`.

        Files of earlier versions hold the calibration parameters beside the sizes instead of in `calibration`.
        """
        flat = {name: config_dict[name] for name in CALIBRATION_FIELDS & config_dict.keys()}
        others = config_dict.keys() - CALIBRATION_FIELDS - _RETIRED_FIELDS
        remaining = {name: config_dict[name] for name in config_dict if name in others}
        nested = remaining.pop("calibration", {})
        return super().from_dict(
            remaining | {"calibration": Calibration(**(flat | nested))}, **kwargs
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values; see transformers' `PreTrainedConfig.to_dict`."""
        return super().to_dict() | {"calibration": asdict(self.calibration)}

    @property
    def feature_size(self) -> int:
        """Features of one grid position: CNN channels of four depths, then mean and standard deviation of RGB."""
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
        """Hidden size of the question encoder, which is also the dimension of the search embeddings."""
        assert isinstance(self.question_config, BertConfig)
        return int(self.question_config.hidden_size)

    def validate_stages(self) -> None:
        """Check that there are seven stages, as in every EfficientNet-Lite."""
        if not len(self.vision_widths) == len(self.vision_depths) == 7:
            raise ValueError("vision_widths and vision_depths must have seven entries each")

    def validate_heads(self) -> None:
        """Check that the hidden size is a multiple of the number of heads."""
        if self.hidden_size % self.num_attention_heads:
            raise ValueError(
                f"hidden_size {self.hidden_size} must be a multiple of num_attention_heads {self.num_attention_heads}"
            )


def minilm_config() -> BertConfig:
    """Configuration of all-MiniLM-L6-v2."""
    return BertConfig(
        vocab_size=30522,
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=512,
    )
