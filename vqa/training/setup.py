"""Preparation of a run: features, parsed captions, vocabulary, model with pretrained encoders."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer

from vqa.errors import WeightsBroken
from vqa.models.devices import choose_device
from vqa.models.fused.modeling import FusedConfig, FusedVideoQA
from vqa.training.checkpoint import FROZEN_PREFIXES
from vqa.training.data.caption_cache import load_facts
from vqa.training.data.collate import Batches
from vqa.training.data.features import FeatureTable, build_features
from vqa.training.data.records import Record, Split, read_folders, read_text_only_folders
from vqa.training.hyperparameters import TrainingSettings
from vqa.training.pretrained import minilm_folder, text_state, vision_state
from vqa.training.qa.composer import Composer
from vqa.training.qa.dataset_questions import restatements
from vqa.training.qa.imagenet import Label, read_labels
from vqa.training.text_cache import CachedTextEncoder
from vqa.training.text_only import NoisyCaptionEmbeddings
from vqa.training.vocabulary import answer_texts, learn_vocabulary

_NUM_STATISTICS_ROWS = 4000
_HEAD_SIZE, _MLP_RATIO = 64, 4


@dataclass(frozen=True, kw_only=True)
class TrainingSetup:
    """Model, data and tokenizers of a run.

    Args:
        model: network with pretrained encoders, on the training device.
        records: images and clips of the train split.
        answer_tokenizer: SentencePiece tokenizer of the decoder.
        question_tokenizer: MiniLM's tokenizer.
        batches: training batches by number.
        labels: the ImageNet classes.
        val_batches: batches of the val split by number; None without a val split.
    """

    model: FusedVideoQA
    records: list[Record]
    answer_tokenizer: sentencepiece.SentencePieceProcessor
    question_tokenizer: Any
    batches: Batches
    labels: list[Label]
    val_batches: Batches | None


def prepare(settings: TrainingSettings) -> TrainingSetup:
    """Build the model and the data of a run, deterministically for the same settings.

    The model is on a GPU if there is one. Vocabulary, features and parsed captions are cached in
    `settings.out / "cache"`.

    Raises:
        SettingError: a data folder lacks its train split, or a line in it is malformed.
        WeightsBroken: the weights in `settings.begin` do not match this version.
        ExtraMissing: a package that training needs is not installed.
        OSError: `settings.begin` lacks a file, or an image cannot be read.
    """
    records = read_folders(settings.data, "train")
    cache = settings.out / "cache"
    labels = read_labels()
    vocabulary = cache / "spiece.model"
    if settings.begin is not None:
        cache.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(settings.begin / "tokenizer.model", vocabulary)
    elif not vocabulary.is_file():
        learn_vocabulary(answer_texts(records, labels), vocabulary, settings.vocab_size)
    answer_tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    torch.manual_seed(settings.seed)
    config = _config(settings, answer_tokenizer.get_piece_size())
    model = FusedVideoQA(config).to(choose_device("auto"))
    model.vision.load_state_dict(vision_state(tuple(config.vision_depths)))
    model.text.load_state_dict(text_state())
    for part in (model.vision, model.text):
        part.requires_grad_(False).eval()
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    text_encoder = CachedTextEncoder(model, tokenizer)
    if settings.begin is None:
        _initialize_label_vectors(model, labels, text_encoder)
        _initialize_token_embeddings(model, answer_tokenizer, text_encoder)

    val_records = read_folders(settings.data, "val")
    held_out_records = [*val_records, *read_folders(settings.data, "test")]
    text_only = read_text_only_folders(settings.data, [*records, *held_out_records])

    def batches_of(split: Split, rows: list[Record], num_views: int) -> Batches:
        features = build_features(rows, cache / split, config, num_views=num_views)
        features.cache_on_gpu(model.device)
        facts = load_facts(rows, cache / f"facts-{split}.json")
        text_only_facts = (
            load_facts(text_only, cache / "facts-unpictured.json") if split == "train" else {}
        )
        captions = [fact.text for rows in text_only_facts.values() for fact in rows]
        statement_records = [replace(r, captions=restatements(r)) for r in rows]
        statement_facts = load_facts(statement_records, cache / f"facts-restated-{split}.json")
        composer = Composer(
            rows, facts, features, labels, tuple(text_only_facts.values()), statement_facts,
            name_dropout=settings.name_dropout, name_shuffle=settings.name_shuffle,
        )  # fmt: skip
        return Batches(
            composer, text_encoder, answer_tokenizer, config,
            NoisyCaptionEmbeddings(model, text_encoder, features, captions), tokens_per_batch=settings.tokens_per_batch, seed=settings.seed,
        )  # fmt: skip

    batches = batches_of("train", records, settings.num_views)
    if settings.begin is not None:
        _load_trained_parts(settings.begin, model)
    else:
        _set_feature_statistics(model, batches.composer.features)
    return TrainingSetup(
        model=model,
        records=records,
        answer_tokenizer=answer_tokenizer,
        question_tokenizer=tokenizer,
        batches=batches,
        labels=labels,
        val_batches=batches_of("val", val_records, 1) if val_records else None,
    )


def _config(settings: TrainingSettings, vocab_size: int) -> FusedConfig:
    """Return the config in `settings.begin` with the new dropout, or a config of a new model."""
    if settings.begin is not None:
        config = FusedConfig.from_pretrained(settings.begin)
        config.dropout = settings.dropout
        return config
    return FusedConfig(
        vocab_size=vocab_size,
        hidden_size=settings.hidden_size,
        intermediate_size=_MLP_RATIO * settings.hidden_size,
        num_attention_heads=settings.hidden_size // _HEAD_SIZE,
        dropout=settings.dropout,
    )


def _load_trained_parts(folder: Path, model: FusedVideoQA) -> None:
    """Load the trained parameters from a folder that an earlier training exported.

    Raises:
        WeightsBroken: a parameter is missing or has another shape.
    """
    state: dict[str, torch.Tensor] = {}
    for shard in sorted(folder.glob("*.safetensors")):
        state |= {n: t for n, t in load_file(shard).items() if not n.startswith(FROZEN_PREFIXES)}
    try:
        missing_names, _ = model.load_state_dict(
            {n: t.float() for n, t in state.items()}, strict=False
        )
    except RuntimeError as error:
        raise WeightsBroken(
            f"The weights in {folder} are of another shape: {error}",
            cure="Give --begin weights of this version, or leave it out.",
        ) from error
    missing_parameters = [
        n for n in missing_names if not n.startswith(FROZEN_PREFIXES) and n != "lm_head.weight"
    ]
    if missing_parameters:
        raise WeightsBroken(
            f"The weights in {folder} lack {', '.join(missing_parameters[:3])}.",
            cure="Give --begin weights of this version, or leave it out.",
        )


def _initialize_label_vectors(
    model: FusedVideoQA, labels: Sequence[Label], text_encoder: CachedTextEncoder
) -> None:
    """Set the vectors of the ImageNet classes to MiniLM embeddings of their two names."""
    vectors = text_encoder.embed([label.plain for label in labels]) + text_encoder.embed(
        [label.fine for label in labels]
    )
    model.fusion.label_vectors.copy_(torch.nn.functional.normalize(vectors, dim=-1))


def _initialize_token_embeddings(
    model: FusedVideoQA,
    answer_tokenizer: sentencepiece.SentencePieceProcessor,
    text_encoder: CachedTextEncoder,
) -> None:
    """Initialize the decoder's token embeddings with projected MiniLM embeddings of the tokens.

    Class names that no caption contains then have similar embeddings in decoder, label tokens and
    questions, so that copying a name from the input is a linear map.
    """
    texts = [
        answer_tokenizer.id_to_piece(i).replace("\u2581", " ").strip() or "."
        for i in range(answer_tokenizer.get_piece_size())
    ]
    vectors = text_encoder.embed(texts)
    vectors = vectors - vectors.mean(0)
    rotation = torch.nn.init.orthogonal_(
        torch.empty(vectors.shape[1], model.config.hidden_size)
    ).to(vectors.device)
    embeddings = vectors @ rotation
    embeddings = embeddings / embeddings.std() * model.config.initializer_range
    with torch.no_grad():
        embeddings[model.config.pad_token_id] = 0
        model.decoder.embed_tokens.weight.copy_(embeddings)


def _set_feature_statistics(model: FusedVideoQA, features: FeatureTable) -> None:
    """Set the model's mean and deviation of grid features to those of a training sample."""
    step = max(1, len(features.grid_features) // _NUM_STATISTICS_ROWS)
    sample = np.asarray(features.grid_features[::step], dtype=np.float32).reshape(
        -1, features.grid_features.shape[-1]
    )
    model.fusion.feature_mean.copy_(torch.from_numpy(sample.mean(0)))
    model.fusion.feature_std.copy_(torch.from_numpy(sample.std(0)).clamp(min=1e-3))
