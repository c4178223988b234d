"""How fast it is on this machine.

    python -m vqa.evaluation.benchmarks.speed [--model M] [--device D] [--runs N] [--video FILE] [--json]
    python -m vqa.evaluation.benchmarks.speed --hub [--frames N] [--device D] [--runs N] [--json]

Medians over several runs, the model warm: the first answer to a 10-second 720p film from the call of `watch` (reading,
encoding, answering, judging), a second question's first words, peak memory, the start to a ready page, `import vqa`.
`--hub` measures how much sooner a hub model answers a second question, and the first one after a restart, on a model of
SmolVLM2-256M's shape with random weights, which needs no download.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from vqa.chat.session import ChatSession
from vqa.errors import Unsupported, VQAError
from vqa.evaluation.synthetic_video import write_footage
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import load
from vqa.storage.contexts import VideoStore
from vqa.types import AnswerOptions

ROOT = Path(__file__).resolve().parents[2]
FIRST_QUESTION = "What is in the video?"
SECOND_QUESTION = "What colour is the square?"
_PAGE_PATIENCE_S = 120.0
_HUB_ANSWER_TOKENS = 16
_IMPORT = "import time; t = time.perf_counter(); import vqa; print(time.perf_counter() - t)"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Several runs of one thing."""

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure to quote."""
        return statistics.median(self.values)


def machine_name() -> str:
    """Processor, cores, memory, system and versions, in a line."""
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
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        parts.append(f"{memory / 2**30:.0f} GiB")
    parts += [platform.system(), f"Python {platform.python_version()}"]
    return ", ".join([*parts, f"torch {metadata.version('torch')}"])


def time_import(runs: int) -> Figure:
    """Seconds that `import vqa` takes in a fresh interpreter."""
    values = [
        float(
            subprocess.run(
                [sys.executable, "-c", _IMPORT],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for _ in range(runs)
    ]
    return Figure(name="import vqa", unit="s", values=tuple(values))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _start_page_once(model: str) -> float:
    port = _free_port()
    start = time.perf_counter()
    page = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port), "--model", model],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - start < _PAGE_PATIENCE_S and page.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                    return time.perf_counter() - start
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
    finally:
        page.terminate()
        page.wait()
    raise Unsupported(
        f"The page did not answer within {_PAGE_PATIENCE_S:.0f} s.",
        cure="Start `python app.py` by hand to see why.",
    )


def time_page(model: str, runs: int) -> Figure:
    """Seconds from starting `app.py` to a page that answers.

    Raises:
        Unsupported: it never did.
    """
    values = tuple(_start_page_once(model) for _ in range(runs))
    return Figure(name="start to a ready page", unit="s", values=values)


def _peak_memory_gb() -> float | None:
    """The most memory this process has held so far; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e9 if sys.platform == "darwin" else peak * 1024 / 1e9


def time_answers(model: VideoQAModel, video: Path, runs: int) -> list[Figure]:
    """Time both questions in a fresh session each run, nothing kept from one to the next; one run more warms up."""
    totals, seconds, parts = [], [], dict[str, list[float]]()
    for _ in range(runs + 1):
        session = ChatSession(model)
        start = time.perf_counter()
        session.watch(video)
        "".join(session.ask(FIRST_QUESTION))
        totals.append(time.perf_counter() - start)
        for part, value in session.history[-1].answer.timings_s.items():
            parts.setdefault(part, []).append(value)
        start = time.perf_counter()
        pieces = session.ask(SECOND_QUESTION)
        next(pieces)
        seconds.append(time.perf_counter() - start)
        "".join(pieces)
    return [
        Figure(name="first answer", unit="s", values=tuple(totals[1:])),
        *(
            Figure(name=f"  {part}", unit="s", values=tuple(values[1:]))
            for part, values in parts.items()
            if part != "total"
        ),
        Figure(name="second question, first words", unit="s", values=tuple(seconds[1:])),
    ]


def time_hub(model: VideoQAModel, video: Path, *, runs: int, num_frames: int) -> list[Figure]:
    """Time two questions about the same frames, answers of the same length; the last figure is what the test asks for.

    The first counts from the call of `watch`, the second from the call of `ask`.
    """
    options = AnswerOptions(max_new_tokens=_HUB_ANSWER_TOKENS)
    plan = replace(model.sampling, num_frames=num_frames)
    figures: dict[str, list[float]] = {}
    for _ in range(runs):
        session = ChatSession(model)
        for name, question in (("first", FIRST_QUESTION), ("second", SECOND_QUESTION)):
            start = time.perf_counter()
            session.watch(video, plan=plan)
            pieces = session.ask(question, options=options)
            next(pieces)
            words = time.perf_counter() - start
            "".join(pieces)
            whole = time.perf_counter() - start
            figures.setdefault(f"{name} question, first words", []).append(words)
            figures.setdefault(f"{name} question, whole answer", []).append(whole)
    told = [Figure(name=name, unit="s", values=tuple(v)) for name, v in figures.items()]
    for part in ("first words", "whole answer"):
        pairs = zip(
            *(figures[f"{name} question, {part}"] for name in ("first", "second")), strict=True
        )
        ratios = tuple(first / second for first, second in pairs)
        told.append(Figure(name=f"second sooner by, {part}", unit="x", values=ratios))
    return told


