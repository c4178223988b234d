"""Measurements of repeated runs, time and memory of processes, and a description of the machine."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from vqa import machine
from vqa.errors import Unsupported

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """Values of repeated runs of one measurement.

    Args:
        name: what is measured, for display; spaces at its start mark a part of another one.
        unit: unit of the values, such as `s`, `GB` or `x` (a ratio).
        values: one value per run.
    """

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median of the values, at least one, the figure to report."""
        return statistics.median(self.values)


def machine_name() -> str:
    """Describe the machine in one line: processor, cores, memory in GiB, system, Python, torch.

    The parts are separated by ", "; the memory is left out where the system does not report it.
    """
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        models = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ]
        processor = models[0] if models else processor
    parts = [processor, f"{os.cpu_count()} cores"]
    memory_bytes = machine.reported_memory_bytes()
    if memory_bytes is not None:
        parts.append(f"{memory_bytes / 2**30:.0f} GiB")
    parts += [platform.system(), f"Python {platform.python_version()}"]
    return ", ".join([*parts, f"torch {metadata.version('torch')}"])


def peak_memory_gb() -> float | None:
    """Return the peak resident memory of this process so far in GB (1e9 bytes); None on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    return _resident_gb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


@dataclass(frozen=True, kw_only=True)
class ProcessUsage:
    """Resource usage of a finished process.

    Args:
        seconds: wall-clock time from start to exit.
        cpu_seconds: processor time, user and system; None where the system does not report it.
        peak_memory_gb: peak resident memory in GB; None where the system does not report it.
        stdout: text that the process wrote to stdout; bytes that are not UTF-8 are replaced.
        stderr: text that the process wrote to stderr, likewise.
    """

    seconds: float
    cpu_seconds: float | None
    peak_memory_gb: float | None
    stdout: str
    stderr: str


# A process inherits the peak memory of the process that starts it, so that a small one starts it and
# writes the figures to a file.
_LAUNCHER = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
figures = {}
if sys.platform == "win32":
    code = process.wait()
else:
    _, status, usage = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    figures = {"maxrss": usage.ru_maxrss, "cpu_seconds": usage.ru_utime + usage.ru_stime}
figures["seconds"] = time.perf_counter() - began
with open(sys.argv[1], "w") as file:
    json.dump(figures, file)
sys.exit(code if code >= 0 else 128 - code)
"""


def run_process(arguments: Sequence[str], *, env: Mapping[str, str] | None = None) -> ProcessUsage:
    """Run the current Python interpreter in the repository's root and measure the process.

    There is no time limit.

    Args:
        arguments: command-line arguments of the interpreter, such as `-m vqa models`.
        env: variables to add to the environment, or to replace in it; None adds none.

    Raises:
        Unsupported: the exit code is not 0; the message has the last 500 characters of stderr.
    """
    with (
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
        tempfile.NamedTemporaryFile() as report,
    ):
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCHER, report.name, sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdout=stdout,
            stderr=stderr,
        )
        process.wait()
        figures = json.loads(report.read() or b"{}")
        seconds = figures.get("seconds", time.perf_counter() - start)
        peak = _resident_gb(figures["maxrss"]) if "maxrss" in figures else None
        cpu_seconds = figures.get("cpu_seconds")
        stdout.seek(0)
        output = stdout.read().decode(errors="replace")
        stderr.seek(0)
        text = stderr.read().decode(errors="replace")
    if process.returncode:
        command = " ".join(arguments)
        raise Unsupported(
            f"`python {command}` failed with exit code {process.returncode}: {text.strip()[-500:]}",
            cure="Run it by hand to see why.",
        )
    return ProcessUsage(
        seconds=seconds, cpu_seconds=cpu_seconds, peak_memory_gb=peak, stdout=output, stderr=text
    )


def _resident_gb(maxrss: int) -> float:
    """Convert `ru_maxrss`, bytes on macOS and KiB elsewhere, to GB."""
    return maxrss / 1e9 if sys.platform == "darwin" else maxrss * 1024 / 1e9
