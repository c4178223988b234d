"""Library benchmark: time to fill, open and search a library of generated video segments.

The library has random unit vectors and generated text lines, 500 segments per video. It is filled,
closed, opened again, and searched by vector and by words, with a new query each time. It is in a
temporary folder, or in a PostgreSQL database, from which it is deleted at the end.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from vqa.argument_types import positive_count
from vqa.evaluation.timing import Measurement, machine_name, peak_memory_gb
from vqa.storage.library import Segment, VideoLibrary, encode_thumbnail
from vqa.storage.local_library import LocalLibrary
from vqa.storage.postgres import PostgresLibrary

_SEGMENTS_PER_VIDEO = 500
_TEXT_SHARE = 0.2
_NUM_RESULTS = 10
_INDEX_MB, _BYTES_PER_NUMBER = (
    256,
    6,
)  # memory for an index of vectors: 4 bytes a number, and the graph
_WORDS = (
    "price market morning river window garden music doctor winter bridge coffee dinner engine forest guitar history island "
    "journey kitchen letter mountain number office picture question report summer teacher village weather"
).split()


def fill(library: VideoLibrary, folder: Path, *, segments: int, dim: int, seed: int = 0) -> None:
    """Add generated videos to a library, with random unit vectors as vectors of the segments.

    A video has 500 segments of one second, or all segments if there are fewer. Each segment has,
    with a probability of 0.2, a text of six random words, else none.

    Args:
        library: library to add the segments to.
        folder: existing folder, in which an `.mp4` placeholder of 8 bytes is written for each
            video.
        segments: total number of segments, at least 1; above 500, rounded down to a multiple of
            500.
        dim: number of components of a vector.
        seed: seed of the random vectors and words.
    """
    vector_rng, rng = np.random.default_rng(seed), random.Random(seed)
    thumbnail = encode_thumbnail(np.full((90, 160, 3), 128, np.uint8))
    per_video = min(segments, _SEGMENTS_PER_VIDEO)
    for number in tqdm(range(segments // per_video), unit=" videos", disable=None):
        video = folder / f"{number:05d}.mp4"
        video.write_bytes(number.to_bytes(8, "big"))
        vectors = vector_rng.standard_normal((per_video, dim)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        lines = [
            " ".join(rng.choices(_WORDS, k=6)) if rng.random() < _TEXT_SHARE else ""
            for _ in vectors
        ]
        library.add(
            video,
            [
                Segment(
                    start_s=float(second), end_s=second + 1.0, thumbnail_s=second + 0.5, vector=vector, thumbnail=thumbnail,
                    text=line, source="speech" if line else "picture",
                )
                for second, (vector, line) in enumerate(zip(vectors, lines, strict=True))
            ],
        )  # fmt: skip


def measure(*, segments: int, dim: int, runs: int, address: str = "") -> list[Measurement]:
    """Measure the seconds to fill and open a library, and of each search.

    In PostgreSQL, the indexes of vectors are built after the segments were added; at the end, the
    library is deleted.

    Args:
        segments: number of segments in the library; see `fill`.
        dim: number of components of the vectors.
        runs: number of searches by vector, and of searches by words, at least 1.
        address: `postgresql://…` of a database; empty for the store on this machine, in a temporary
            folder.

    Raises:
        SettingError: the database cannot be used.
        ExtraMissing: its client is not installed.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if not address:
            local = partial(LocalLibrary, folder / "library", dim=dim, version="benchmark")
            return _measure(local, folder, segments=segments, dim=dim, runs=runs)
        version = f"benchmark {folder}"
        remote = partial(PostgresLibrary, address, dim=dim, version=version)
        try:
            return _measure(remote, folder, segments=segments, dim=dim, runs=runs)
        finally:
            remote().delete()


