"""A tiny embedded model with random weights, saved in the format of `weights/`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertConfig, BertTokenizerFast

from vqa.models.fused.fusion import ClipFeatures
from vqa.models.fused.modeling import FusedConfig, FusedVideoQA
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.protocol import VideoContext
from vqa.questions.parse import parse
from vqa.training.checkpoint import trained_state
from vqa.training.export import export
from vqa.training.vocabulary import learn_vocabulary

WORDS = "a the dog cat man runs red blue what is color doing it there no yes describe video when".split()


def tiny_config(vocab_size: int = 40) -> FusedConfig:
    return FusedConfig(
        question_config=BertConfig(
            vocab_size=64, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
            max_position_embeddings=80,
        ),
        image_size=64, vision_stem=8, vision_widths=(4, 4, 8, 8, 8, 8, 8), vision_depths=(1, 1, 1, 1, 1, 1, 1),
        vision_head=16, hidden_size=32, intermediate_size=64, num_attention_heads=2, num_fusion_layers=2,
        num_hidden_layers=2, vocab_size=vocab_size, max_position_embeddings=24,
        # Random weights this wide give answers that differ from clip to clip.
        initializer_range=0.25,
    )  # fmt: skip


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the tiny model, in the format of `weights/`."""
    place = tmp_path_factory.mktemp("tiny")
    learn_vocabulary(
        [f"{a} {b}" for a in WORDS for b in WORDS], place / "spiece.model", vocab_size=60
    )
    vocabulary = place / "vocab.txt"
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "?", ".", *WORDS]
    vocabulary.write_text("\n".join(tokens), encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab={token: number for number, token in enumerate(tokens)})
    import sentencepiece

    size = sentencepiece.SentencePieceProcessor(
        model_file=str(place / "spiece.model")
    ).get_piece_size()
    torch.manual_seed(3)
    model = FusedVideoQA(tiny_config(size))
    average = {name: p.detach().clone() for name, p in trained_state(model).items()}
    export(model, average, place / "spiece.model", tokenizer, place / "weights")
    return place / "weights"


@pytest.fixture(scope="session")
def runtime(folder: Path) -> FusedRuntime:
    return FusedRuntime.load(folder, device="cpu")


@pytest.fixture(scope="session")
def model(folder: Path) -> FusedVideoQA:
    loaded: FusedVideoQA = FusedVideoQA.from_pretrained(folder, dtype=torch.float32).eval()
    return loaded


def clips(config: FusedConfig, batch: int, frames: int, *, seed: int = 0) -> ClipFeatures:
    """Features of random clips."""
    generator = torch.Generator().manual_seed(seed)
    return ClipFeatures(
        grid_features=torch.randn(
            batch, frames, config.num_grid_features, config.feature_size, generator=generator
        ),
        label_logits=torch.randn(batch, frames, 1000, generator=generator) * 3,
        times_s=torch.arange(frames).float().expand(batch, -1) + 0.5,
        duration_s=torch.full((batch,), float(frames)),
        frame_mask=torch.ones(batch, frames, dtype=torch.bool),
    )


def words(config: FusedConfig, batch: int, length: int, *, seed: int = 0) -> tuple[Any, Any]:
    """Random question states and a full mask."""
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(batch, length, config.text_size, generator=generator)
    return states, torch.ones(batch, length, dtype=torch.bool)


def recalibrate(
    runtime: FusedRuntime, monkeypatch: pytest.MonkeyPatch, **parameters: float
) -> None:
    """Replace calibration parameters of a loaded model until the test ends."""
    config = runtime._model.config
    monkeypatch.setattr(config, "calibration", replace(config.calibration, **parameters))


def sure_of(runtime: FusedRuntime, context: VideoContext, question: str, answer: str) -> float:
    """Confidence of an answer that is not a refusal."""
    confidence = runtime.judge(context, parse(question), answer).confidence
    assert confidence is not None
    return confidence
