"""How fast a library is searched on this machine.

    python -m vqa.evaluation.benchmarks.library_search [--segments 100000] [--dim 384] [--runs 200] [--json]

A library is filled with random unit vectors and made-up lines in a temporary folder, 500 segments a video, closed, opened
again and searched by vector and by words, each time another one. Printed are medians and the slowest of the searches.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from vqa.evaluation.benchmarks.speed import Figure, machine_name
from vqa.evaluation.progress_bar import counted
from vqa.storage.library import Library, Segment

_SEGMENTS_A_VIDEO = 500
_LINES_SHARE = 0.2
_FOUND = 10
_WORDS = (
    "price market morning river window garden music doctor winter bridge coffee dinner engine forest guitar history island "
    "journey kitchen letter mountain number office picture question report summer teacher village weather"
).split()


def fill(library: Library, folder: Path, *, segments: int, dim: int, seed: int = 0) -> None:
    """Take in made-up videos; a fifth of the segments are lines of six words."""
    draws, dice = np.random.default_rng(seed), random.Random(seed)
    frame = np.full((90, 160, 3), 128, np.uint8)
    in_one = min(segments, _SEGMENTS_A_VIDEO)
    for number in counted(range(segments // in_one), "videos"):
        video = folder / f"{number:05d}.mp4"
        video.write_bytes(number.to_bytes(8, "big"))
        vectors = draws.standard_normal((in_one, dim)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        lines = [
            " ".join(dice.choices(_WORDS, k=6)) if dice.random() < _LINES_SHARE else ""
            for _ in vectors
        ]
        library.add(
            video,
            [
                Segment(
                    start_s=float(place), end_s=place + 1.0, thumbnail_s=place + 0.5, vector=vector, frame=frame,
                    text=line, source="speech" if line else "picture",
                )
                for place, (vector, line) in enumerate(zip(vectors, lines, strict=True))
            ],
        )  # fmt: skip


def measure(*, segments: int, dim: int, runs: int) -> list[Figure]:
    """Seconds to fill, to open and for each search.

    Args:
        segments: how many the library holds.
        dim: length of the vectors.
        runs: searches of each kind.
    """
    draws, dice = np.random.default_rng(1), random.Random(1)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        started = time.perf_counter()
        library = Library(folder / "library", dim=dim, version="bench")
        fill(library, folder, segments=segments, dim=dim)
        library.close()
        filled = time.perf_counter() - started
        started = time.perf_counter()
        library = Library(folder / "library", dim=dim, version="bench")
        opened = time.perf_counter() - started
        queries = draws.standard_normal((runs, dim)).astype(np.float32)
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
        words = [dice.sample(_WORDS, 2) for _ in range(runs)]
        figures = [
            Figure(name=f"fill with {len(library)} segments", unit="s", values=(filled,)),
            Figure(name="open", unit="s", values=(opened,)),
            Figure(
                name="search by picture",
                unit="s",
                values=_timed(runs, lambda row: library.search(queries[row], limit=_FOUND)),
            ),
            Figure(
                name="search by words",
                unit="s",
                values=_timed(
                    runs,
                    lambda row: library.search_lines(queries[row], words[row], limit=_FOUND),
                ),
            ),
        ]
        library.close()
    return figures


def _timed(runs: int, search: Callable[[int], Sequence[object]]) -> tuple[float, ...]:
    taken = []
    for row in range(runs):
        started = time.perf_counter()
        search(row)
        taken.append(time.perf_counter() - started)
    return tuple(taken)


def main(argv: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m vqa.evaluation.benchmarks.library_search")
    parser.add_argument("--segments", type=int, default=100_000)
    parser.add_argument("--dim", type=int, default=384, help="length of the vectors")
    parser.add_argument("--runs", type=int, default=200, help="searches of each kind")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    figures = measure(segments=asked.segments, dim=asked.dim, runs=asked.runs)
    if asked.json:
        plain = {one.name: {"median_s": one.median, "most_s": max(one.values)} for one in figures}
        sys.stdout.write(json.dumps({"machine": machine_name(), "figures": plain}, indent=2) + "\n")
        return 0
    lines = [machine_name()]
    lines += [
        f"{one.name:30} {1000 * statistics.median(one.values):10.1f} ms   (most {1000 * max(one.values):.1f} ms)"
        for one in figures
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