def _measure(
    open_library: Callable[[], VideoLibrary], folder: Path, *, segments: int, dim: int, runs: int
) -> list[Measurement]:
    """Fill, close, open and search a library; return the measurements of `measure`.

    `open_library` opens the same library at each call; `folder` is that of `fill`.
    """
    vector_rng, rng = np.random.default_rng(1), random.Random(1)
    start, start_cpu = time.perf_counter(), time.process_time()
    library = open_library()
    if isinstance(library, PostgresLibrary):
        with library.bulk_load(memory_mb=_INDEX_MB + segments * dim * _BYTES_PER_NUMBER // 2**20):
            fill(library, folder, segments=segments, dim=dim)
    else:
        fill(library, folder, segments=segments, dim=dim)
    library.close()
    fill_s, fill_cpu_s = time.perf_counter() - start, time.process_time() - start_cpu
    start = time.perf_counter()
    library = open_library()
    open_s = time.perf_counter() - start
    queries = vector_rng.standard_normal((runs, dim)).astype(np.float32)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    words = [rng.sample(_WORDS, 2) for _ in range(runs)]
    by_picture = _time_calls(runs, lambda i: library.search(queries[i], limit=_NUM_RESULTS))
    by_words = _time_calls(
        runs, lambda i: library.search_lines(queries[i], words[i], limit=_NUM_RESULTS)
    )
    measurements = [
        Measurement(name=f"fill with {len(library)} segments", unit="s", values=(fill_s,)),
        Measurement(name="fill, processor time", unit="s", values=(fill_cpu_s,)),
        Measurement(name="open", unit="s", values=(open_s,)),
        Measurement(name="search by picture", unit="s", values=by_picture),
        Measurement(name="search by words", unit="s", values=by_words),
    ]
    library.close()
    return measurements


def _time_calls(runs: int, search: Callable[[int], Sequence[object]]) -> tuple[float, ...]:
    """Return the seconds that each of the calls `search(0)`, …, `search(runs - 1)` takes."""
    durations = []
    for number in range(runs):
        start = time.perf_counter()
        search(number)
        durations.append(time.perf_counter() - start)
    return tuple(durations)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--segments`, `--dim`, `--runs` and `--address` to a parser."""
    parser.add_argument(
        "--segments", type=positive_count, default=100_000, help="default: %(default)s"
    )
    parser.add_argument("--dim", type=positive_count, default=384, help="length of the vectors")
    parser.add_argument("--runs", type=positive_count, default=200, help="searches of each kind")
    parser.add_argument(
        "--address",
        default="",
        metavar="postgresql://…",
        help="a database for the library (default: the store on this machine)",
    )


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the benchmark; return `machine` (text) and `figures` by name of the measurement.

    A figure has the keys `median_s`, `p95_s` (95th percentile) and `most_s` (maximum), in seconds.
    `peak_memory_gb` is the peak memory of this process in GB, while the library is filled and
    after; None where the system does not report it.

    Args:
        arguments: parsed arguments with `segments`, `dim`, `runs` and `address`.

    Raises:
        SettingError: the database cannot be used.
        ExtraMissing: its client is not installed.
    """
    measurements = measure(
        segments=arguments.segments,
        dim=arguments.dim,
        runs=arguments.runs,
        address=arguments.address,
    )
    figures = {
        m.name: {
            "median_s": m.median,
            "p95_s": float(np.percentile(m.values, 95)),
            "most_s": max(m.values),
        }
        for m in measurements
    }
    return {"machine": machine_name(), "figures": figures, "peak_memory_gb": peak_memory_gb()}


def format_text(figures: Mapping[str, Any]) -> str:
    """Format the result of `run` as plain text: the machine, milliseconds per measurement, GB of memory."""
    lines = [figures["machine"]]
    for name, row in figures["figures"].items():
        milliseconds = {key: f"{1000 * row[key]:.1f} ms" for key in ("median_s", "p95_s", "most_s")}
        lines.append(
            f"{name:30} {milliseconds['median_s']:>13}   "
            f"(p95 {milliseconds['p95_s']}, max {milliseconds['most_s']})"
        )
    if figures["peak_memory_gb"] is not None:
        lines.append(f"{'peak memory':30} {figures['peak_memory_gb']:10.2f} GB")
    return "\n".join(lines)
