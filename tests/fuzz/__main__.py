"""Command line of the fuzzer; exit code 1 if a promise was broken."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.fuzz.campaign import Report, fuzz


def main() -> int:
    """Fuzz the reader and print the counts as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--keep", type=Path, help="keep files that break a promise in this folder")
    options = parser.parse_args()

    def on_file(number: int, report: Report) -> None:
        if (number + 1) % 100 == 0:
            print(number + 1, dict(report.counts), len(report.faults), file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report = fuzz(options.count, options.seed, folder, first=options.first, on_file=on_file)
    result = {
        "files": options.count,
        "seed": options.seed,
        "outcomes": dict(report.counts.most_common()),
        "slowest_s": round(report.slowest_s, 2),
        "peak_worker_mb": report.peak_worker_bytes // 10**6,
        "worker_deaths": report.worker_deaths,
        "faults": report.faults,
    }
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
