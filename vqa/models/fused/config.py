"""Configuration of the embedded model: layer sizes and calibration parameters.

transformers checks the annotations of `NetworkConfig` at run time, so this module does not postpone
them; it does not import transformers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

NUM_IMAGENET_CLASSES = 1000


@dataclass(frozen=True, kw_only=True)
class NameWeights:
    """Weights of the scores of a candidate name, and scale and bias of its confidence.

    Args:
        probability: weight of the classifier's probability of the name.
        cosine: weight of the cosine of name and frames.
        score: weight of the log of the decoder's probability.
        scale: weight of the log-odds of the name in the logit of its confidence; 0 means that the
            decoder alone answers.
        bias: bias of that logit.
    """

    probability: float
    cosine: float
    score: float
    scale: float
    bias: float


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Calibration parameters, fitted to the val split by `vqa.training.calibration`.

    With the defaults, no score is rescaled. A probability is the sigmoid of a weighted sum of
    scores plus a bias. Scores are mean log-probabilities of answer tokens, cosines of frame
    embeddings with a noun's embedding, logs of the CNN's probabilities of a noun and of its rivals
    (`class_evidence`), and the natural log of the number of shots in the clip.

    Args:
        answer_temperature: weight of the score in the confidence of an open answer.
        answer_bias: bias of the confidence of an open answer.
        yes_temperature: weight of the score difference of "yes" and "no" in the logit of "yes".
        yes_bias: bias of the logit of "yes".
        presence_margin: weight of that logit in the presence logit of a noun.
        presence_cosine: weight of the noun's cosine in the presence logit.
        presence_class: weight, in the presence logit, of the log probability of the noun's ImageNet
            classes.
        presence_rival: weight of the log probability of another name of the noun's kind.
        presence_class_bias: bias of the presence logit of nouns with ImageNet classes, beside
            `presence_bias`.
        presence_shots: weight of the log number of shots in the presence logit.
        presence_bias: bias of the presence logit.
        choice_margin: weight of an option's score in the logit of the option.
        choice_cosine: weight of an option's cosine in the logit of the option.
        choice_threshold: cosine of the best option below which none of the options counts as
            present.
        answerable_threshold: probability of the answerability head below which the model abstains.
        subject_logit: weight of the answerability logit in the presence logit of a question's
            subject.
        subject_cosine: weight of the subject's cosine in that logit; 0 means that the answerability
            head decides alone, without the other `subject_` parameters.
        subject_shots: weight of the log number of shots in that logit.
        subject_bias: bias of that logit.
        subject_threshold: presence probability of the subject below which the model abstains.
        name_class: weight of the CNN's probability in the score of a name of a kind.
        name_cosine: weight of the name's cosine in that score.
        name_score: weight of the log of the decoder's probability in that score.
        name_scale: weight of the log-odds of a name in the logit of its confidence; 0 means that
            the decoder alone names things, without the other `name_` parameters.
        name_bias: bias of that logit.
        action_class: weight of the action classifier's probability in the score of an action.
        action_cosine: weight of the action's cosine in that score.
        action_score: weight of the log of the decoder's probability in that score.
        action_scale: weight of the log-odds of an action in the logit of its confidence; 0 means
            that the decoder alone names actions, without the other `action_` parameters.
        action_bias: bias of that logit.
        claim_threshold: presence logit below which a caption does not name a thing; -100 leaves
            captions unchecked.
        search_threshold: lowest cosine of a search result.
        search_temperature: weight of the cosine in the logit of a search result.
        search_bias: bias of the logit of a search result.
    """

    answer_temperature: float = 1.0
    answer_bias: float = 0.0
    yes_temperature: float = 1.0
    yes_bias: float = 0.0
    presence_margin: float = 1.0
    presence_cosine: float = 0.0
    presence_class: float = 0.0
    presence_rival: float = 0.0
    presence_class_bias: float = 0.0
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
    name_class: float = 0.0
    name_cosine: float = 0.0
    name_score: float = 1.0
    name_scale: float = 0.0
    name_bias: float = 0.0
    action_class: float = 0.0
    action_cosine: float = 0.0
    action_score: float = 1.0
    action_scale: float = 0.0
    action_bias: float = 0.0
    claim_threshold: float = -100.0
    search_threshold: float = 0.0
    search_temperature: float = 1.0
    search_bias: float = 0.0

    def weights_of(self, kind: str) -> NameWeights:
        """Return the weights for the names of a kind: "action" has its own, all others share one."""
        prefix = "action" if kind == "action" else "name"
        return NameWeights(
            probability=getattr(self, f"{prefix}_class"),
            cosine=getattr(self, f"{prefix}_cosine"),
            score=getattr(self, f"{prefix}_score"),
            scale=getattr(self, f"{prefix}_scale"),
            bias=getattr(self, f"{prefix}_bias"),
        )


CALIBRATION_FIELDS = frozenset(field.name for field in fields(Calibration))


@dataclass(frozen=True, kw_only=True)
class TextConfig:
    """Layer sizes of the question encoder; the defaults are those of all-MiniLM-L6-v2.

    The names are those of transformers' `BertConfig`.
    """

    vocab_size: int = 30522
    hidden_size: int = 384
    num_hidden_layers: int = 6
    num_attention_heads: int = 12
    intermediate_size: int = 1536
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12
    hidden_dropout_prob: float = 0.1
    attention_probs_dropout_prob: float = 0.1


