"""Few threads run the model, whichever threads ask."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vqa.ui.visitors.model_threads import ModelThreads


def names(count: int) -> Iterator[str]:
    """Names of the threads that compute the values."""
    for _ in range(count):
        yield threading.current_thread().name


def test_many_callers_share_few_threads() -> None:
    threads = ModelThreads(2)
    with ThreadPoolExecutor(16) as callers:
        runs = list(callers.map(lambda _: list(threads.iterate(names(20))), range(16)))
        results = list(callers.map(lambda _: threads.run(lambda: next(names(1))), range(16)))
    assert [len(run) for run in runs] == [20] * 16
    assert len({name for run in [*runs, results] for name in run}) <= 2


def test_errors_reach_the_caller() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("no")

    values = ModelThreads(1).iterate(failing())
    assert next(values) == 1
    with pytest.raises(ValueError, match="no"):
        next(values)


def test_an_iterator_can_be_closed_after_a_value() -> None:
    fragments = names(3)
    values = ModelThreads(1).iterate(fragments)
    next(values)
    fragments.close()  # type: ignore[attr-defined]
    assert list(values) == []


@pytest.mark.skipif(sys.platform != "linux", reason="of glibc")
def test_threads_share_two_arenas(tmp_path: Path) -> None:
    code = (
        "import ctypes, sys, threading; from vqa.ui.visitors.model_threads import bound_arenas\n"
        "bound_arenas(); libc = ctypes.CDLL(None); gate = threading.Barrier(8)\n"
        "libc.fopen.restype = libc.malloc.restype = ctypes.c_void_p\n"
        "def work(): gate.wait(); [libc.malloc(2000) for _ in range(2000)]; gate.wait()\n"
        "threads = [threading.Thread(target=work) for _ in range(8)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
        "file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b'w'))\n"
        "libc.malloc_info(0, file); libc.fclose(file)"
    )
    report = tmp_path / "arenas.xml"
    subprocess.run([sys.executable, "-c", code, str(report)], check=True)
    assert 1 <= len(re.findall("<heap nr=", report.read_text())) <= 2
