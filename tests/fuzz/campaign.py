"""One run of the fuzzer: read each mutated file as the product does, and count what happened."""

from __future__ import annotations

import random
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.mutations import mutate
from tests.fuzz.seed_files import seed_files
from vqa.errors import VideoTooLarge, VQAError
from vqa.types import SamplingPlan
from vqa.video import worker_pool
from vqa.video.audio import read_audio
from vqa.video.reader import probe, read_clip
from vqa.video.subtitle_tracks import read_subtitles

MAX_SECONDS = 10.0
_PLANS = (SamplingPlan(num_frames=4), SamplingPlan(strategy="shots", num_frames=4, end_s=0.8))


@dataclass
class Report:
    """Counts of a run; `faults` name the files that broke a promise."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    worker_deaths: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    peak_worker_bytes: int = 0


def fuzz(
    count: int,
    seed: int,
    folder: Path,
    *,
    first: int = 0,
    on_file: Callable[[int, Report], None] = lambda number, report: None,
) -> Report:
    """Read `count` mutated files.

    Args:
        count: how many.
        seed: of the run; file number n of a seed is always the same.
        folder: where files are written; those that break a promise or end a worker stay there.
        first: number of the first file.
        on_file: called after each file.
    """
    report = Report()
    files = seed_files()
    for number in range(first, first + count):
        name, data = mutate(files, random.Random(f"{seed} {number}"))
        path = folder / f"{number}-{name}"
        path.write_bytes(data)
        stays = _read(path, report)
        if not stays:
            path.unlink()
        on_file(number, report)
    return report


def _read(path: Path, report: Report) -> bool:
    """Read one file in every way; whether it is worth keeping."""
    stays = False
    for action in _actions(path):
        began = time.perf_counter()
        try:
            action()
            outcome = "read"
        except VQAError as error:
            outcome = type(error).__name__
            if isinstance(error, VideoTooLarge) and "GB of memory" in error.message:
                outcome = "memory limit"
            if "ended unexpectedly" in error.message:
                outcome = "worker died"
                report.worker_deaths.append(f"{path.name}: {error.message}")
                stays = True
            if "contents lead to" in error.message:
                outcome = "unforeseen error"
                report.faults.append(f"{path.name}: {error.message}")
                stays = True
        except Exception:  # noqa: BLE001 - a fault to report
            outcome = "no VQAError"
            report.faults.append(f"{path.name}: {traceback.format_exc(limit=-3)}")
            stays = True
        seconds = time.perf_counter() - began
        if seconds > MAX_SECONDS:
            report.faults.append(f"{path.name}: took {seconds:.1f} s")
            stays = True
        report.counts[outcome] += 1
        report.slowest_s = max(report.slowest_s, seconds)
    report.peak_worker_bytes = max([report.peak_worker_bytes, *_peak_bytes()])
    return stays


def _actions(path: Path) -> Iterator[Callable[[], object]]:
    yield lambda: probe(path)
    for plan in _PLANS:
        yield lambda plan=plan: read_clip(path, plan)  # type: ignore[misc]
    yield lambda: [block.end_s for block in read_audio(path)]
    yield lambda: list(read_subtitles(path, bitmaps=True))


def _peak_bytes() -> Iterator[int]:
    """Peak resident memory of each worker; nothing where there is no /proc."""
    for process_id in worker_pool.process_ids():
        status = Path(f"/proc/{process_id}/status")
        if status.exists():
            (line,) = [
                line for line in status.read_text().splitlines() if line.startswith("VmHWM:")
            ] or ["VmHWM: 0 kB"]
            yield int(line.split()[1]) * 1024
