from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from tests.models.fused.conftest import tiny_config
from vqa.errors import WeightsBroken
from vqa.models.fused.config import Calibration, NetworkConfig
from vqa.models.fused.modeling import FusedConfig
from vqa.models.fused.runtime import FusedRuntime

MALFORMED = ("text", [1], 3, None)
# The calibration parameters and a size as earlier versions wrote them into config.json.
FLAT = {
    name: round(0.1 + 0.01 * number, 2) for number, name in enumerate(asdict(Calibration()))
} | {"max_frames": 64}


def test_the_config_rejects_invalid_fields() -> None:
    with pytest.raises(Exception, match="image_size"):
        FusedConfig(image_size="wide")
    with pytest.raises(Exception, match="num_attention_heads"):
        FusedConfig(hidden_size=30, num_attention_heads=4)
    with pytest.raises(Exception, match="seven"):
        FusedConfig(vision_depths=(1, 2))
    with pytest.raises(Exception, match="calibration"):
        FusedConfig(calibration=0.5)
    assert FusedConfig.from_dict(tiny_config().to_dict()).text_size == 16


def test_a_config_of_earlier_versions_loads_with_its_calibration(tmp_path: Path) -> None:
    fields = tiny_config().to_dict()
    del fields["calibration"]
    (tmp_path / "config.json").write_text(json.dumps(fields | FLAT), encoding="utf-8")
    config = FusedConfig.from_pretrained(tmp_path)
    assert asdict(config.calibration) == {k: v for k, v in FLAT.items() if k != "max_frames"}
    assert not hasattr(config, "max_frames")
    assert not hasattr(config, "answer_bias")


def test_the_calibration_is_saved_and_loaded(tmp_path: Path) -> None:
    config = tiny_config()
    config.calibration = Calibration(answer_temperature=3.0, search_bias=-2.0)
    config.save_pretrained(tmp_path)
    assert FusedConfig.from_pretrained(tmp_path).calibration == config.calibration


def test_inference_reads_the_same_config_as_transformers(tmp_path: Path) -> None:
    config = tiny_config()
    config.calibration = Calibration(answer_temperature=3.0)
    config.save_pretrained(tmp_path)
    light = NetworkConfig.load(tmp_path)
    for field in fields(NetworkConfig):
        if field.name != "question_config":
            ours, theirs = getattr(light, field.name), getattr(config, field.name)
            assert ours == theirs or ours == list(theirs), field.name
    for name, value in asdict(light.question_config).items():
        assert getattr(config.question_config, name) == value, name


@pytest.mark.parametrize(
    "change",
    [
        {"image_size": "wide"},
        {"hidden_size": 31},
        {"vision_depths": [1]},
        {"num_attention_heads": 0},
        {"vocab_size": -1},
        {"calibration": {"x": 1}},
        *({"calibration": value} for value in MALFORMED),
        *({"question_config": value} for value in MALFORMED),
        {"question_config": {"hidden_size": "wide"}},
        {"question_config": {"vocab_size": None}},
        {"question_config": {"num_attention_heads": 0}},
    ],
)
def test_inference_rejects_invalid_fields(change: dict[str, Any], tmp_path: Path) -> None:
    values = tiny_config().to_dict() | change
    (tmp_path / "config.json").write_text(json.dumps(values, default=str), encoding="utf-8")
    with pytest.raises(ValueError, match=r"must|unknown"):
        NetworkConfig.load(tmp_path)


@pytest.mark.parametrize("content", ["[]", "null", "3", '"config"', "{", ""])
def test_inference_rejects_a_file_that_is_no_object(content: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError):  # noqa: PT011 - the message of json has no fixed words
        NetworkConfig.load(tmp_path)


@pytest.mark.parametrize("value", MALFORMED)
def test_a_model_with_a_malformed_config_is_a_broken_one(value: Any, tmp_path: Path) -> None:
    values = tiny_config().to_dict() | {"question_config": value}
    (tmp_path / "config.json").write_text(json.dumps(values, default=str), encoding="utf-8")
    with pytest.raises(WeightsBroken, match="question_config must be"):
        FusedRuntime.load(tmp_path, device="cpu")
