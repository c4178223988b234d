"""Data loading in worker processes with one thread each, in parallel with a GPU."""

from __future__ import annotations

import os
from typing import Any, TypeVar

import torch
from torch.utils.data import DataLoader, Dataset

_PREFETCH_FACTOR = 4

_T = TypeVar("_T")


def worker_loader(
    items: Dataset[_T], *, reserved_cores: int = 0, in_order: bool = True
) -> DataLoader[_T]:
    """Build a loader that computes the items of a data set in worker processes, unbatched.

    There is one process per CPU core that is not reserved, at least one.

    Args:
        items: data set; each item is computed in one of the processes.
        reserved_cores: number of CPU cores without a worker process.
        in_order: whether items are yielded in the order of the data set, not as they are ready.
    """
    return DataLoader(
        items,
        batch_size=None,
        num_workers=max(1, (os.cpu_count() or 1) - reserved_cores),
        prefetch_factor=_PREFETCH_FACTOR,
        worker_init_fn=_use_one_thread,
        collate_fn=_identity,
        in_order=in_order,
    )


def _use_one_thread(_: int) -> None:
    """Limit torch to one thread in a worker process; the number of the process is ignored."""
    torch.set_num_threads(1)


def _identity(item: Any) -> Any:
    """Return an item unchanged, in place of collating items to a batch."""
    return item
