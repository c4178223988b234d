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
        name: `cpu`, `cuda`, `cuda:1` or `mps`; `auto` is the first CUDA device, else `mps`, else
            `cpu`.

    Raises:
        DeviceUnavailable: the machine has no such device, or `name` is not a device name, or of
            another kind than these.
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


def supports_bfloat16(device: torch.device) -> bool:
    """Whether a device computes in bfloat16 at a usable speed.

    NVIDIA GPUs do so from Ampere on; torch emulates it slowly on older ones, which gives False. On
    CPUs, oneDNN emulates it with AVX-512 at half the speed of float32, for half the memory; without
    AVX-512 it takes a hundred times as long, which gives False. False for `mps`, since Macs before
    the M2 lack the instructions.
    """
    import torch

    if device.type == "cuda":
        with torch.cuda.device(device):
            return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def fastest_dtype(device: torch.device) -> torch.dtype:
    """Return the fastest dtype of a device: bfloat16 or float32.

    That is bfloat16 where `supports_bfloat16`, except on a CPU that only emulates it: there float32
    takes half the time.
    """
    import torch

    if not supports_bfloat16(device):
        return torch.float32
    is_emulated = (
        device.type == "cpu"
        and torch.cpu._is_avx512_supported()
        and not torch.cpu._is_avx512_bf16_supported()
    )
    return torch.float32 if is_emulated else torch.bfloat16


@contextmanager
def paused_collection() -> Iterator[None]:
    """Context manager in which Python does not look for reference cycles.

    For imports, which create a million objects of which hardly any can be freed: looking for cycles
    takes a tenth of their time. All objects that exist at the end, also after an exception, are
    exempt from later collections (`gc.freeze`). Where collection is off already, nothing changes.
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
    """Set the threads per operation of torch on the CPU, at least 1, for the whole process.

    Raises:
        RuntimeError: `num_threads` is below 1.
    """
    import torch

    torch.set_num_threads(num_threads)


def release_memory() -> None:
    """Run the garbage collector and give unused GPU memory that torch caches back to the system.

    Without a GPU, only the collector runs.
    """
    import torch

    gc.collect()  # modules with hooks form reference cycles
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
