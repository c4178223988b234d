"""Start-up times of new processes: `import vqa`, the page, `vqa ask` about a stored video."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

from vqa.errors import Unsupported
from vqa.evaluation.timing import ROOT, Measurement, run_process

_PAGE_TIMEOUT_S = 120.0
_NUM_PACKAGES = 5
_IMPORT_LINE = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \|\s+([^.\s]+)", re.MULTILINE)


def time_import(runs: int) -> Measurement:
    """Measure the seconds of `import vqa` in `runs` new interpreters, without their start.

    Raises:
        subprocess.CalledProcessError: the import fails.
    """
    code = "import time; t = time.perf_counter(); import vqa; print(time.perf_counter() - t)"
    durations = [
        float(
            subprocess.run(
                [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(runs)
    ]
    return Measurement(name="import vqa", unit="s", values=tuple(durations))


def _free_port() -> int:
    """Return a TCP port of this machine that nothing listens at, for the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _start_page(model: str) -> float:
    """Start `app.py`, wait for its first HTTP response, stop it; return the seconds to that.

    Raises:
        Unsupported: the page did not respond within 120 s.
    """
    port = _free_port()
    start = time.perf_counter()
    page = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port), "--model", model],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - start < _PAGE_TIMEOUT_S and page.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                    return time.perf_counter() - start
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
    finally:
        page.terminate()
        page.wait()
    raise Unsupported(
        f"The page did not answer within {_PAGE_TIMEOUT_S:.0f} s.",
        cure="Start `python app.py` by hand to see why.",
    )


def time_page(model: str, runs: int) -> Measurement:
    """Measure the seconds from the start of `app.py` to the first HTTP response of its page.

    Args:
        model: a name of the model catalog.
        runs: number of processes.

    Raises:
        Unsupported: the page did not respond within 120 s, or its process ended.
    """
    durations = tuple(_start_page(model) for _ in range(runs))
    return Measurement(name="start to a ready page", unit="s", values=durations)


def time_stored_question(
    model: str, device: str, video: Path, *, question: str, runs: int
) -> list[Measurement]:
    """Measure time, memory and imports of `vqa ask` about a video that a process has stored.

    Args:
        model: a name of the model catalog.
        device: device of the model, as for `load`.
        video: video file; a first process, which is not measured, stores its encoding.
        question: the question, the same in every run.
        runs: number of measured processes; another process measures the imports with `-X
            importtime`, which makes them slower.

    Raises:
        Unsupported: the command failed.
    """
    command = ["-m", "vqa", "ask", str(video), question, "--model", model, "--device", device]
    with tempfile.TemporaryDirectory() as folder:
        env = {"VQA_HOME": folder}
        run_process(command, env=env)
        usages = [run_process(command, env=env) for _ in range(runs)]
        stderr = run_process(["-X", "importtime", *command], env=env).stderr
    name = "vqa ask, stored video"
    measurements = [
        Measurement(name=name, unit="s", values=tuple(usage.seconds for usage in usages))
    ]
    cpu_seconds = [usage.cpu_seconds for usage in usages if usage.cpu_seconds is not None]
    if cpu_seconds:
        measurements.append(
            Measurement(name=f"{name}, processor time", unit="s", values=tuple(cpu_seconds))
        )
    peaks = [usage.peak_memory_gb for usage in usages if usage.peak_memory_gb is not None]
    if peaks:
        measurements.append(
            Measurement(name=f"{name}, peak memory", unit="GB", values=tuple(peaks))
        )
    return [*measurements, *summarize_imports(stderr)]


def summarize_imports(importtime: str) -> list[Measurement]:
    """Sum the import times by top-level package.

    Args:
        importtime: stderr of a process run with `-X importtime`.

    Returns:
        Seconds of all modules, then of the five slowest packages, slowest first; the times of
        subpackages count for their package. Only the 0 s of all modules without such lines.
    """
    microseconds: Counter[str] = Counter()
    for duration, package in _IMPORT_LINE.findall(importtime):
        microseconds[package] += int(duration)
    rows = [("all modules", microseconds.total()), *microseconds.most_common(_NUM_PACKAGES)]
    return [Measurement(name=f"  imports: {name}", unit="s", values=(n / 1e6,)) for name, n in rows]
