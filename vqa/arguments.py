"""Argument parser of the command line."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from vqa import __version__
from vqa.argument_types import finite_number, positive_count
from vqa.models.hub.hub_options import add_hub_arguments

_CLOCK_TIME = re.compile(r"(\d+:[0-5]\d|\d+):[0-5]\d(\.\d+)?")


def build_parser() -> argparse.ArgumentParser:
    """Return the argument parser of `vqa`.

    The parsed arguments have the subcommand's name as `command`.
    """
    parser = argparse.ArgumentParser(
        prog="vqa",
        description="Ask questions about a video.",
        epilog="Exit codes: 0 success, 1 failure, 2 wrong arguments, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"vqa {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    _add_video_commands(commands)
    _add_cut_command(commands)
    _add_teaching_commands(commands)
    _add_compose_command(commands)
    _add_monitor_command(commands)

    index = commands.add_parser("index", help="add the videos of a folder to the library")
    index.add_argument("folder", type=Path)
    index.add_argument(
        "--workers",
        type=worker_count_or_cluster,
        default=1,
        metavar="N|ray",
        help="encode in N processes, each with a model of its own (default: 1), or on a Ray cluster: ray, ray://HOST:PORT",
    )
    _add_model_arguments(index, "a model that can search (default: fused)")
    _add_transcript_arguments(index)

    models = commands.add_parser("models", help="list the models and what this machine can run")
    models.add_argument("--json", action="store_true", help="print one JSON object")
    models.add_argument(
        "--update", metavar="MODEL", help="download the newest commit of a hub model first"
    )

    for name, summary in (
        ("page", "open the page (see: vqa page --help)"),
        ("serve", "serve the HTTP API (see: vqa serve --help)"),
        ("mcp", "serve MCP clients over stdio (see: vqa mcp --help)"),
        ("account", "add an account for the page (see: vqa account --help)"),
        ("doctor", "check this installation (see: vqa doctor --help)"),
        ("train", "train the embedded model (see: vqa train --help)"),
        ("evaluate", "measure a model on the exam's questions (see: vqa evaluate --help)"),
    ):
        commands.add_parser(name, help=summary, add_help=False)
    return parser


def _add_video_commands(commands: Any) -> None:
    """Add the subcommands `ask`, `search`, `caption` and `summarize`.

    Args:
        commands: the result of `ArgumentParser.add_subparsers`.
    """
    ask = commands.add_parser("ask", help="answer a question about a video")
    _add_video_arguments(ask)
    ask.add_argument("question")

    search = commands.add_parser("search", help="find the moments that match a description")
    search.add_argument(
        "--library",
        action="store_true",
        help="search all indexed videos; leave out VIDEO",
    )
    _add_video_arguments(search, optional=True)
    search.add_argument("words")
    search.add_argument(
        "--limit", type=positive_count, default=5, metavar="N", help="the maximum number of moments"
    )
    search.add_argument(
        "--thumbnails", type=Path, metavar="FOLDER", help="write a picture of each moment there"
    )

    caption = commands.add_parser("caption", help="write one caption per shot of a video")
    _add_video_arguments(caption)
    caption.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write .srt, .vtt or .json"
    )

    summarize = commands.add_parser("summarize", help="write a summary and chapters")
    _add_video_arguments(summarize)
    summarize.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write the chapters: .vtt, or lines for a YouTube description",
    )
    summarize.add_argument(
        "--scenes", action="store_true", help="also print the scenes of each chapter"
    )


def _add_cut_command(commands: Any) -> None:
    cut = commands.add_parser("cut", help="write moments of a video as a new film")
    _add_video_arguments(cut, optional=True)
    cut.add_argument("words", nargs="?", help="what the moments show; without, --from and --to")
    cut.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="a film (.mp4, .mov, .mkv, .webm) or an edit list (.fcpxml, .otio, .edl, .csv)",
    )
    cut.add_argument(
        "--limit", type=int, default=1, metavar="N", help="the maximum number of moments"
    )
    cut.add_argument("--chapter", metavar="N", help="cut this chapter: its number or its title")
    cut.add_argument(
        "--exact",
        action="store_true",
        help="encode anew, to begin exactly; else the cut begins at the key frame before",
    )
    cut.add_argument(
        "--reel", action="store_true", help="join the best moments to a reel; implies --exact"
    )
    cut.add_argument(
        "--length",
        type=finite_number,
        default=30.0,
        metavar="SECONDS",
        help="the length of the reel",
    )
    cut.add_argument(
        "--fade",
        type=finite_number,
        default=0.0,
        metavar="SECONDS",
        help="cross-fade between parts",
    )
    cut.add_argument(
        "--library", action="store_true", help="a reel of all indexed videos; leave out VIDEO"
    )
    text = cut.add_mutually_exclusive_group()
    text.add_argument(
        "--subtitles", action="store_true", help="carry subtitles or recognized speech as a track"
    )
    text.add_argument(
        "--burn-subtitles",
        action="store_true",
        help="draw them into the pictures instead; implies --exact",
    )


def _add_teaching_commands(commands: Any) -> None:
    notes = commands.add_parser("notes", help="write the slides of a lecture with what is said")
    _add_video_arguments(notes)
    notes.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="notes with pictures (.md, .html, .pdf), or without (.json)",
    )

    quiz = commands.add_parser("quiz", help="write questions that a video answers")
    _add_video_arguments(quiz)
    quiz.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write .md, .json or an Anki deck, .apkg"
    )
    quiz.add_argument(
        "--limit",
        type=int,
        default=10,
        metavar="N",
        help="the maximum number of questions",
    )


def _add_compose_command(commands: Any) -> None:
    compose = commands.add_parser("compose", help="make a film of a story from your own videos")
    compose.add_argument("story", type=Path, help="a text file")
    compose.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help=".mp4, .mov, .mkv or .webm"
    )
    compose.add_argument(
        "--library",
        type=Path,
        metavar="FOLDER",
        help="index this folder and use its videos alone (default: all indexed videos)",
    )
    compose.add_argument(
        "--rate",
        type=finite_number,
        default=150.0,
        metavar="N",
        help="speech rate in words a minute",
    )
    compose.add_argument(
        "--seconds", type=finite_number, metavar="N", help="the length of each sentence, instead"
    )
    compose.add_argument(
        "--fade",
        type=finite_number,
        default=0.0,
        metavar="SECONDS",
        help="cross-fade between sentences",
    )
    captions = compose.add_mutually_exclusive_group()
    captions.add_argument(
        "--captions", action="store_true", help="carry the sentences as a subtitle track"
    )
    captions.add_argument(
        "--burn-captions", action="store_true", help="draw the sentences into the pictures"
    )
    compose.add_argument("--json", action="store_true", help="print one JSON object")
    _add_model_arguments(compose, "a model that can search (default: fused)")


def _add_monitor_command(commands: Any) -> None:
    monitor = commands.add_parser("monitor", help="watch a camera or a folder for events")
    monitor.add_argument(
        "source", help="an http(s) or rtsp address, /dev/video0, or a folder into which videos drop"
    )
    monitor.add_argument(
        "--when",
        action="append",
        required=True,
        metavar="CONDITION",
        help="a description, or a question that ends with '?'; repeat it for several",
    )
    monitor.add_argument(
        "--every",
        type=finite_number,
        default=1.0,
        metavar="SECONDS",
        help="time between two frames",
    )
    monitor.add_argument(
        "--threshold",
        type=finite_number,
        metavar="P",
        help="probability that begins an event (default: 0.5, or as tuned by judging events on the page)",
    )
    monitor.add_argument(
        "--window", type=finite_number, default=2.0, metavar="SECONDS", help="time that is averaged"
    )
    monitor.add_argument(
        "--cooldown",
        type=finite_number,
        default=10.0,
        metavar="SECONDS",
        help="least time between events",
    )
    monitor.add_argument(
        "--log", type=Path, metavar="FOLDER", help="write events.jsonl, pictures and clips there"
    )
    monitor.add_argument(
        "--log-size",
        type=finite_number,
        default=1000.0,
        metavar="MB",
        help="size of that folder; the oldest events are deleted (default: %(default)g)",
    )
    monitor.add_argument(
        "--webhook", metavar="URL", help="send events there; VQA_WEBHOOK_SECRET signs them"
    )
    monitor.add_argument(
        "--desktop", action="store_true", help="display events as notifications of the desktop"
    )
    monitor.add_argument(
        "--once", action="store_true", help="end after the videos that are in the folder now"
    )
    monitor.add_argument("--json", action="store_true", help="print one JSON object per event")
    _add_model_arguments(monitor, "the model that evaluates the conditions (default: fused)")


def _add_video_arguments(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    parser.add_argument(
        "video", nargs="?" if optional else None, help="a file, or an http(s) address of one"
    )
    _add_model_arguments(parser, "a name of `vqa models`, a folder, org/model or an address")
    parser.add_argument(
        "--frames", type=int, metavar="N", help="maximum number of frames that the model receives"
    )
    parser.add_argument(
        "--from",
        dest="start_s",
        type=seconds_or_clock_time,
        default=0.0,
        metavar="TIME",
        help="start here: seconds, or a time such as 1:30",
    )
    parser.add_argument(
        "--to", dest="end_s", type=seconds_or_clock_time, metavar="TIME", help="end here"
    )  # fmt: skip
    _add_transcript_arguments(parser)
    parser.add_argument(
        "--no-store", action="store_true", help="keep nothing about the video on disk"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def seconds_or_clock_time(text: str) -> float:
    """Convert an argument such as `90`, `1:30` or `1:02:03.5` to seconds.

    With colons, the text is `M:SS` or `H:MM:SS`, the fields after the first are below 60, and the
    fraction has at most three digits. Any other text is a finite number of seconds as `float` reads
    it, negative ones included.

    Raises:
        argparse.ArgumentTypeError: the argument is not a time.
    """
    from vqa.timecode import parse_time

    try:
        return parse_time(text) if _CLOCK_TIME.fullmatch(text) else finite_number(text)
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time; write seconds, such as 3, or 0:03"
        ) from error


def worker_count_or_cluster(text: str) -> int | str:
    """Convert an argument to a whole number of at least 1, or return it if it names a Ray cluster.

    A cluster is named by `ray` or `ray://HOST:PORT`.

    Raises:
        argparse.ArgumentTypeError: the argument is neither.
    """
    from vqa.tasks.ray_workers import RAY_ADDRESS

    return text if RAY_ADDRESS.fullmatch(text) else positive_count(text)


def _add_transcript_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--screen-text",
        action="store_true",
        help="also read text on the screen (an extra, see docs/listening.md)",
    )
    parser.add_argument(
        "--speech",
        action="store_true",
        help="also transcribe speech (an extra, see docs/listening.md)",
    )


def _add_model_arguments(parser: argparse.ArgumentParser, model_help: str) -> None:
    parser.add_argument("--model", default="fused", help=model_help)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    add_hub_arguments(parser)
