"""The published weights: complete, calibrated, and able to answer."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tests.models.fused.conftest import sure_of
from vqa import settings
from vqa.models.fused.modeling import FusedConfig
from vqa.models.fused.runtime import FusedRuntime
from vqa.questions.parse import parse
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


def test_the_weights_are_calibrated() -> None:
    config = FusedConfig.from_pretrained(settings.weights()).calibration
    assert 0 < config.answerable_threshold < 1
    assert 0 < config.search_threshold < 1
    assert config.answer_temperature > 0
    assert config.yes_temperature > 0
    defaults = FusedConfig().calibration
    for name in (
        *("presence_margin", "presence_cosine", "presence_shots", "presence_bias"),
        *("subject_logit", "subject_cosine", "subject_shots", "subject_bias", "subject_threshold"),
    ):
        assert getattr(config, name) != getattr(defaults, name), f"{name} is not calibrated"
    assert config.presence_margin > 0
    assert config.presence_cosine > 0
    assert config.subject_cosine > 0


def test_the_weights_answer_questions(trained: FusedRuntime, cuts: Path) -> None:
    context = trained.encode(read_clip(cuts, trained.sampling))
    assert len(context.clip.shots) == 3
    for question in ("What is in the video?", "How many shots are there?", "Describe the video."):
        answer = "".join(trained.stream(context, parse(question)))
        assert answer.strip()
        assert "⁇" not in answer
        assert 0 <= sure_of(trained, context, question, answer) <= 1
    assert "".join(trained.stream(context, parse("Is there a dog?"))) in ("yes", "no")


def test_presence_combines_margin_cosine_and_classes_with_the_weights_of_the_config(
    trained: FusedRuntime, cuts: Path, tmp_path: Path
) -> None:
    def load_with(
        margin: float, cosine: float, bias: float, classes: tuple[float, float, float]
    ) -> FusedRuntime:
        folder = tmp_path / f"{margin} {cosine}"
        folder.mkdir()
        for file in settings.weights().iterdir():
            (folder / file.name).symlink_to(file)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        numbers = {"presence_margin": margin, "presence_cosine": cosine, "presence_bias": bias,
                   "presence_shots": 0.0, "presence_class": classes[0], "presence_rival": classes[1],
                   "presence_class_bias": classes[2]}  # fmt: skip
        (folder / "config.json").unlink()
        config["calibration"] |= numbers
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        return FusedRuntime.load(folder, device="cpu")

    context = trained.encode(read_clip(cuts, trained.sampling))
    weights = (0.5, -0.4, 0.3)
    alone, joined = load_with(1.0, 0.0, 0.0, (0, 0, 0)), load_with(0.7, 11.0, -0.7, weights)
    for question in ("Is there a dog in the video?", "Are there any red cars in the clip?"):
        best = trained.prepare(context, parse(question)).noun_cosine()
        assert best is not None
        logit = 0.7 * alone.prepare(context, parse(question)).yes_logit() + 11.0 * best - 0.7
        features = trained.prepare(context, parse(question)).noun_class_evidence()
        assert features[2] == float("dog" in question)
        logit += sum(x * y for x, y in zip(weights, features, strict=True))
        assert joined.prepare(context, parse(question)).yes_logit() == pytest.approx(
            logit, abs=1e-3
        )
        answer = "".join(joined.stream(context, parse(question)))
        assert answer == ("yes" if logit > 0 else "no")
        sure = sure_of(joined, context, question, answer)
        assert sure == pytest.approx(1 / (1 + math.exp(-abs(logit))), abs=1e-3)
        assert joined.explain(context, parse(question), answer)


def test_paraphrases_have_similar_embeddings(trained: FusedRuntime) -> None:
    dog, puppy, car = trained.embed_text(["a dog runs", "a puppy is running", "a red car"])
    assert dog @ puppy > dog @ car


def test_videos_stored_before_the_calibration_was_nested_stay_valid(trained: FusedRuntime) -> None:
    assert trained.state_version == "497e21acd7805b44"
