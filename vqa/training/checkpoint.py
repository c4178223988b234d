"""Checkpoints of a run: parameters, averages and optimizer states in safetensors.

A checkpoint is written atomically.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from vqa.atomic_write import atomic_write

FROZEN_PREFIXES = ("vision.", "text.")
_STATE_KEYS = ("step", "exp_avg", "exp_avg_sq", "momentum_buffer")


def trained_state(model: torch.nn.Module) -> dict[str, Tensor]:
    """Return the parameters outside the CNN and MiniLM, by name, without the tied output head.

    The CNN (`vision.`) and MiniLM (`text.`) are never trained. Other parameters are included even
    while they are frozen (`requires_grad` is False), as they are exported. The tensors are the
    model's own, not copies.
    """
    return {
        name: parameter
        for name, parameter in model.named_parameters()
        if not name.startswith(FROZEN_PREFIXES) and name != "lm_head.weight"
    }


def assign_parameters(parameters: dict[str, Tensor], values: dict[str, Tensor]) -> None:
    """Set parameters in place to the values of the same names; further values are ignored.

    Raises:
        KeyError: a parameter has no value.
    """
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(values[name])


def save_checkpoint(
    folder: Path,
    step: int,
    model: torch.nn.Module,
    optimizers: Sequence[Any],
    average: dict[str, Tensor],
) -> None:
    """Write a checkpoint: trained parameters, their average, and optimizer states.

    Args:
        folder: destination, created if missing; an older checkpoint in it is replaced.
        step: number of finished steps.
        model: model whose trained parameters are saved.
        optimizers: optimizers whose states of these parameters are saved.
        average: averaged parameters by name.
    """
    tensors: dict[str, Tensor] = {}
    for name, parameter in trained_state(model).items():
        tensors[f"model.{name}"] = parameter.detach().cpu()
        tensors[f"average.{name}"] = average[name].cpu()
        for optimizer in optimizers:
            for key, value in optimizer.state.get(parameter, {}).items():
                tensors[f"optimizer.{key}.{name}"] = torch.as_tensor(value).cpu()
    with atomic_write(folder / "checkpoint.safetensors") as temporary:
        save_file(tensors, temporary, metadata={"step": json.dumps(step)})


def load_checkpoint(
    folder: Path,
    model: torch.nn.Module,
    optimizers: Sequence[Any],
    average: dict[str, Tensor],
) -> int:
    """Load a checkpoint into model, optimizers and average, in place.

    Returns:
        The number of finished steps; 0 if the folder has no checkpoint, and nothing is changed.

    Raises:
        KeyError: the checkpoint lacks a parameter of the model.
    """
    file = folder / "checkpoint.safetensors"
    if not file.is_file():
        return 0
    tensors = load_file(file)
    with torch.no_grad():
        for name, parameter in trained_state(model).items():
            parameter.copy_(tensors[f"model.{name}"])
            average[name].copy_(tensors[f"average.{name}"])
            for optimizer in optimizers:
                if any(parameter is p for g in optimizer.param_groups for p in g["params"]):
                    optimizer.state[parameter] = _optimizer_state(tensors, name, parameter.device)
    with safe_open(file, framework="pt") as file_header:
        return int(json.loads(file_header.metadata()["step"]))


def _optimizer_state(
    tensors: dict[str, Tensor], name: str, device: torch.device
) -> dict[str, Tensor]:
    """Return the optimizer state of one parameter on a device, but `step` on the CPU."""
    state = {key: tensors.get(f"optimizer.{key}.{name}") for key in _STATE_KEYS}
    return {
        key: value if key == "step" else value.to(device)
        for key, value in state.items()
        if value is not None
    }
