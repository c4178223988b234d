"""How far a long measurement has come, said on a terminal and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def counted(items: Sequence[Item], noun: str) -> Iterator[Item]:
    """The items one by one; a terminal is told after each how many are done."""
    told = sys.stderr.isatty()
    for number, item in enumerate(items, start=1):
        yield item
        if told:
            sys.stderr.write(f"\r{number}/{len(items)} {noun} ")
            sys.stderr.flush()
    if told:
        sys.stderr.write("\n")
