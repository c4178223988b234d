"""Export of a trained model for `from_pretrained`: half precision, safetensors, no pickle.

The pretrained parts are in one shard and the trained parts in another, so that a new training changes one file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import GenerationConfig
from transformers.tokenization_utils_sentencepiece import SentencePieceBackend

from vqa.models.fused.modeling import FusedVideoQA
from vqa.models.fused.processing import FusedProcessor

TRAINED_SHARD = "model-00002-of-00002.safetensors"
_SHARDS = (("model-00001-of-00002.safetensors", ("vision.", "text.")), (TRAINED_SHARD, ("",)))


def export(
    model: FusedVideoQA,
    average: dict[str, Tensor],
    vocabulary: Path,
    question_tokenizer: Any,
    folder: Path,
) -> None:
    """Write weights, config, tokenizers and processor.

    Args:
        model: trained model; its trained parameters are replaced by `average`.
        average: averaged parameters by name, see `checkpoint.trained_state`.
        vocabulary: the SentencePiece model file.
        question_tokenizer: MiniLM's tokenizer.
        folder: destination; files of an earlier export are overwritten.
    """
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in average:
                parameter.copy_(average[name])
    folder.mkdir(parents=True, exist_ok=True)
    _save_shards(model.state_dict(), folder)
    config = model.config
    config.architectures = [type(model).__name__]
    config.dtype = "float16"
    config.save_pretrained(folder)
    GenerationConfig(
        pad_token_id=config.pad_token_id,
        bos_token_id=config.bos_token_id,
        eos_token_id=config.eos_token_id,
        decoder_start_token_id=config.decoder_start_token_id,
        max_new_tokens=config.max_position_embeddings - 1,
    ).save_pretrained(folder)
    tokenizer = SentencePieceBackend(
        vocab_file=str(vocabulary),
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
    )
    FusedProcessor(tokenizer, question_tokenizer, image_size=config.image_size).save_pretrained(
        folder
    )


def _save_shards(state: dict[str, Tensor], folder: Path) -> None:
    """Write two shards and the index of tensors by file."""
    tensors = {name: t.half().contiguous() for name, t in state.items() if name != "lm_head.weight"}
    weight_map: dict[str, str] = {}
    total = sum(t.numel() * t.element_size() for t in tensors.values())
    for file, prefixes in _SHARDS:
        shard = {name: tensors.pop(name) for name in sorted(tensors) if name.startswith(prefixes)}
        save_file(shard, folder / file, metadata={"format": "pt"})
        weight_map |= dict.fromkeys(shard, file)
    index = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
    (folder / "model.safetensors.index.json").write_text(
        json.dumps(index, indent=1), encoding="utf-8"
    )
