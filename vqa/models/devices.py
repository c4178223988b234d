"""Which device a model goes to, and how its memory comes back."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from vqa.errors import DeviceUnavailable

if TYPE_CHECKING:
    import torch


def choose_device(name: str) -> torch.device:
    """The device of that name.

    Args:
        name: `auto` (the first GPU, else the CPU), `cpu`, `cuda`, `cuda:1`, `mps`.

    Raises:
        DeviceUnavailable: it is not on this machine.
    """
    import torch

    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", 0)
        return torch.device("mps") if torch.backends.mps.is_available() else torch.device("cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceUnavailable(
            f"{name!r} names no device.", cure="Say auto, cpu, cuda, cuda:1 or mps."
        ) from error
    there = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }.get(device.type, False)
    if not there:
        raise DeviceUnavailable(
            f"The device {name!r} is not on this machine.",
            cure="Say --device cpu, or install the torch build for your GPU.",
        )
    return device


def fast_dtype(device: torch.device) -> torch.dtype:
    """The precision a device computes fastest in: bfloat16 where it has instructions for it, else float32.

    A CPU without them emulates bfloat16 at a hundredth of the speed. Macs before the M2 have none, so `mps` counts as
    without.
    """
    import torch

    if device.type == "cuda":
        quick = torch.cuda.is_bf16_supported()
    else:
        quick = device.type == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if quick else torch.float32


def release_memory() -> None:
    """Give back what models that nobody holds any more have taken, on the CPU and on GPUs."""
    import torch

    gc.collect()  # modules with hooks hold each other
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
