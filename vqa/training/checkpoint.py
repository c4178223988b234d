"""A training's state on disk, in safetensors: written beside and then moved, so that no crash leaves half a file."""

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

FROZEN = ("vision.", "text.")
_MOMENTS = ("step", "exp_avg", "exp_avg_sq", "momentum_buffer")


def trained_state(model: torch.nn.Module) -> dict[str, Tensor]:
    """The parameters that training changes, by name; the tied head is left out.

    Those that are held still for a while (`requires_grad` is False) count: they belong to what is exported.
    """
    return {
        name: parameter
        for name, parameter in model.named_parameters()
        if not name.startswith(FROZEN) and name != "lm_head.weight"
    }


def put_state(trained: dict[str, Tensor], values: dict[str, Tensor]) -> None:
    """Give these parameters other values."""
    with torch.no_grad():
        for name, parameter in trained.items():
            parameter.copy_(values[name])


def save_checkpoint(
    folder: Path,
    step: int,
    model: torch.nn.Module,
    optimizers: Sequence[Any],
    average: dict[str, Tensor],
) -> None:
    """Keep everything that going on needs.

    Args:
        folder: where to; an older checkpoint there is replaced.
        step: steps done.
        model: its trained parameters are kept.
        optimizers: their moments of each parameter are kept.
        average: the averaged parameters.
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
    """Take up a kept state; returns the steps done, 0 where there is no checkpoint."""
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
                    optimizer.state[parameter] = _moments(tensors, name, parameter.device)
    with safe_open(file, framework="pt") as opened:
        return int(json.loads(opened.metadata()["step"]))


def _moments(tensors: dict[str, Tensor], name: str, device: torch.device) -> dict[str, Tensor]:
    """What an optimizer remembers of one parameter; the step count stays on the CPU, where optimizers want it."""
    found = {key: tensors.get(f"optimizer.{key}.{name}") for key in _MOMENTS}
    return {
        key: value if key == "step" else value.to(device)
        for key, value in found.items()
        if value is not None
    }
