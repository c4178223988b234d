"""Prefetching of batches: in a thread for training on the CPU, in worker processes for a GPU."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import suppress
from queue import Full, Queue

from torch.utils.data import Dataset

from vqa.training.data.collate import Batch, Batches, BatchPlan
from vqa.training.data.worker_processes import worker_loader

_QUEUE_SIZE = 4
_POLL_S = 0.5


def prefetch(batches: Batches, first: int, last: int) -> Iterator[tuple[int, Batch]]:
    """Yield (number, batch) for batches `first` (inclusive) to `last` (exclusive), in order.

    Batches are sampled ahead, in a thread or, for a GPU, in worker processes, from the first
    request on; closing the generator ends that. An exception in a thread or process is raised here.
    """
    source = _in_processes if batches.text_encoder.device.type == "cuda" else _in_thread
    return source(batches, first, last)


def _in_thread(batches: Batches, first: int, last: int) -> Iterator[tuple[int, Batch]]:
    """Yield (number, batch) pairs that a thread loads ahead; raise the thread's exceptions."""
    queue: Queue[tuple[int, Batch] | BaseException] = Queue(maxsize=_QUEUE_SIZE)
    stop_event = threading.Event()

    def produce() -> None:
        for number in range(first, last):
            if stop_event.is_set():
                return
            try:
                item: tuple[int, Batch] | BaseException = (number, batches[number])
            except BaseException as error:  # noqa: BLE001 - carried across, raised below
                item = error
            while not stop_event.is_set():
                with suppress(Full):
                    queue.put(item, timeout=_POLL_S)
                    break
            if isinstance(item, BaseException):
                return

    threading.Thread(target=produce, daemon=True).start()
    try:
        for _ in range(first, last):
            item = queue.get()
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop_event.set()


class _Plans(Dataset[tuple[int, BatchPlan]]):
    """Data set of (number, plan) for the batches from `first` (inclusive) to `last` (exclusive)."""

    def __init__(self, batches: Batches, first: int, last: int) -> None:
        self._batches = batches
        self._first = first
        self._last = last

    def __len__(self) -> int:
        return self._last - self._first

    def __getitem__(self, place: int) -> tuple[int, BatchPlan]:
        return self._first + place, self._batches.plan(self._first + place)


def _in_processes(batches: Batches, first: int, last: int) -> Iterator[tuple[int, Batch]]:
    """Yield (number, batch) pairs planned in worker processes, one per CPU core except one.

    One core would sample batches more slowly than a GPU trains. Features are gathered in this
    process.
    """
    # Parsed captions are millions of objects: forked processes share their memory only if the collector skips them.
    gc.freeze()
    plans = worker_loader(_Plans(batches, first, last), reserved_cores=1)
    for number, plan in plans:
        yield number, batches.load(plan)
