"""Translation of out-of-memory and device errors to errors of `vqa.errors`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from vqa.errors import OutOfMemory, Unsupported

_OUT_OF_MEMORY = (
    "not enough memory",
    "can't allocate memory",
    "out of memory",
    "DefaultCPUAllocator",
)
_OFFLOADED_TO_DISK = ("device meta", "meta tensor")


@contextmanager
def translate_memory_errors(name: str, device: str, activity: str) -> Iterator[None]:
    """Context manager that translates out-of-memory errors of torch and Python to `OutOfMemory`.

    Other exceptions of the block pass unchanged.

    Args:
        name: name of the model, for the message.
        device: name of the model's device, for the message.
        activity: present participle that completes `while {activity}` in the message, such as
            "answering".

    Raises:
        OutOfMemory: the block ran out of memory.
        Unsupported: some weights are offloaded to disk, and transformers cannot run this model with
            such weights.
    """
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError, RuntimeError) as error:
        if any(sign in str(error) for sign in _OFFLOADED_TO_DISK):
            raise Unsupported(
                f"{name} is too large for the memory of this machine, and it cannot run with a part of it on the disk.",
                cure="Choose a smaller model (see `vqa models`), or quantised weights (--bits 4).",
            ) from error
        if isinstance(error, RuntimeError) and not (
            isinstance(error, torch.OutOfMemoryError)
            or any(sign in str(error) for sign in _OUT_OF_MEMORY)
        ):
            raise
        raise OutOfMemory(
            f"The memory of {device} was not enough for {name} while {activity}.",
            cure="Use fewer frames (--frames 8), a smaller model (see `vqa models`), or quantised weights (--bits 4).",
        ) from error
