"""The libraries' errors about memory and devices, renamed once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from vqa.errors import OutOfMemory, Unsupported

_SIGNS = ("not enough memory", "can't allocate memory", "out of memory", "DefaultCPUAllocator")
_LEFT_BEHIND = ("device meta", "meta tensor")


@contextmanager
def memory_named(name: str, device: str, doing: str) -> Iterator[None]:
    """Rename an error for want of memory.

    Args:
        name: the model.
        device: where it is, for people to read.
        doing: what for, as in `while {doing}`.

    Raises:
        OutOfMemory: there was not enough.
        Unsupported: a part of the model lies on the disk, and transformers cannot run this one so.
    """
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError, RuntimeError) as error:
        if any(sign in str(error) for sign in _LEFT_BEHIND):
            raise Unsupported(
                f"{name} is too large for the memory of this machine, and cannot be run with a part of it on the disk.",
                cure="Take a smaller model (see `vqa models`), or quantised weights (--bits 4).",
            ) from error
        if isinstance(error, RuntimeError) and not (
            isinstance(error, torch.OutOfMemoryError) or any(sign in str(error) for sign in _SIGNS)
        ):
            raise
        raise OutOfMemory(
            f"The memory of {device} was not enough for {name} while {doing}.",
            cure="Take fewer frames (--frames 8), a smaller model (see `vqa models`), or quantised weights (--bits 4).",
        ) from error
