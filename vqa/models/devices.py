"""Device selection, fastest precision of a device, and release of cached memory."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from vqa.errors import DeviceUnavailable

if TYPE_CHECKING:
    import torch


def choose_device(name: str) -> torch.device:
    """Parse a device name and check that the device is available.

    Args:
        name: `auto` (the first GPU, else the CPU), `cpu`, `cuda`, `cuda:1` or `mps`.

    Raises:
        DeviceUnavailable: this machine has no such device.
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
            f"{name!r} is not the name of a device.", cure="Say auto, cpu, cuda, cuda:1 or mps."
        ) from error
    is_available = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }.get(device.type, False)
    if not is_available:
        raise DeviceUnavailable(
            f"The device {name!r} is not on this machine.",
            cure="Say --device cpu, or install the torch build for your GPU.",
        )
    return device


def fastest_dtype(device: torch.device) -> torch.dtype:
    """Fastest precision of a device: bfloat16 where it has instructions for it, else float32.

    A CPU without such instructions emulates bfloat16 at a hundredth of the speed. Macs before the M2 lack them, so
    `mps` counts as without.
    """
    import torch

    if device.type == "cuda":
        has_bfloat16 = torch.cuda.is_bf16_supported()
    else:
        has_bfloat16 = device.type == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if has_bfloat16 else torch.float32


def release_memory() -> None:
    """Collect unreferenced models and empty the GPU's allocator cache."""
    import torch

    gc.collect()  # modules with hooks form reference cycles
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
