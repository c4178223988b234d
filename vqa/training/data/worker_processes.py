"""What other processes make ahead while a GPU computes: each on one thread, as there is one a core."""

from __future__ import annotations

import os
from typing import Any, TypeVar

import torch
from torch.utils.data import DataLoader, Dataset

_AHEAD = 4

_T = TypeVar("_T")


def made_by_processes(
    items: Dataset[_T], *, spared: int = 0, in_order: bool = True
) -> DataLoader[_T]:
    """All items, one after the other.

    Args:
        items: made by their numbers, each in one of the processes.
        spared: cores that are left to others.
        in_order: whether their order matters.
    """
    return DataLoader(
        items,
        batch_size=None,
        num_workers=max(1, (os.cpu_count() or 1) - spared),
        prefetch_factor=_AHEAD,
        worker_init_fn=_on_one_thread,
        collate_fn=_as_it_is,
        in_order=in_order,
    )


def _on_one_thread(_: int) -> None:
    torch.set_num_threads(1)


def _as_it_is(item: Any) -> Any:
    return item
