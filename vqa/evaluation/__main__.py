"""Command line of the benchmarks: `python -m vqa.evaluation NAME`.

Every benchmark prints a short table, or one JSON object with `--json`. Exit codes: 0 success, 1 an
error whose message and cure are on stderr, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqa.argument_types import positive_count
from vqa.errors import VQAError
from vqa.evaluation import baselines
from vqa.evaluation.benchmarks import (
    absence,
    captioning,
    composed_videos,
    exam,
    hallucination,
    library_search,
    needle,
    question_answering,
    speed,
    text_stream,
    workflow_videos,
)


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """Add no arguments, for a benchmark without options of its own."""


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A benchmark of the command line.

    Args:
        help: description in one line, for `--help`.
        run: runs the benchmark with the parsed arguments; returns JSON-serializable results.
        format_text: formats the results as plain text.
        add_arguments: adds the benchmark's own options to its parser.
        needs_data: whether the benchmark has an argument `data`, a folder in the training data
            format.
        needs_model: whether the benchmark has the options `--model` and `--device`.
        default_split: default of `--split`; None if the benchmark has no `--split`.
        limit: plural noun of what `--limit` counts; None if the benchmark has no `--limit`.
        default_limit: default of `--limit`; None means no limit.
    """

    help: str
    run: Callable[[argparse.Namespace], Mapping[str, Any]]
    format_text: Callable[[Mapping[str, Any]], str]
    add_arguments: Callable[[argparse.ArgumentParser], None] = _no_arguments
    needs_data: bool = True
    needs_model: bool = True
    default_split: str | None = None
    limit: str | None = None
    default_limit: int | None = None


BENCHMARKS: Mapping[str, Benchmark] = {
    "exam": Benchmark(
        help="questions about real videos, with baselines (the same as `vqa evaluate`)",
        run=exam.run,
        format_text=exam.format_text,
        add_arguments=exam.add_arguments,
        needs_data=False,
        limit="videos",
    ),
    "questions": Benchmark(
        help="questions about held-out photographs and clips: accuracy by source and type",
        run=question_answering.run,
        format_text=question_answering.format_text,
        add_arguments=question_answering.add_arguments,
        default_split="val",
        limit="pictures and clips",
    ),
    "captions": Benchmark(
        help="captions of held-out photographs: BLEU-4 and CIDEr-D",
        run=captioning.run,
        format_text=captioning.format_text,
        add_arguments=captioning.add_arguments,
        default_split="test",
        limit="pictures",
    ),
    "hallucination": Benchmark(
        help="things that captions name and the boxes of held-out photographs do not have (CHAIR)",
        run=hallucination.run,
        format_text=hallucination.format_text,
        default_split="val",
        limit="pictures",
    ),
    "absence": Benchmark(
        help="questions about things that are not in the picture: how many are noticed",
        run=absence.run,
        format_text=absence.format_text,
        default_split="val",
        limit="pictures",
    ),
    "composed": Benchmark(
        help="search and evidence in videos composed of held-out photographs",
        run=composed_videos.run,
        format_text=composed_videos.format_text,
        default_split="test",
        limit="videos for each measure",
        default_limit=40,
    ),
    "workflows": Benchmark(
        help="composing and monitoring with videos composed of held-out photographs",
        run=workflow_videos.run,
        format_text=workflow_videos.format_text,
        default_split="test",
        limit="stories and videos",
        default_limit=10,
    ),
    "needle": Benchmark(
        help="scenes of five seconds in long videos: search, and questions about their time",
        run=needle.run,
        format_text=needle.format_text,
        add_arguments=needle.add_arguments,
        default_split="test",
        limit="videos",
        default_limit=4,
    ),
    "text-stream": Benchmark(
        help="questions that only spoken or written text answers, with and without that text",
        run=text_stream.run,
        format_text=text_stream.format_text,
        default_split="test",
        limit="pictures",
        default_limit=300,
    ),
    "priors": Benchmark(
        help="count the most frequent training answers that the exam's `frequent` baseline uses",
        run=baselines.run,
        format_text=baselines.format_text,
        needs_model=False,
    ),
    "speed": Benchmark(
        help="start-up times, latency of answers and peak memory on this machine",
        run=speed.run,
        format_text=speed.format_text,
        add_arguments=speed.add_arguments,
        needs_data=False,
    ),
    "library": Benchmark(
        help="fill, open and search a library of generated segments",
        run=library_search.run,
        format_text=library_search.format_text,
        add_arguments=library_search.add_arguments,
        needs_data=False,
        needs_model=False,
    ),
}


def _add_benchmark_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, benchmark: Benchmark
) -> None:
    """Add the subcommand of a benchmark, with its own options and those that several have."""
    parser = commands.add_parser(name, help=benchmark.help, description=benchmark.help)
    if benchmark.needs_data:
        parser.add_argument("data", type=Path, help="a folder in the training data format")
    benchmark.add_arguments(parser)
    if benchmark.default_split is not None:
        parser.add_argument(
            "--split",
            choices=("val", "test"),
            default=benchmark.default_split,
            help="default: %(default)s",
        )
    if benchmark.needs_model:
        parser.add_argument("--model", default="fused", help="a name of `vqa models`")
        parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    if benchmark.limit is not None:
        parser.add_argument(
            "--limit",
            type=positive_count,
            default=benchmark.default_limit,
            help=f"at most LIMIT {benchmark.limit} (default: %(default)s)",
        )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line, with a subcommand per benchmark."""
    parser = argparse.ArgumentParser(
        prog="python -m vqa.evaluation", description="Measure accuracy and speed."
    )
    commands = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name, benchmark in BENCHMARKS.items():
        _add_benchmark_parser(commands, name, benchmark)
    return parser


def main(argv: Sequence[str]) -> int:
    """Run one benchmark, print its results, and return the exit code: 0, or 1 after a `VQAError`.

    Args:
        argv: command-line arguments, the name of the benchmark first; wrong ones exit with code 2.
    """
    arguments = _parser().parse_args(argv)
    benchmark = BENCHMARKS[arguments.name]
    try:
        figures = benchmark.run(arguments)
    except VQAError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    text = (
        json.dumps(figures, indent=2, ensure_ascii=False)
        if arguments.json
        else benchmark.format_text(figures)
    )
    sys.stdout.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
