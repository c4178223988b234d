"""Export of a trained model for `from_pretrained`: float16 weights in safetensors, no pickle.

The first shard has the frozen pretrained parameters, the others have the trained ones, so that a
new training leaves the first shard unchanged.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import GenerationConfig
from transformers.tokenization_utils_sentencepiece import SentencePieceBackend

from vqa.models.fused.modeling import FusedProcessor, FusedVideoQA
from vqa.training.checkpoint import FROZEN_PREFIXES

# Room for the header of a shard.
_HEADER_BYTES = 64 * 1024


def export(
    model: FusedVideoQA,
    average: dict[str, Tensor],
    vocabulary: Path,
    question_tokenizer: Any,
    folder: Path,
    *,
    max_shard_mib: int = 0,
) -> None:
    """Write weights in float16, config, tokenizers and processor to a folder.

    Args:
        model: trained model; its trained parameters are set to `average`, and the dtype of its
            config to float16.
        average: averaged parameters by name, see `checkpoint.trained_state`.
        vocabulary: SentencePiece model file of the decoder.
        question_tokenizer: MiniLM's tokenizer.
        folder: destination; files of an earlier export are replaced.
        max_shard_mib: maximum size of a file with trained parameters in MiB, unless a single tensor
            is larger; 0 writes one file. Frozen parameters are always in one more file.
    """
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in average:
                parameter.copy_(average[name])
    folder.mkdir(parents=True, exist_ok=True)
    _save_shards(model.state_dict(), folder, max_shard_mib * 2**20)
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


def trained_shards(folder: Path) -> dict[Path, dict[str, Tensor]]:
    """Load the trained tensors of an exported folder: by file, tensors by name.

    Files are those named `model-*.safetensors` with a trained tensor, sorted by name; {} without
    such a file. Tensors have the dtype of the file, float16, and are in RAM.

    Raises:
        SafetensorError: a file is damaged.
    """
    shards = {}
    for file in sorted(folder.glob("model-*.safetensors")):
        tensors = {n: t for n, t in load_file(file).items() if not n.startswith(FROZEN_PREFIXES)}
        if tensors:
            shards[file] = tensors
    return shards


def _save_shards(state: dict[str, Tensor], folder: Path, max_bytes: int) -> None:
    """Write a state dict as float16 shards and an index of the tensors by file.

    Args:
        state: state dict of the model.
        folder: destination; older shards in it are deleted.
        max_bytes: maximum size of a file with trained parameters; 0 writes one file.
    """
    tensors = {name: t.half().contiguous() for name, t in state.items() if name != "lm_head.weight"}
    frozen_tensors = {
        name: tensors.pop(name) for name in sorted(tensors) if name.startswith(FROZEN_PREFIXES)
    }
    shards = [frozen_tensors, *_pack(tensors, max_bytes)]
    for file in folder.glob("model-*.safetensors"):
        file.unlink()
    weight_map: dict[str, str] = {}
    for number, shard in enumerate(shards, 1):
        file = folder / f"model-{number:05}-of-{len(shards):05}.safetensors"
        save_file(shard, file, metadata={"format": "pt"})
        weight_map |= dict.fromkeys(shard, file.name)
    total = sum(t.numel() * t.element_size() for shard in shards for t in shard.values())
    index = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
    (folder / "model.safetensors.index.json").write_text(
        json.dumps(index, indent=1), encoding="utf-8"
    )


def _pack(tensors: dict[str, Tensor], max_bytes: int) -> list[dict[str, Tensor]]:
    """Divide tensors, by name, into groups for files of at most `max_bytes`; 0 is one group.

    A tensor that is larger is a group of its own.
    """
    groups: list[dict[str, Tensor]] = [{}]
    size = 0
    for name in sorted(tensors):
        num_bytes = tensors[name].numel() * tensors[name].element_size()
        if max_bytes and groups[-1] and size + num_bytes + _HEADER_BYTES > max_bytes:
            groups.append({})
            size = 0
        groups[-1][name] = tensors[name]
        size += num_bytes
    return groups
