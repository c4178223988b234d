"""Translation of out-of-memory and device errors to errors of `vqa.errors`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

import torch

from vqa.errors import OutOfMemory, Unsupported

_OUT_OF_MEMORY = (
    "not enough memory",
    "can't allocate memory",
    "out of memory",
    "DefaultCPUAllocator",
)
_DISK_OFFLOAD_SIGNS = ("device meta", "meta tensor")
_HUB_CURE = "Use fewer frames (--frames 8), a smaller model (see `vqa models`), or quantized weights (--bits 4)."
EMBEDDED_CURE = (
    "Use fewer frames (--frames 8) or --device cpu, or end other programs that use its memory."
)
_P = ParamSpec("_P")
_R = TypeVar("_R")


class _Model(Protocol):
    name: str

    @property
    def device(self) -> str: ...


_M = TypeVar("_M", bound=_Model)


def translates_memory_errors(
    activity: str,
) -> Callable[[Callable[Concatenate[_M, _P], _R]], Callable[Concatenate[_M, _P], _R]]:
    """Decorator of the embedded model's methods, also generators: see `translate_memory_errors`.

    Args:
        activity: see `translate_memory_errors`.
    """

    def decorate(
        method: Callable[Concatenate[_M, _P], _R],
    ) -> Callable[Concatenate[_M, _P], _R]:
        def stream(model: _M, *args: _P.args, **kwargs: _P.kwargs) -> Iterator[Any]:
            with translate_memory_errors(model.name, model.device, activity, cure=EMBEDDED_CURE):
                yield from cast(Iterator[Any], method(model, *args, **kwargs))

        def call(model: _M, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            with translate_memory_errors(model.name, model.device, activity, cure=EMBEDDED_CURE):
                return method(model, *args, **kwargs)

        is_generator = inspect.isgeneratorfunction(method)
        wrapper = cast("Callable[Concatenate[_M, _P], _R]", stream if is_generator else call)
        return functools.wraps(method)(wrapper)

    return decorate


@contextmanager
def translate_memory_errors(name: str, device: str, activity: str, *, cure: str) -> Iterator[None]:
    """Context manager that translates out-of-memory errors of torch and Python to `OutOfMemory`.

    Other exceptions of the block pass unchanged.

    Args:
        name: name of the model, for the message.
        device: name of the model's device, for the message.
        activity: present participle that completes `while {activity}` in the message, such as
            "answering".
        cure: what to do about it, as one sentence.

    Raises:
        OutOfMemory: the block ran out of memory.
    """
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not (
            isinstance(error, torch.OutOfMemoryError)
            or any(sign in str(error) for sign in _OUT_OF_MEMORY)
        ):
            raise
        raise OutOfMemory(
            f"The memory of {device} was not enough for {name} while {activity}.", cure=cure
        ) from error


@contextmanager
def translate_hub_errors(name: str, device: str, activity: str) -> Iterator[None]:
    """Context manager that translates memory errors of a hub model, which may be partly on disk.

    See `translate_memory_errors`.

    Raises:
        OutOfMemory: the block ran out of memory.
        Unsupported: some weights are offloaded to disk, and transformers cannot run this model with
            such weights.
    """
    try:
        with translate_memory_errors(name, device, activity, cure=_HUB_CURE):
            yield
    except RuntimeError as error:
        if not any(sign in str(error) for sign in _DISK_OFFLOAD_SIGNS):
            raise
        raise Unsupported(
            f"{name} is too large for the memory of this machine, and it cannot run with a part of it on the disk.",
            cure="Choose a smaller model (see `vqa models`), or quantized weights (--bits 4).",
        ) from error
