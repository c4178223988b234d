"""Speed benchmark of this machine: start-up, decoding, latency, throughput, long videos, peak memory.

The results are medians over several runs, with the model loaded before. The videos are generated,
so that the results of different machines can be compared.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vqa.argument_types import count, positive_count
from vqa.chat.session import ChatSession
from vqa.evaluation.benchmarks import hub_speed, reading_speed, startup_speed, throughput
from vqa.evaluation.benchmarks.hub_speed import FIRST_QUESTION, SECOND_QUESTION
from vqa.evaluation.synthetic_video import write_footage, write_long_footage
from vqa.evaluation.timing import Measurement, machine_name, peak_memory_gb, run_process
from vqa.models.protocol import Stores, VideoQAModel
from vqa.models.registry import load
from vqa.tasks.dense_encoding import dense_plan
from vqa.video.reader import probe

_MAX_PROCESS_RUNS = 3


def time_answers(model: VideoQAModel, video: Path, runs: int) -> list[Measurement]:
    """Measure the latency of two questions about a video, in a new session per run.

    A first run, for warm-up, is not measured.

    Args:
        model: model to measure.
        video: video file.
        runs: number of measured sessions.

    Returns:
        Seconds from the call of `watch` to the end of the first answer, its parts (see
        `Answer.timings_s`), and seconds from the second question to the first fragment of its
        answer.
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


def time_long_video(
    model: str, device: str, minutes: int, *, frames_per_s: float
) -> list[Measurement]:
    """Measure time and peak memory of `vqa index` and `vqa summarize` on a long 720p video.

    Args:
        model: a name of the model catalog.
        device: device of the model, as for `load`.
        minutes: duration of the video, at least 1, rounded up to a multiple of ten seconds.
        frames_per_s: frames that the model encodes per second from memory, above 0.

    Returns:
        For each command, its seconds and, where the system reports it, its peak memory in GB. For
        `vqa index`, if the video has a `dense_plan`, the number of frames to encode, and the share
        of `frames_per_s` that the command reaches with all its work. For `vqa summarize`, the
        numbers of chapters and scenes.

    Raises:
        Unsupported: a command failed.
    """
    measurements = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "videos"
        folder.mkdir()
        video = write_long_footage(
            folder / "video.mp4", seconds=60 * minutes, width=1280, height=720
        )
        plan = dense_plan(load(model, device=device), probe(video))
        for command, target, *options in (("index", folder), ("summarize", video, "--json")):
            usage = run_process(
                ["-m", "vqa", command, str(target), *options, "--model", model, "--device", device],
                env={"VQA_HOME": f"{temporary}/home-{command}"},
            )
            name = f"vqa {command}, {minutes} min 720p"
            measurements.append(Measurement(name=name, unit="s", values=(usage.seconds,)))
            if (peak := usage.peak_memory_gb) is not None:
                measurements.append(
                    Measurement(name=f"{name}, peak memory", unit="GB", values=(peak,))
                )
            if command == "index" and plan is not None:
                rate = plan.num_frames / usage.seconds
                measurements += [
                    Measurement(name=f"{name}, frames", unit="", values=(float(plan.num_frames),)),
                    Measurement(name=f"{name}, share of encoding's rate", unit="", values=(rate / frames_per_s,)),
                ]  # fmt: skip
            if command == "summarize":
                summary = json.loads(usage.stdout)
                measurements += [
                    Measurement(
                        name=f"{name}, {part}", unit="", values=(float(len(summary[part])),)
                    )
                    for part in ("chapters", "scenes")
                ]
    return measurements


