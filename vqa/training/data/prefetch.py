"""Batches made ahead while the model computes: in a thread beside the CPU, by other processes beside a GPU."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from queue import Queue

from torch.utils.data import Dataset

from vqa.training.data.collate import Batch, Batches, Draft
from vqa.training.data.worker_processes import made_by_processes

_AHEAD = 4


def supply(batches: Batches, first: int, last: int) -> Iterator[tuple[int, Batch]]:
    """Batch `first` to before `last`, each with its number."""
    made = _by_processes if batches.memo.device.type == "cuda" else _by_a_thread
    return made(batches, first, last)


def _by_a_thread(batches: Batches, first: int, last: int) -> Iterator[tuple[int, Batch]]:
    """All of it in one thread; its errors come out here."""
    ready: Queue[tuple[int, Batch] | BaseException] = Queue(maxsize=_AHEAD)
    ended = threading.Event()

    def make() -> None:
        for number in range(first, last):
            if ended.is_set():
                return
            try:
                ready.put((number, batches[number]))
            except BaseException as error:  # noqa: BLE001 - carried across, raised below
                ready.put(error)
                return

    threading.Thread(target=make, daemon=True).start()
    try:
        for _ in range(first, last):
            item = ready.get()
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        ended.set()


class _Drafts(Dataset[tuple[int, Draft]]):
    """The drafts of the batches from `first` to before `last`, with their numbers."""

    def __init__(self, batches: Batches, first: int, last: int) -> None:
        self._batches = batches
        self._first = first
        self._last = last

    def __len__(self) -> int:
        return self._last - self._first

    def __getitem__(self, place: int) -> tuple[int, Draft]:
        return self._first + place, self._batches.draft(self._first + place)


def _by_processes(batches: Batches, first: int, last: int) -> Iterator[tuple[int, Batch]]:
    """Drawn by as many processes as there are cores to spare, since a GPU is quicker than one; filled here."""
    # All captions, taken apart, are millions of objects: they are shared as they are, and never looked through again.
    gc.freeze()
    drafts = made_by_processes(_Drafts(batches, first, last), spared=1)
    for number, draft in drafts:
        yield number, batches.fill(draft)
