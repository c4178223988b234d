"""Device selection, the fastest floating-point type of a device, and release of cached memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vqa.errors import DeviceUnavailable

if TYPE_CHECKING:
    import torch


def choose_device(name: str) -> torch.device:
    """Return the torch device with a name, after a check that the machine has it.

    Args:
        name: `cpu`, `cuda` (the first one), `cuda:1` or `mps`; `auto` is the first CUDA device,
            else `mps`, else `cpu`.

    Raises:
        DeviceUnavailable: the machine has no such device, or `name` is not a device name.
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
            f"{name!r} is not the name of a device.", cure="Use auto, cpu, cuda, cuda:1 or mps."
        ) from error
    is_available = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }.get(device.type, False)
    if not is_available:
        raise DeviceUnavailable(
            f"The device {name!r} is not on this machine.",
            cure="Use --device cpu, or install the torch build for your GPU.",
        )
    return device


def fastest_dtype(device: torch.device) -> torch.dtype:
    """Return the fastest dtype of a device: bfloat16 where the hardware supports it, else float32.

    `mps` gets float32, since Macs before the M2 lack the instructions.
    """
    import torch

    if device.type == "cuda":
        has_bfloat16 = torch.cuda.is_bf16_supported()
    else:
        has_bfloat16 = device.type == "cpu" and _cpu_multiplies_bfloat16()
    return torch.bfloat16 if has_bfloat16 else torch.float32


def _cpu_multiplies_bfloat16() -> bool:
    """Whether the CPU has instructions that multiply bfloat16.

    oneDNN supports bfloat16 on every CPU with AVX-512, but without these instructions the CNN takes
    twice as long as in float32; without AVX-512, a hundred times as long.
    """
    import torch

    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return False
    has_avx512: bool = torch.cpu._is_avx512_supported()
    return not has_avx512 or torch.cpu._is_avx512_bf16_supported()


@contextmanager
def paused_collection() -> Iterator[None]:
    """Context manager in which Python does not look for reference cycles.

    For imports: they create a million objects, of which hardly any can be freed, and looking for
    them takes a tenth of the time. What is there at the end is not examined again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def limit_threads(num_threads: int) -> None:
    """Set the threads per operation of torch on the CPU, at least 1, for the whole process."""
    import torch

    torch.set_num_threads(num_threads)


def release_memory() -> None:
    """Run the garbage collector and return the GPU memory that torch caches to the system."""
    import torch

    gc.collect()  # modules with hooks form reference cycles
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