def measure(
    model_name: str,
    *,
    device: str = "auto",
    runs: int = 5,
    video: Path | None = None,
    quick: bool = False,
    long_minutes: int | None = None,
) -> list[Measurement]:
    """Measure start-up, decoding, latency of answers, throughput and memory.

    Args:
        model_name: a name of the model catalog.
        device: device of the model, as for `load`.
        runs: number of repetitions, at least 1; processes are started at most three times.
        video: video file for the questions; None generates 10 seconds of 720p.
        quick: whether to measure the decoding of short videos only.
        long_minutes: duration of a video to index and summarize, at least 1; None skips this.

    Raises:
        VQAError: the model, the video or the page cannot be used.
    """
    process_runs = min(runs, _MAX_PROCESS_RUNS)
    videos = reading_speed.QUICK_VIDEOS if quick else reading_speed.VIDEOS
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = video or write_footage(folder / "answers.mp4")
        measurements = [
            startup_speed.time_import(runs),
            startup_speed.time_page(model_name, process_runs),
            *startup_speed.time_stored_question(
                model_name, device, path, question=FIRST_QUESTION, runs=process_runs
            ),
        ]
        start = time.perf_counter()
        model = load(model_name, device=device)
        load_s = time.perf_counter() - start
        measurements.append(Measurement(name="loading the model", unit="s", values=(load_s,)))
        measurements += reading_speed.time_reading(model.sampling, videos, folder, runs=runs)
        measurements += time_answers(model, path, runs)
        encoding, *others = _time_throughput(model, path, runs)
        measurements += [encoding, *others]
    if (peak := peak_memory_gb()) is not None:
        measurements.append(Measurement(name="peak memory", unit="GB", values=(peak,)))
    if long_minutes is not None:
        measurements += time_long_video(
            model_name, device, long_minutes, frames_per_s=encoding.median
        )
    return measurements


def _time_throughput(model: VideoQAModel, video: Path, runs: int) -> list[Measurement]:
    """Measure encoding, concurrent questions and, if the model's encodings are stored, the store.

    The first measurement is that of `throughput.time_encoding`.
    """
    context = ChatSession(model).watch(video)
    measurements = [
        throughput.time_encoding(model, context.clip, runs=runs),
        *throughput.time_in_flight(model, video),
    ]
    if isinstance(model, Stores):
        measurements.append(throughput.time_store(model, context, runs=runs))
    return measurements


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--runs`, `--video`, `--quick`, `--long`, `--hub` and `--frames` to a parser."""
    parser.add_argument(
        "--runs", type=positive_count, default=5, help="repetitions (default: %(default)s)"
    )
    parser.add_argument("--video", type=Path, help="ask about this video, not a generated one")
    parser.add_argument("--quick", action="store_true", help="short videos only")
    parser.add_argument(
        "--long",
        type=count,
        metavar="MINUTES",
        default=60,
        help="index and summarize a video of this length; 0 for none (default: %(default)s)",
    )
    parser.add_argument(
        "--hub", action="store_true", help="measure a hub model's second question instead"
    )
    parser.add_argument("--frames", type=positive_count, default=32, help="frames for --hub")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark; return `machine` (text) and `figures` by name of the measurement.

    A figure has the keys `median`, `unit` and `values` (one per run).

    Args:
        arguments: parsed arguments with `model`, `device` and the options of `add_arguments`.

    Raises:
        VQAError: the model, the video or the page cannot be used.
    """
    measurements = (
        hub_speed.measure(device=arguments.device, runs=arguments.runs, num_frames=arguments.frames)
        if arguments.hub
        else measure(
            arguments.model,
            device=arguments.device,
            runs=arguments.runs,
            video=arguments.video,
            quick=arguments.quick,
            long_minutes=None if arguments.quick else arguments.long or None,
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
    """Format the result of `run` as plain text: machine, then median, range and runs per figure."""
    lines = [figures["machine"]]
    for name, row in figures["figures"].items():
        values, spread = row["values"], ""
        if len(values) > 1:
            spread = f"   ({min(values):.3f} to {max(values):.3f}, {len(values)} runs)"
        lines.append(f"{name:40} {row['median']:8.3f} {row['unit']}{spread}")
    return "\n".join(lines)
