"""All that must be there before the first step: features, parsed captions, vocabulary, a model of pretrained parts."""

from __future__ import annotations

import shutil
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
from vqa.models.fused.config import FusedConfig
from vqa.models.fused.modeling import FusedVideoQA
from vqa.training.checkpoint import FROZEN
from vqa.training.data.caption_cache import load_facts
from vqa.training.data.collate import Batches, tidy_answer
from vqa.training.data.features import FeatureTable, build_features
from vqa.training.data.records import Record, Split, read_records, read_unpictured
from vqa.training.pretrained import minilm_folder, text_state, vision_state
from vqa.training.qa.boxes import OBJECT_NAMES
from vqa.training.qa.composer import Composer
from vqa.training.qa.imagenet import Label, read_labels
from vqa.training.qa.spoken_lines import all_lines
from vqa.training.qa.statements import restatements
from vqa.training.qa.word_lists import ACTORS, KINDRED, NUMBERS, VERBS_ASKED
from vqa.training.settings import TrainingSettings
from vqa.training.text_cache import WordMemo
from vqa.training.text_only import Imagination
from vqa.training.vocabulary import learn_vocabulary

_ROWS_MEASURED = 4000
_HEAD_SIZE, _TIMES_WIDER = 64, 4


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What a run works with."""

    model: FusedVideoQA
    records: list[Record]
    pieces: sentencepiece.SentencePieceProcessor
    question_tokenizer: Any
    batches: Batches
    labels: list[Label]
    val_batches: Batches | None


def prepare(settings: TrainingSettings) -> Workshop:
    """Compute or take up everything that a run begins with; the same settings give the same start."""
    records = read_records(settings.data, "train")
    cache = settings.out / "cache"
    labels = read_labels()
    file = cache / "spiece.model"
    if settings.begin is not None:
        cache.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(settings.begin / "tokenizer.model", file)
    elif not file.is_file():
        learn_vocabulary(_sayings(records, labels), file, settings.vocab_size)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(file))
    torch.manual_seed(settings.seed)
    config = _shape(settings, pieces.get_piece_size())
    model = FusedVideoQA(config).to(choose_device("auto"))
    model.vision.load_state_dict(vision_state(tuple(config.vision_depths)))
    model.text.load_state_dict(text_state())
    for part in (model.vision, model.text):
        part.requires_grad_(False).eval()
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    memo = WordMemo(model, tokenizer)
    names = memo.vectors([label.plain for label in labels]) + memo.vectors(
        [label.fine for label in labels]
    )
    model.fusion.label_vectors.copy_(torch.nn.functional.normalize(names, dim=-1))
    _begin_with_meanings(model, pieces, memo)

    held_out = (settings.data / "val.jsonl").is_file()
    val_records = read_records(settings.data, "val") if held_out else []
    tested = (settings.data / "test.jsonl").is_file()
    others = [*val_records, *(read_records(settings.data, "test") if tested else [])]
    unpictured = read_unpictured(settings.data, [*records, *others])

    def batches_of(split: Split, rows: list[Record], num_views: int) -> Batches:
        features = build_features(rows, settings.data, cache / split, config, num_views=num_views)
        features.hold_on(model.device)
        facts = load_facts(rows, cache / f"facts-{split}.json")
        told = load_facts(unpictured, cache / "facts-unpictured.json") if split == "train" else {}
        captions = [fact.text for parsed in told.values() for fact in parsed]
        said = [replace(r, captions=restatements(r)) for r in rows]
        restated = load_facts(said, cache / f"facts-restated-{split}.json")
        return Batches(
            Composer(rows, facts, features, labels, tuple(told.values()), restated), memo, pieces, config,
            Imagination(model, memo, features, captions), tokens_per_batch=settings.tokens_per_batch, seed=settings.seed,
        )  # fmt: skip

    batches = batches_of("train", records, settings.num_views)
    if settings.begin is not None:
        _go_on_from(settings.begin, model)
    else:
        _measure(model, batches.composer.features)
    return Workshop(
        model=model,
        records=records,
        pieces=pieces,
        question_tokenizer=tokenizer,
        batches=batches,
        labels=labels,
        val_batches=batches_of("val", val_records, 1) if held_out else None,
    )


def _shape(settings: TrainingSettings, vocab_size: int) -> FusedConfig:
    """The shape of the weights it begins from, or the one that was asked for."""
    if settings.begin is not None:
        config = FusedConfig.from_pretrained(settings.begin)
        config.dropout = settings.dropout
        return config
    return FusedConfig(
        vocab_size=vocab_size,
        hidden_size=settings.hidden_size,
        intermediate_size=_TIMES_WIDER * settings.hidden_size,
        num_attention_heads=settings.hidden_size // _HEAD_SIZE,
        dropout=settings.dropout,
    )


def _go_on_from(folder: Path, model: FusedVideoQA) -> None:
    """Take the trained parts from a folder that an earlier training exported.

    Raises:
        WeightsBroken: the folder lacks a part, or has one of another shape.
    """
    state: dict[str, torch.Tensor] = {}
    for shard in sorted(folder.glob("*.safetensors")):
        state |= {n: t for n, t in load_file(shard).items() if not n.startswith(FROZEN)}
    try:
        missing, _ = model.load_state_dict({n: t.float() for n, t in state.items()}, strict=False)
    except RuntimeError as error:
        raise WeightsBroken(
            f"The weights in {folder} are of another shape: {error}",
            cure="Give --begin weights of this version, or leave it out.",
        ) from error
    lacking = [n for n in missing if not n.startswith(FROZEN) and n != "lm_head.weight"]
    if lacking:
        raise WeightsBroken(
            f"The weights in {folder} lack {', '.join(lacking[:3])}.",
            cure="Give --begin weights of this version, or leave it out.",
        )


def _begin_with_meanings(
    model: FusedVideoQA, pieces: sentencepiece.SentencePieceProcessor, memo: WordMemo
) -> None:
    """Begin each piece's embedding with MiniLM's vector of its text, turned into the decoder's width.

    Names that no caption holds then begin near their labels and questions, so that copying them is one linear map.
    """
    texts = [
        pieces.id_to_piece(i).replace("\u2581", " ").strip() or "."
        for i in range(pieces.get_piece_size())
    ]
    vectors = memo.vectors(texts)
    vectors = vectors - vectors.mean(0)
    turn = torch.nn.init.orthogonal_(torch.empty(vectors.shape[1], model.config.hidden_size)).to(
        vectors.device
    )
    begun = vectors @ turn
    begun = begun / begun.std() * model.config.initializer_range
    with torch.no_grad():
        begun[model.config.pad_token_id] = 0
        model.decoder.embed_tokens.weight.copy_(begun)


def _measure(model: FusedVideoQA, features: FeatureTable) -> None:
    """Mean and spread of the cell features over some of the training pictures."""
    step = max(1, len(features.cells) // _ROWS_MEASURED)
    sample = np.asarray(features.cells[::step], dtype=np.float32).reshape(
        -1, features.cells.shape[-1]
    )
    model.fusion.feature_mean.copy_(torch.from_numpy(sample.mean(0)))
    model.fusion.feature_std.copy_(torch.from_numpy(sample.std(0)).clamp(min=1e-3))


def _sayings(records: list[Record], labels: list[Label]) -> list[str]:
    """All that the decoder may have to say."""
    said = [caption for record in records for caption in record.captions]
    said += [q.answer for record in records for q in record.questions]
    said += [f"there is no {name}" for name in (*OBJECT_NAMES, *sorted(ACTORS))]
    said += [name for label in labels for name in (label.plain, label.plain, label.fine)]
    said += [*NUMBERS, *VERBS_ASKED, *sorted(w for family in KINDRED for w in family)] * 3
    said += all_lines()
    return [tidy_answer(sentence) for sentence in said]
