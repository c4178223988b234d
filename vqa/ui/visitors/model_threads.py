"""Threads that run the model, few in number.

Libraries keep tens of megabytes of buffers for each thread that has run the model.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Value = TypeVar("_Value")
_M_ARENA_MAX, _NUM_ARENAS = -8, 2  # parameter of mallopt(3)


def bound_arenas() -> None:
    """Let the threads of this process share two arenas of glibc's malloc.

    By default there are eight for each core, and each keeps what the model has freed in it. Does
    nothing with other C libraries.
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_M_ARENA_MAX, _NUM_ARENAS)


class ModelThreads:
    """Threads that run the model for the threads of requests, which Gradio has up to 128 of.

    Args:
        num_threads: number of threads; as many as requests are served at once.
    """

    def __init__(self, num_threads: int) -> None:
        self._pool = ThreadPoolExecutor(num_threads, thread_name_prefix="model")

    def run(self, work: Callable[[], _Value]) -> _Value:
        """Run `work` in the next free thread; return its result or raise its error."""
        return self._pool.submit(work).result()

    def iterate(self, values: Iterator[_Value]) -> Iterator[_Value]:
        """Yield the values of an iterator, in order, each computed in one of the threads.

        Its error is raised. Closing this generator does not close the iterator.
        """
        end = object()
        while (value := self._pool.submit(next, values, end).result()) is not end:
            yield value  # type: ignore[misc]
