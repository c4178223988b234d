"""Data loading in worker processes, one thread each, while a GPU computes."""

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
    """Iterate over a data set whose items are made in worker processes.

    Args:
        items: data set; each item is made in one of the processes.
        reserved_cores: cores left to other work.
        in_order: whether items keep their order.
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
    torch.set_num_threads(1)


def _identity(item: Any) -> Any:
    return item
