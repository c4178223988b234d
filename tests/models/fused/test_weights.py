"""The weights that come with the product: whole, calibrated, and able to answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vqa import settings
from vqa.models.fused.runtime import FusedRuntime
from vqa.video.reader import read_clip

pytestmark = pytest.mark.skipif(
    not (settings.weights() / "config.json").is_file(), reason="this checkout has no weights/"
)


@pytest.fixture(scope="module")
def trained() -> FusedRuntime:
    return FusedRuntime.load(device="cpu")


def test_the_index_names_every_shard_and_no_other() -> None:
    folder = settings.weights()
    index = json.loads((folder / "model.safetensors.index.json").read_text(encoding="utf-8"))
    assert set(index["weight_map"].values()) == {f.name for f in folder.glob("*.safetensors")}


def test_doubt_is_calibrated() -> None:
    config = json.loads((settings.weights() / "config.json").read_text(encoding="utf-8"))
    assert 0 < config["answerable_threshold"] < 1
    assert 0 < config["search_threshold"] < 1
    assert config["answer_temperature"] > 0
    assert config["yes_temperature"] > 0


def test_it_answers(trained: FusedRuntime, cuts: Path) -> None:
    context = trained.encode(read_clip(cuts, trained.sampling))
    assert len(context.clip.shots) == 3
    for question in ("What is in the video?", "How many shots are there?", "Describe the video."):
        answer = "".join(trained.stream(context, question))
        assert answer.strip()
        assert "⁇" not in answer
        assert 0 <= trained.judge(context, question, answer).confidence <= 1
    assert "".join(trained.stream(context, "Is there a dog?")) in ("yes", "no")


def test_the_same_words_lie_near_each_other(trained: FusedRuntime) -> None:
    dog, puppy, car = trained.embed_text(["a dog runs", "a puppy is running", "a red car"])
    assert dog @ puppy > dog @ car
