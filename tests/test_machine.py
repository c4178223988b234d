"""The memory of this machine, and less where a control group limits it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from vqa import machine

GROUP = "/docker/3f"
UNLIMITED = str(2**63 - 4096)


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the control groups; the machine has 64 GB."""
    pages = {"SC_PHYS_PAGES": 64 * 10**6, "SC_PAGE_SIZE": 1000}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__, raising=False)
    monkeypatch.setattr(os, "sysconf_names", pages, raising=False)
    monkeypatch.setattr(machine, "_GROUPS_FILE", tmp_path / "cgroup")
    monkeypatch.setattr(machine, "_GROUPS_FOLDER", tmp_path / "groups")
    return tmp_path / "groups"


@pytest.mark.parametrize(
    ("line", "limits", "expected"),
    [
        (f"0::{GROUP}", {f"{GROUP}/memory.max": "3000000000"}, 3),
        (f"0::{GROUP}", {f"{GROUP}/memory.max": "max"}, 64),
        (f"0::{GROUP}", {f"{GROUP}/memory.max": "max", "docker/memory.max": "5000000000"}, 5),
        ("0::/", {"memory.max": "3000000000"}, 3),
        ("0::/", {}, 64),
        (f"4:memory:{GROUP}", {"memory/memory.limit_in_bytes": "2000000000"}, 2),
        (f"4:cpu,memory:{GROUP}", {f"memory{GROUP}/memory.limit_in_bytes": "2000000000"}, 2),
        (f"4:memory:{GROUP}", {"memory/memory.limit_in_bytes": UNLIMITED}, 64),
        (f"4:cpu:{GROUP}", {"memory/memory.limit_in_bytes": "2000000000"}, 64),
    ],
)
def test_the_smallest_limit_of_the_groups_counts(
    line: str, limits: dict[str, str], expected: int, groups: Path
) -> None:
    groups.with_name("cgroup").write_text(f"3:devices:/x\n{line}\n", encoding="utf-8")
    for name, text in limits.items():
        file = groups / name.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n", encoding="ascii")
    assert machine.memory_bytes() == expected * 10**9


def test_without_control_groups_it_is_the_machines(groups: Path) -> None:
    assert machine.memory_bytes() == machine.reported_memory_bytes() == 64 * 10**9


def test_a_system_that_does_not_report_it_counts_as_8_gb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sysconf_names", {}, raising=False)
    assert machine.reported_memory_bytes() is None
    assert machine.memory_bytes() == 8 * 10**9


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has control groups")
def test_this_process_has_some_memory() -> None:
    assert (
        10**8 < machine.memory_bytes() <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    )
