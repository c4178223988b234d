"""A training's state on disk, in safetensors: written beside and then moved, so that no crash leaves half a file."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

_FROZEN = ("vision.", "text.")


def trained_state(model: torch.nn.Module) -> dict[str, Tensor]:
    """The parameters that training changes, by name; the tied head is left out."""
    return {
        name: parameter
        for name, parameter in model.named_parameters()
        if not name.startswith(_FROZEN) and name != "lm_head.weight"
    }


def save_checkpoint(
    folder: Path,
    step: int,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    average: dict[str, Tensor],
) -> None:
    """Keep everything that going on needs.

    Args:
        folder: where to; an older checkpoint there is replaced.
        step: steps done.
        model: its trained parameters are kept.
        optimizer: its two moments of each parameter are kept.
        average: the averaged parameters.
    """
    tensors: dict[str, Tensor] = {}
    for name, parameter in trained_state(model).items():
        tensors[f"model.{name}"] = parameter.detach().cpu()
        tensors[f"average.{name}"] = average[name].cpu()
        for key, value in optimizer.state.get(parameter, {}).items():
            tensors[f"optimizer.{key}.{name}"] = torch.as_tensor(value).cpu()
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / "checkpoint.new"
    save_file(tensors, fresh, metadata={"step": json.dumps(step)})
    fresh.replace(folder / "checkpoint.safetensors")


def load_checkpoint(
    folder: Path,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
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
            moments = {
                key: tensors[f"optimizer.{key}.{name}"]
                for key in ("step", "exp_avg", "exp_avg_sq")
                if f"optimizer.{key}.{name}" in tensors
            }
            if moments:
                optimizer.state[parameter] = {
                    key: value if key == "step" else value.to(parameter.device)
                    for key, value in moments.items()
                }
    return int(tensors["optimizer.step." + next(iter(trained_state(model)))].item())