def time_restart(model: VideoQAModel, video: Path, *, runs: int, num_frames: int) -> list[Figure]:
    """Time the first words about frames that an earlier session left on the disk, from the call of `watch`."""
    options = AnswerOptions(max_new_tokens=_HUB_ANSWER_TOKENS)
    plan = replace(model.sampling, num_frames=num_frames)
    with tempfile.TemporaryDirectory() as folder:
        store = VideoStore(Path(folder))
        ChatSession(model, store=store).watch(video, plan=plan)
        values = []
        for _ in range(runs):
            session = ChatSession(model, store=store)
            start = time.perf_counter()
            session.watch(video, plan=plan)
            next(session.ask(FIRST_QUESTION, options=options))
            values.append(time.perf_counter() - start)
        kept = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
    return [
        Figure(name="after a restart, first words", unit="s", values=tuple(values)),
        Figure(name="kept on the disk", unit="MB", values=(kept,)),
    ]


def measure_hub(*, device: str = "auto", runs: int = 3, num_frames: int = 32) -> list[Figure]:
    """What keeping a video is worth to a hub model: its part of the prompt in memory, its features on the disk."""
    from vqa.models.hub.random_weights import stand_in

    model = stand_in(device=device)
    with tempfile.TemporaryDirectory() as folder:
        film = write_footage(Path(folder) / "film.mp4")
        figures = time_hub(model, film, runs=runs, num_frames=num_frames)
        figures += time_restart(model, film, runs=runs, num_frames=num_frames)
    if (peak := _peak_memory_gb()) is not None:
        figures.append(Figure(name="peak memory", unit="GB", values=(peak,)))
    return figures


def measure(
    model_name: str, *, device: str = "auto", runs: int = 5, video: Path | None = None
) -> list[Figure]:
    """All figures.

    Args:
        model_name: a name of the table of models.
        device: where it computes.
        runs: how often each thing is measured; the start of the page at most three times.
        video: a film of one's own instead of the generated one.

    Raises:
        VQAError: the model, the film or the page cannot be used.
    """
    figures = [time_import(runs), time_page(model_name, min(runs, 3))]
    start = time.perf_counter()
    model = load(model_name, device=device)
    figures.append(
        Figure(name="loading the model", unit="s", values=(time.perf_counter() - start,))
    )
    with tempfile.TemporaryDirectory() as folder:
        film = video or write_footage(Path(folder) / "film.mp4")
        figures += time_answers(model, film, runs)
    if (peak := _peak_memory_gb()) is not None:
        figures.append(Figure(name="peak memory", unit="GB", values=(peak,)))
    return figures


def _as_text(machine: str, figures: Sequence[Figure]) -> str:
    lines = [machine]
    for one in figures:
        spread = ""
        if len(one.values) > 1:
            spread = f"   ({min(one.values):.3f} to {max(one.values):.3f}, {len(one.values)} runs)"
        lines.append(f"{one.name:30} {one.median:8.3f} {one.unit}{spread}")
    return "\n".join(lines)


def _as_json(machine: str, figures: Sequence[Figure]) -> Mapping[str, object]:
    return {
        "machine": machine,
        "figures": {
            one.name.strip(): {"median": one.median, "unit": one.unit, "values": list(one.values)}
            for one in figures
        },
    }


def main(argv: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m vqa.evaluation.benchmarks.speed")
    parser.add_argument("--model", default="fused")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--video", type=Path, help="measure this film instead of a generated one")
    parser.add_argument(
        "--hub", action="store_true", help="measure a hub model's second question instead"
    )
    parser.add_argument("--frames", type=int, default=32, help="for --hub")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    try:
        figures = (
            measure_hub(device=asked.device, runs=asked.runs, num_frames=asked.frames)
            if asked.hub
            else measure(asked.model, device=asked.device, runs=asked.runs, video=asked.video)
        )
    except VQAError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    machine = machine_name()
    text = (
        json.dumps(_as_json(machine, figures), indent=2)
        if asked.json
        else _as_text(machine, figures)
    )
    sys.stdout.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