# Not frozen, because transformers' configs, which extend it, are not.
@dataclass(kw_only=True)
class NetworkConfig:
    """Layer sizes and calibration of the embedded network.

    The constructor does not check the values; `load` and the `validate_` methods do.

    Args:
        question_config: layer sizes of the question encoder.
        image_size: side of the CNN's square input in pixels, a multiple of 32.
        grid_size: side of the grid that each frame's feature maps are pooled to, in positions.
        vision_stem: channels of the CNN's first convolution.
        vision_widths: channels of the CNN's seven stages.
        vision_depths: blocks of the CNN's seven stages.
        vision_head: channels of the CNN's last convolution.
        hidden_size: width of fusion encoder and decoder.
        intermediate_size: width of the hidden layer of the feed-forward blocks.
        num_attention_heads: attention heads of each layer; a divisor of `hidden_size`.
        num_fusion_layers: layers of the fusion encoder.
        num_hidden_layers: layers of the decoder.
        max_position_embeddings: maximum number of decoder tokens.
        num_labels_kept: number of ImageNet classes with the highest mean probability over a clip
            that are passed to the fusion encoder as tokens.
        dropout: dropout probability during training, 0 to below 1.
        initializer_range: standard deviation of the initial weights.
        vocab_size: number of tokens of the decoder's vocabulary.
        calibration: calibration parameters of answer confidence, presence and text search.
        state_version_aliases: maps a hash of the weights to the version under which an earlier
            release stored encoded videos, so that these stay valid.
        pad_token_id: id of the padding token.
        bos_token_id: id of the start token.
        eos_token_id: id of the token that ends an answer.
        decoder_start_token_id: id of the token that the decoder receives first.
    """

    question_config: Any = TextConfig()

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

    pad_token_id: int = 0
    bos_token_id: int = 1
    eos_token_id: int = 2
    decoder_start_token_id: int = 1

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the config.json of a folder with weights; fields of transformers alone are ignored.

        Fields that the file lacks keep their defaults.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is not JSON, or a field has a wrong value.
            TypeError: a field has a wrong type.
        """
        values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ValueError("config.json must be an object")
        values = split_calibration(values)
        field_names = {field.name for field in fields(cls)} & values.keys()
        config = cls(**{name: values[name] for name in field_names})
        if "question_config" in values:
            if not isinstance(values["question_config"], dict):
                raise ValueError("question_config must be an object")
            names = {field.name for field in fields(TextConfig)} & values["question_config"].keys()
            config.question_config = TextConfig(
                **{name: values["question_config"][name] for name in names}
            )
        config.validate_numbers()
        config.validate_stages()
        config.validate_heads()
        return config

    @property
    def feature_size(self) -> int:
        """Features per grid position: CNN channels of four depths, RGB mean and deviation."""
        return (
            self.vision_head
            + self.vision_widths[4]
            + self.vision_widths[2]
            + self.vision_widths[1]
            + 6
        )

    @property
    def num_grid_features(self) -> int:
        """Number of grid positions that a frame is pooled to."""
        return self.grid_size**2

    @property
    def text_size(self) -> int:
        """Hidden size of the question encoder, also the dimension of the search embeddings."""
        return int(self.question_config.hidden_size)

    def validate_numbers(self) -> None:
        """Raise a ValueError unless all sizes and token ids are integers, and at least 0."""
        for config, kind in ((self, NetworkConfig), (self.question_config, TextConfig)):
            for field in fields(kind):
                value = getattr(config, field.name)
                if field.type is int and (not isinstance(value, int) or value < 0):
                    raise ValueError(f"{field.name} must be an integer, at least 0, not {value!r}")

    def validate_stages(self) -> None:
        """Raise a ValueError unless widths and depths have seven entries each."""
        if not len(self.vision_widths) == len(self.vision_depths) == 7:
            raise ValueError("vision_widths and vision_depths must have seven entries each")

    def validate_heads(self) -> None:
        """Raise a ValueError unless the hidden size is a multiple of the number of heads."""
        for config in (self, self.question_config):
            size, heads = config.hidden_size, config.num_attention_heads
            if heads == 0 or size % heads:
                raise ValueError(
                    f"hidden_size {size} must be a multiple of num_attention_heads {heads}"
                )


def split_calibration(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a config.json with their calibration parameters as a `Calibration`.

    Calibration parameters may be top-level fields, as in files of earlier versions, or in
    `calibration`, which takes precedence; the others keep their defaults. The result has the other
    fields unchanged and the key `calibration`.

    Raises:
        ValueError: `calibration` is no object, or has an unknown parameter.
    """
    flat = {name: values[name] for name in CALIBRATION_FIELDS & values.keys()}
    others = {name: value for name, value in values.items() if name not in CALIBRATION_FIELDS}
    nested_values = others.pop("calibration", {})
    if not isinstance(nested_values, dict):
        raise ValueError("calibration must be an object")
    parameters = flat | nested_values
    unknown = parameters.keys() - CALIBRATION_FIELDS
    if unknown:
        raise ValueError(f"unknown calibration parameters: {', '.join(sorted(unknown))}")
    return others | {"calibration": Calibration(**parameters)}
