"""The memory that this process may use: that of the machine, or of the container it runs in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_GROUPS_FILE = Path("/proc/self/cgroup")
_GROUPS_FOLDER = Path("/sys/fs/cgroup")
_DEFAULT_BYTES = 8_000_000_000


def memory_bytes() -> int:
    """Return the memory that this process may use in bytes; 8 GB where the system does not report it."""
    return reported_memory_bytes() or _DEFAULT_BYTES


def reported_memory_bytes() -> int | None:
    """Return the memory that this process may use in bytes: the machine's, or less.

    It is less if a control group of Linux, such as that of a container, sets a limit. None where
    the system does not report the machine's memory.
    """
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([machine, *_group_limits()])


def _group_limits() -> Iterator[int]:
    """Yield the memory limits in bytes of the control groups that this process is in.

    Versions 1 and 2 of the interface: cgroups(7) and the kernel's cgroup-v2.rst. A group's parents
    limit it too. A container may see the path of its group outside, but only its own files, which
    are then at the root.
    """
    try:
        lines = _GROUPS_FILE.read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            root, name = _GROUPS_FOLDER, "memory.max"
        elif "memory" in controllers.split(","):
            root, name = _GROUPS_FOLDER / "memory", "memory.limit_in_bytes"
        else:
            continue
        group = Path(path.lstrip("/"))
        for place in (group, *group.parents):
            try:
                text = (root / place / name).read_text(encoding="ascii").strip()
            except OSError:
                continue
            if text.isdigit():  # else `max`
                yield int(text)
