"""Speed benchmark: start-up times, latency of answers and peak memory on this machine.

Medians over several runs with a warm model: the first answer to a 10-second 720p video from the call of `watch` (reading,
encoding, answering, judging), the first words of a second question, peak memory, the start to a ready page, `import vqa`.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vqa.chat.session import ChatSession
from vqa.errors import Unsupported
from vqa.evaluation.benchmarks import hub_speed
from vqa.evaluation.benchmarks.hub_speed import FIRST_QUESTION, SECOND_QUESTION
from vqa.evaluation.synthetic_video import write_footage
from vqa.evaluation.timing import Measurement, machine_name, peak_memory_gb
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import load

ROOT = Path(__file__).resolve().parents[3]
_PAGE_TIMEOUT_S = 120.0
_MAX_PAGE_RUNS = 3
_IMPORT = "import time; t = time.perf_counter(); import vqa; print(time.perf_counter() - t)"


def time_import(runs: int) -> Measurement:
    """Time `import vqa` in fresh interpreters."""
    durations = [
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
    return Measurement(name="import vqa", unit="s", values=tuple(durations))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _start_page(model: str) -> float:
    """Start `app.py`, wait for its first answer, stop it; returns the seconds to the answer."""
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
    """Time the start of `app.py` until its page answers.

    Raises:
        Unsupported: the page did not answer.
    """
    durations = tuple(_start_page(model) for _ in range(runs))
    return Measurement(name="start to a ready page", unit="s", values=durations)


def time_answers(model: VideoQAModel, video: Path, runs: int) -> list[Measurement]:
    """Time two questions about a video, in a fresh session per run after one warm-up run.

    Args:
        model: answers.
        video: is watched and asked about.
        runs: measured sessions.

    Returns:
        First answer from the call of `watch`, its parts, and the first words of the second question.
    """
    first_answers, second_words, parts = [], [], dict[str, list[float]]()
    for _ in range(runs + 1):
        session = ChatSession(model)
        start = time.perf_counter()
        session.watch(video)
        "".join(session.ask(FIRST_QUESTION))
        first_answers.append(time.perf_counter() - start)
        for part, duration in session.history[-1].answer.timings_s.items():
            parts.setdefault(part, []).append(duration)
        start = time.perf_counter()
        chunks = session.ask(SECOND_QUESTION)
        next(chunks)
        second_words.append(time.perf_counter() - start)
        "".join(chunks)
    return [
        Measurement(name="first answer", unit="s", values=tuple(first_answers[1:])),
        *(
            Measurement(name=f"  {part}", unit="s", values=tuple(durations[1:]))
            for part, durations in parts.items()
            if part != "total"
        ),
        Measurement(name="second question, first words", unit="s", values=tuple(second_words[1:])),
    ]


def measure(
    model_name: str, *, device: str = "auto", runs: int = 5, video: Path | None = None
) -> list[Measurement]:
    """Measure start-up, latency and memory.

    Args:
        model_name: a name of the model catalog.
        device: where the model runs.
        runs: repetitions; the page is started at most three times.
        video: a video file instead of the generated one.

    Raises:
        VQAError: the model, the video or the page cannot be used.
    """
    measurements = [time_import(runs), time_page(model_name, min(runs, _MAX_PAGE_RUNS))]
    start = time.perf_counter()
    model = load(model_name, device=device)
    load_s = time.perf_counter() - start
    measurements.append(Measurement(name="loading the model", unit="s", values=(load_s,)))
    with tempfile.TemporaryDirectory() as folder:
        path = video or write_footage(Path(folder) / "film.mp4")
        measurements += time_answers(model, path, runs)
    if (peak := peak_memory_gb()) is not None:
        measurements.append(Measurement(name="peak memory", unit="GB", values=(peak,)))
    return measurements


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--runs`, `--video`, `--hub` and `--frames`."""
    parser.add_argument("--runs", type=int, default=5, help="repetitions (default: %(default)s)")
    parser.add_argument("--video", type=Path, help="use this video instead of a generated one")
    parser.add_argument(
        "--hub", action="store_true", help="measure a hub model's second question instead"
    )
    parser.add_argument("--frames", type=int, default=32, help="frames for --hub")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure; `arguments` has `runs`, `video`, `hub`, `frames`, `model` and `device`."""
    measurements = (
        hub_speed.measure(device=arguments.device, runs=arguments.runs, num_frames=arguments.frames)
        if arguments.hub
        else measure(
            arguments.model, device=arguments.device, runs=arguments.runs, video=arguments.video
        )
    )
    return {
        "machine": machine_name(),
        "figures": {
            m.name.strip(): {"median": m.median, "unit": m.unit, "values": list(m.values)}
            for m in measurements
        },
    }


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the machine's name and a line per measurement: median, range, number of runs."""
    lines = [figures["machine"]]
    for name, row in figures["figures"].items():
        values, spread = row["values"], ""
        if len(values) > 1:
            spread = f"   ({min(values):.3f} to {max(values):.3f}, {len(values)} runs)"
        lines.append(f"{name:30} {row['median']:8.3f} {row['unit']}{spread}")
    return "\n".join(lines)
